// The monotonic clock, as all processes of the machine have it.

package main

import "time"

var (
	// The start of the program, as far back as it can tell.
	began = time.Now()
	// The same in nanoseconds of the monotonic clock.
	beganNs = monotonicOf(began)
)

// now is the time in nanoseconds of the monotonic clock.
func now() int64 { return beganNs + int64(time.Since(began)) }

// monotonicOf finds what the clock of the system showed at a moment. The runtime reads that clock without
// entering the kernel, but does not tell where it counts from.
func monotonicOf(moment time.Time) int64 {
	best, offset := time.Hour, int64(0)
	for try := 0; try < 8; try++ {
		before := time.Since(moment)
		shown := systemMonotonicNs()
		took := time.Since(moment) - before
		if took < best {
			best, offset = took, shown-int64(before+took/2)
		}
	}
	return offset
}
