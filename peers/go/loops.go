// Closed loops: a lane begins its next task as it ends one.

package main

import (
	"sync"
	"sync/atomic"
)

// closedLoop does the tasks from `first` on.
type closedLoop struct {
	work         *work
	first, count uint64
	// nil in the warm-up.
	recorder *recorder
	// nil where no task waits.
	waiting *latch
	// The number of the next task that nobody has taken.
	next    atomic.Uint64
	running sync.WaitGroup
}

// run does all tasks. There are at least as many as lanes, and each lane begins with one of its own, so that a
// warm-up of as many gives each exactly one.
func (l *closedLoop) run() {
	l.next.Store(l.work.width())
	l.running.Add(len(l.work.lanes))
	startNs := now()
	for number, lane := range l.work.lanes {
		lane.startNs = startNs
		switch l.work.variant {
		case "sequential":
			l.pull(lane, uint64(number))
		case "pool":
			go l.pull(lane, uint64(number))
		default:
			lane.note(traceReady, forNothing, l.first+uint64(number))
			go l.unit(lane, uint64(number))
		}
	}
	l.running.Wait()
}

// unit is a goroutine of one task, which starts that of the next and passes its lane on.
func (l *closedLoop) unit(lane *lane, number uint64) {
	l.perform(lane, number)
	if number := l.take(); number < l.count {
		lane.note(traceReady, forNothing, l.first+number)
		go l.unit(lane, number)
	} else {
		l.running.Done()
	}
}

// pull takes task after task.
func (l *closedLoop) pull(lane *lane, number uint64) {
	for ; number < l.count; number = l.take() {
		l.perform(lane, number)
	}
	l.running.Done()
}

func (l *closedLoop) take() uint64 { return l.next.Add(1) - 1 }

func (l *closedLoop) perform(lane *lane, number uint64) {
	digest := lane.perform(l.first+number, l.waiting)
	// The end of a task is the start of the next on its lane.
	endedNs := now()
	if l.recorder != nil {
		l.recorder.record(number, endedNs-lane.startNs, digest)
	}
	lane.startNs = endedNs
}
