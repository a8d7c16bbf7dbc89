// Package segment finds the words of Vietnamese text. Vietnamese puts a blank between syllables, not between words, so the
// question at each blank is whether the word goes on: `giao hàng nhanh` is `giao_hàng nhanh`.
//
// It promises that a join never crosses punctuation or a wider gap, that the answer depends on nothing but the syllables given (a
// Segmenter is immutable and safe for concurrent use), that text typed without diacritics is read by the same machine, that a
// negator is never swallowed except in a listed compound (`hàng không`, never `phòng không`), and that Join allocates nothing once
// its scratch has grown. It never changes, normalises or cuts text: the caller hands in syllables already normalised.
package segment
