// Package insight turns tallies of scores and sentiment into the metrics people report (NPS, CSAT, CES, ratings, net sentiment), and what
// texts say, as keys of their terms, into themes, what emerges and what a metric goes with.
//
// It promises an interval and a count beside every figure, and figures that never depend on the order of the counts. It never does
// I/O, never reads a clock and never lets NaN out: a metric of nothing is zero with "n": 0. All of it is safe for
// concurrent use but what says otherwise.
package insight
