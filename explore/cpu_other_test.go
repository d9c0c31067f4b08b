//go:build !unix

package explore_test

import "time"

var begun = time.Now()

// cpuSeconds is the time since the process began: the processor time is not known here.
func cpuSeconds() float64 { return time.Since(begun).Seconds() }
