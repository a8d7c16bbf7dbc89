//go:build !unix

package api

import (
	"testing"
	"time"
)

// cpu is not measured here.
func cpu(*testing.B) time.Duration { return 0 }
