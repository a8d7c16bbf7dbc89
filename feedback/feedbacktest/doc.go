// Package feedbacktest is what every implementation of the rooms' interfaces has to pass: one suite, run against the real thing.
//
// Its oracles (Match, Tally) say in the plainest code what a filter and a tally mean.
package feedbacktest
