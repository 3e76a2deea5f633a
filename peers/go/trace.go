// The trace of a run: who ran when, in the format of docs/TRACE.md. A run that is not recorded has no trace, and
// looks at that alone.

package main

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"sort"
	"sync"
	"sync/atomic"
)

// What an event is of.
const (
	traceBegin = 1 + iota
	traceEnd
	traceReady
	traceRun
	traceWait
	traceDone
)

// What a wait is for.
const (
	forNothing = iota
	forSocket
	forTimer
)

const (
	mostEvents  = 1_000_000
	recordBytes = 32
	noTask      = 1<<64 - 1
	noLane      = 1<<32 - 1
)

type event struct {
	atNs           int64
	task           uint64
	lane, thread   uint32
	kind, waitsFor byte
}

type trace struct {
	path   string
	events []event
	next   atomic.Uint64
	// The number of each thread by its id in the system.
	numbers sync.Map
	threads atomic.Uint32
	// What the whole program used in the measured phase.
	cpuNs int64
}

// newTrace has room for all events, nil where no path is given.
func newTrace(path string) *trace {
	if path == "" {
		return nil
	}
	return &trace{path: path, events: make([]event, mostEvents)}
}

func (t *trace) note(kind, waitsFor byte, lane uint32, task uint64) {
	if t == nil {
		return
	}
	t.noteAt(now(), kind, waitsFor, lane, task)
}

// noteAt records an event of another moment.
func (t *trace) noteAt(atNs int64, kind, waitsFor byte, lane uint32, task uint64) {
	if t == nil {
		return
	}
	if place := t.next.Add(1) - 1; place < mostEvents {
		t.events[place] = event{atNs, task, lane, t.thread(), kind, waitsFor}
	}
}

func (t *trace) thread() uint32 {
	id := threadID()
	number, isKnown := t.numbers.Load(id)
	if !isKnown {
		number, _ = t.numbers.LoadOrStore(id, t.threads.Add(1))
	}
	return number.(uint32)
}

// note records an event of a lane and its task.
func (l *lane) note(kind, waitsFor byte, task uint64) {
	l.work.trace.note(kind, waitsFor, l.number, task)
}

// write writes the trace to its file, where there is one.
func (t *trace) write() error {
	if t == nil {
		return nil
	}
	file, err := os.Create(t.path)
	if err != nil {
		return err
	}
	writer := bufio.NewWriter(file)
	events := t.events
	if count := t.next.Load(); count < mostEvents {
		events = events[:count]
	}
	// A goroutine may move to another thread between taking its place and telling the time.
	sort.SliceStable(events, func(a, b int) bool { return events[a].atNs < events[b].atNs })
	head, err := json.Marshal(t.head(len(events)))
	if err != nil {
		return err
	}
	writer.Write(append(head, '\n'))
	for n := range events {
		record := events[n].record()
		writer.Write(record[:])
	}
	if err := writer.Flush(); err != nil {
		return err
	}
	return file.Close()
}

// head is the first line of the file.
func (t *trace) head(recorded int) map[string]any {
	threads := make(map[string]string)
	t.numbers.Range(func(id, number any) bool {
		threads[fmt.Sprint(number)] = fmt.Sprintf("thread %d", id)
		return true
	})
	return map[string]any{
		"trace": 1, "process": os.Getpid(), "name": version, "threads": threads, "events": recorded,
		"lost": t.next.Load() - uint64(recorded), "process_cpu_ns": t.cpuNs,
	}
}

func (e *event) record() (record [recordBytes]byte) {
	binary.LittleEndian.PutUint64(record[0:], uint64(e.atNs))
	binary.LittleEndian.PutUint64(record[8:], e.task)
	binary.LittleEndian.PutUint32(record[16:], e.lane)
	binary.LittleEndian.PutUint32(record[20:], e.thread)
	record[24], record[25] = e.kind, e.waitsFor
	return record
}
