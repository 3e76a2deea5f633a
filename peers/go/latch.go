// Waiting on the runtime's timers, and for all lanes.

package main

import (
	"sync/atomic"
	"time"
)

// latch lets the first tasks of a phase that wait go when as many wait as there are lanes, and then everybody.
type latch struct {
	lanes   uint64
	arrived atomic.Uint64
	opened  chan struct{}
	// What the last to arrive does before anybody goes; nil for nothing.
	onFull func()
}

func newLatch(lanes uint64, onFull func()) *latch {
	return &latch{lanes: lanes, opened: make(chan struct{}), onFull: onFull}
}

// wait waits for at least so many nanoseconds from now. Of no latch, nobody else is waited for.
func (l *latch) wait(durationNs int64) {
	until := now() + durationNs
	isOneOfFirst := l != nil && l.arrive()
	for left := durationNs; left > 0; left = until - now() {
		time.Sleep(time.Duration(left))
	}
	if isOneOfFirst {
		<-l.opened
	}
}

// arrive counts a task in, and tells whether it has to wait for others.
func (l *latch) arrive() bool {
	arrived := l.arrived.Add(1)
	if arrived == l.lanes {
		if l.onFull != nil {
			l.onFull()
		}
		close(l.opened)
	}
	return arrived <= l.lanes
}

// alive counts the tasks that certainly waited at the same time: nil where no latch has opened.
func (l *latch) alive() *uint64 {
	if l == nil || l.arrived.Load() < l.lanes {
		return nil
	}
	return &l.lanes
}
