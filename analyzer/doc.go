// Package analyzer reads customer feedback: text in, Analysis out. It finds language, sentiment, topics, intents, urgency, key
// phrases and personal data, and gives the words that are the reason for each verdict.
//
// It promises that the same text, version and lexicon give the same bytes, whatever the machine, order or concurrency, that every
// text (empty, huge, binary, foreign) has a valid Analysis, and that evidence adds up exactly. It never does I/O, reads a clock,
// draws a random number, logs or returns an error from Analyze.
package analyzer
