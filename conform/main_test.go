package conform_test

import (
	"os"
	"runtime/debug"
	"testing"
)

// The checks make much garbage and keep little.
func TestMain(m *testing.M) {
	debug.SetGCPercent(800)
	os.Exit(m.Run())
}
