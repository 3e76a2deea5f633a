// Units of a model's own, which coordination starts: goroutines, or jobs for goroutines that wait.

package main

// units starts functions, all of which can go on at the same time.
type units interface {
	start(func())
}

// goroutines starts one for each function.
type goroutines struct{}

func (goroutines) start(unit func()) { go unit() }

// waiting is a pool of goroutines that wait for functions.
type waiting chan func()

// newWaiting starts as many as can be needed at the same time.
func newWaiting(count uint64) waiting {
	jobs := make(waiting, count)
	for n := uint64(0); n < count; n++ {
		go func() {
			for job := range jobs {
				job()
			}
		}()
	}
	return jobs
}

func (w waiting) start(unit func()) { w <- unit }

// newUnits are those of the variant.
func newUnits(w *work) units {
	what := w.workload.coordination
	if w.variant != "pool" || what == nil {
		return goroutines{}
	}
	// Both ends of a pair for each lane, or who reads pulses beside those who compute.
	return newWaiting(2*w.width() + what.hogs + 1)
}
