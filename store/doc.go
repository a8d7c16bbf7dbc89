// Package store is the truth: records, accounts, signals, policies and keys in one SQLite file.
//
// It promises that a write is durable when its call returns, that changes are numbered in commit order and deletes leave a
// tombstone, and that one process at a time owns the directory. It never analyzes a text, searches one or logs.
package store
