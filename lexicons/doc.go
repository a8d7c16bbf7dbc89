// Package lexicons holds what the analyzer knows about words, as plain text that people edit (see README.md in this folder), and
// reads it into Go values.
//
// It promises that every entry it returns comes from a named file and line, and that a malformed file is an error that says where.
// It never matches text: that is the analyzer's work.
package lexicons
