// Package intake reads foreign formats into Drafts: JSON Lines and tables (CSV, TSV and their kin).
//
// It promises that every row of its input comes out once, as a draft or as the reason why it is none, with the line it began on and
// its own bytes; that the same input always gives the same ids; and that it holds a sample and a row in memory at a time, beside some
// 40 bytes for each row that has no id. It never stores, and judges a draft no further than its Validate will.
package intake
