// Package tagging is what a support team lays over the readings of a ticket: rules that turn labels into tags and a priority, and the
// report that holds predictions against what people corrected.
//
// It promises that a text that is no rule is refused with its line and column, that rules are asked in their order and each that fires
// is named, and that every figure of a report has its interval. It is pure: no I/O, no clock.
package tagging
