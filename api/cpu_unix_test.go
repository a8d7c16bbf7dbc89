//go:build unix

package api

import (
	"syscall"
	"testing"
	"time"
)

// cpu is what the process has used of all cores, which others on the machine do not change.
func cpu(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	must(b, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
