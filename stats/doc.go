// Package stats is the arithmetic of uncertainty the rooms share: intervals, regression, ranking quality, calibration, false
// discovery.
//
// It promises that neither NaN nor an infinity ever leaves: numbers that are not finite (or beyond ±1e150, whose squares would not be)
// are left out, and with no data a function answers a stated zero value or ok = false. Randomness comes from a seed the caller gives.
// It never does I/O and never reads a clock. All of it is safe for concurrent use.
package stats
