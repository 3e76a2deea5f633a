// Coordination with the pulse service: heartbeats that are read, and bytes that are sent back, beside units that
// compute.

package main

import (
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
)

// refusal is how the service begins to say why it does not do what was asked for.
const refusal = "error: "

// mostReason bounds what is read of that.
const mostReason = 1000

// pulses reads a pulse for each task, in a unit like those that compute meanwhile.
func (c *coordination) pulses() (outcome coordinated, err error) {
	what := c.workload.coordination
	if c.request.pulses == "" {
		return outcome, failureOf(usageError, "the request has no pulse service, which %s needs", what.kind)
	}
	var isOver atomic.Bool
	var computing sync.WaitGroup
	over := make(chan error)
	c.units.start(func() {
		conn, err := net.Dial("tcp", c.request.pulses)
		if err != nil {
			over <- err
			return
		}
		for n := uint64(0); n < what.hogs; n++ {
			computing.Add(1)
			c.units.start(func() {
				for !isOver.Load() {
					computeFor(what.hog)
					runtime.Gosched()
				}
				computing.Done()
			})
		}
		err = c.readPulses(conn)
		// Now, because a unit that computes goes on to the end of its time.
		used := readUsage()
		outcome.endedNs, outcome.used = now(), &used
		isOver.Store(true)
		conn.Close()
		over <- err
	})
	if err := <-over; err != nil {
		return outcome, fmt.Errorf("the pulse service: %w", err)
	}
	computing.Wait()
	return outcome, nil
}

func (c *coordination) readPulses(conn net.Conn) error {
	if what := c.workload.coordination; what.kind == "stall" {
		if _, err := fmt.Fprintf(conn, "heartbeat %d %d\n", what.period, c.count); err != nil {
			return err
		}
		return c.readTimes(conn, func(dueNs int64) int64 { return now() - dueNs })
	}
	if _, err := fmt.Fprintf(conn, "echo %d %d\n", c.workload.coordination.think, c.count); err != nil {
		return err
	}
	if err := c.sendEchoes(conn); err != nil {
		return err
	}
	return c.readTimes(conn, func(tookNs int64) int64 { return tookNs })
}

// sendEchoes sends every byte back as it comes.
func (c *coordination) sendEchoes(conn net.Conn) error {
	var pulse [1]byte
	for n := uint64(0); n < c.count; n++ {
		if _, err := io.ReadFull(conn, pulse[:]); err != nil {
			return err
		}
		// The service counts from 0: any other byte begins its reason.
		if n == 0 && pulse[0] != 0 {
			return reason(conn, pulse[:])
		}
		if _, err := conn.Write(pulse[:]); err != nil {
			return err
		}
	}
	return nil
}

// readTimes reads a number of nanoseconds for each task; `latencyOf` makes its latency of it.
func (c *coordination) readTimes(conn net.Conn, latencyOf func(int64) int64) error {
	var word [8]byte
	for number := uint64(0); number < c.count; number++ {
		if _, err := io.ReadFull(conn, word[:]); err != nil {
			return err
		}
		// As a time this text would be more than seventy years.
		if strings.HasPrefix(string(word[:]), refusal) {
			return reason(conn, word[:])
		}
		latencyNs := latencyOf(int64(binary.LittleEndian.Uint64(word[:])))
		c.record(number, latencyNs, c.valueOf(c.first+number))
	}
	return nil
}

// reason is the error of a service that refuses; `begun` has been read of it already.
func reason(conn net.Conn, begun []byte) error {
	rest, err := io.ReadAll(io.LimitReader(conn, mostReason))
	if err != nil {
		return err
	}
	text := string(begun) + string(rest)
	return fmt.Errorf("%s", strings.TrimSpace(strings.TrimPrefix(text, refusal)))
}
