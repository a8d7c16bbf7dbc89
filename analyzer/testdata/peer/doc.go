// Package peer measures the analyzer against govader, the Go port of VADER, on the same texts in one run. It is a module of its own, so
// that the product does not depend on what it is compared with.
package peer
