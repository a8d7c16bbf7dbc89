// Package learn fits weights to labelled texts: a linear model over what the analyzer reads, pulled towards what is already known, so
// that a word moves only as far as its texts have evidence for.
//
// It promises that the same texts in the same order give the same weights, and that the optimum is the one optimum of a convex problem.
// It never reads a file or decides by itself what is taken into use.
package learn
