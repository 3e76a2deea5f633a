// Coordination within one process: units that are started and joined, that send each other messages, count
// together, and take turns.

package main

import (
	"encoding/binary"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
)

// coordination is one phase of a workload that coordinates.
type coordination struct {
	*work
	first, count uint64
	// nil in the warm-up.
	recorder *recorder
	// The number of the next task that nobody has taken.
	next atomic.Uint64
}

// coordinated is what a phase came to, besides its record.
type coordinated struct {
	counts map[string]uint64
	// The time at which the last task ended, and what was used by then, where winding up takes long.
	endedNs int64
	used    *usage
}

func (c *coordination) run() (coordinated, error) {
	var counts map[string]uint64
	var err error
	switch c.workload.coordination.kind {
	case "spawn":
		counts = c.spawn()
	case "ping-pong":
		c.pingPong()
	case "counter":
		counts, err = c.counter()
	case "order":
		counts = c.order()
	default:
		return c.pulses()
	}
	return coordinated{counts: counts}, err
}

// record notes the task of a number, whose only value this is.
func (c *coordination) record(number uint64, latencyNs int64, value uint64) {
	if c.recorder != nil {
		c.recorder.record(number, latencyNs, mix(0, value))
	}
}

func (c *coordination) take() uint64 { return c.next.Add(1) - 1 }

// onEveryLane starts a unit a lane, and waits for all of them.
func (c *coordination) onEveryLane(unit func(number uint64)) {
	var running sync.WaitGroup
	for n := uint64(0); n < c.width(); n++ {
		number := n
		running.Add(1)
		c.units.start(func() {
			unit(number)
			running.Done()
		})
	}
	running.Wait()
}

// What every unit of `spawn` leaves its mark in.
var marks atomic.Uint64

func (c *coordination) spawn() map[string]uint64 {
	before := marks.Load()
	starts := make([]int64, c.width())
	joins := make([]chan uint64, c.width())
	for n := range joins {
		joins[n] = make(chan uint64, 1)
	}
	for from := uint64(0); from < c.count; from += c.width() {
		round := c.width()
		if left := c.count - from; left < round {
			round = left
		}
		for n := uint64(0); n < round; n++ {
			value, join := c.valueOf(c.first+from+n), joins[n]
			starts[n] = now()
			c.units.start(func() {
				marks.Add(1)
				join <- value
			})
		}
		for n := uint64(0); n < round; n++ {
			value := <-joins[n]
			c.record(from+n, now()-starts[n], value)
		}
	}
	return map[string]uint64{"seen": marks.Load() - before}
}

func (c *coordination) pingPong() {
	c.onEveryLane(func(uint64) {
		// Each has room for one message. A message is passed on and not copied.
		there, back := make(chan []byte, 1), make(chan []byte, 1)
		c.units.start(func() {
			for message := range there {
				back <- message
			}
		})
		message := make([]byte, c.workload.coordination.bytes)
		startNs := now()
		for number := c.take(); number < c.count; number = c.take() {
			binary.LittleEndian.PutUint64(message, c.valueOf(c.first+number))
			there <- message
			message = <-back
			endedNs := now()
			c.record(number, endedNs-startNs, binary.LittleEndian.Uint64(message))
			startNs = endedNs
		}
		close(there)
	})
}

func (c *coordination) counter() (map[string]uint64, error) {
	what := c.workload.coordination
	var counter atomic.Uint64
	c.onEveryLane(func(uint64) {
		startNs := now()
		for number := c.take(); number < c.count; number = c.take() {
			for n := uint64(0); n < what.increments; n++ {
				if what.isSynchronised {
					counter.Add(1)
				} else {
					counter.Store(counter.Load() + 1)
				}
			}
			endedNs := now()
			c.record(number, endedNs-startNs, c.valueOf(c.first+number))
			startNs = endedNs
		}
	})
	lost := what.increments*c.count - counter.Load()
	if what.isSynchronised && lost > 0 {
		return nil, fmt.Errorf("%d increments were lost by units that synchronise", lost)
	}
	return map[string]uint64{"lost": lost}, nil
}

// taken is a turn, and when it was taken.
type taken struct {
	turn uint64
	atNs int64
}

func (c *coordination) order() map[string]uint64 {
	turns := make([]taken, c.count)
	beforeNs := now()
	c.onEveryLane(func(unit uint64) {
		for turn := unit; turn < c.count; turn += c.width() {
			turns[c.take()] = taken{turn, now()}
			runtime.Gosched()
		}
	})
	var outOfOrder uint64
	for position, taken := range turns {
		c.record(taken.turn, taken.atNs-beforeNs, c.valueOf(c.first+taken.turn))
		if taken.turn != uint64(position) {
			outOfOrder++
		}
		// A unit reads the clock a moment after it has claimed its place.
		if taken.atNs > beforeNs {
			beforeNs = taken.atNs
		}
	}
	return map[string]uint64{"out-of-order": outOfOrder}
}
