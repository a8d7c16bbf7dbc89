// Package health turns what is known about an account (signals, scores, sentiment) and a policy into a score with its reasons, says what
// moved it, what warns and what to do, and holds policies against what became of accounts.
//
// It promises that contributions add up to score − 50, that a missing signal never counts as zero, and that the same observations,
// moment and policy give the same report. It never does I/O or reads a clock.
package health
