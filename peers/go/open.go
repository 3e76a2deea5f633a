// Open loops: tasks arrive by the clock, whether or not the model keeps up.

package main

import (
	"math"
	"runtime"
	"sync"
	"sync/atomic"
)

const (
	lateNs = 1_000_000
	// Between `go` and the first arrival.
	leadNs = 2_000_000
	// The number of the stream of intervals. No task has this index.
	intervals = 0x617272697665
)

// openOutcome is `open` of `done`.
type openOutcome struct {
	LateStarts      int64 `json:"late_starts"`
	CompletedInTime int64 `json:"completed_in_time"`
	GeneratorLate   int64 `json:"generator_late"`
	PacingCPUNs     int64 `json:"pacing_cpu_ns"`
}

// openLoop has its pacing thread, and in a pool its goroutines, started before the run.
type openLoop struct {
	work     *work
	recorder *recorder
	// When each task is due, after the first could start.
	offsets []int64
	firstNs int64
	// Until then a task is in time.
	endNs int64

	begin   chan struct{}
	running sync.WaitGroup
	lastNs  atomic.Int64
	// What becomes the outcome.
	lateStarts, completedInTime atomic.Int64
	generatorLate, pacingCPUNs  int64

	// Of a pool: the tasks that have arrived.
	arrived chan uint64
	// Of a goroutine per task: lanes that are free, or tasks that wait for one.
	mutex   sync.Mutex
	free    []*lane
	waiting []uint64
}

func newOpenLoop(w *work, recorder *recorder) *openLoop {
	o := &openLoop{work: w, recorder: recorder, offsets: offsets(&w.workload, w.tasks), begin: make(chan struct{})}
	// All tasks, and the pacing thread.
	o.running.Add(int(w.tasks) + 1)
	if w.variant == "goroutines" {
		o.free = append(o.free, w.lanes...)
	} else {
		o.arrived = make(chan uint64, w.tasks)
		for _, lane := range w.lanes {
			go o.pull(lane)
		}
	}
	go o.pace()
	return o
}

// offsets tells when each task is due, in nanoseconds after the first could start.
func offsets(w *workload, tasks uint64) []int64 {
	interval := 1e9 / float64(w.rate)
	stream, sum := nth(w.seed, intervals), 0.0
	times := make([]int64, tasks)
	for n := range times {
		times[n] = int64(float64(n) * interval)
		if w.isPoisson {
			uniform := float64(nth(stream, uint64(n))>>11) / (1 << 53)
			sum += -math.Log(1-uniform) * interval
			times[n] = int64(sum)
		}
	}
	return times
}

// run does all tasks, and gives the time at which the last ended.
func (o *openLoop) run() int64 {
	o.firstNs = now() + leadNs
	o.endNs = o.firstNs + o.offsets[len(o.offsets)-1] + o.work.workload.waitNs() + lateNs
	close(o.begin)
	o.running.Wait()
	return o.lastNs.Load()
}

// outcome is how punctual the loop was, once all tasks are done.
func (o *openLoop) outcome() *openOutcome {
	return &openOutcome{o.lateStarts.Load(), o.completedInTime.Load(), o.generatorLate, o.pacingCPUNs}
}

// pace hands over each task when it is due. It has a thread of its own.
func (o *openLoop) pace() {
	runtime.LockOSThread()
	<-o.begin
	beganNs, handingOverNs := threadCPUNs(), int64(0)
	for number, offset := range o.offsets {
		dueNs := o.firstNs + offset
		sleepUntil(dueNs)
		if now()-dueNs > lateNs {
			o.generatorLate++
		}
		beforeNs := threadCPUNs()
		o.handOver(uint64(number))
		handingOverNs += threadCPUNs() - beforeNs
	}
	o.pacingCPUNs = threadCPUNs() - beganNs - handingOverNs
	if o.arrived != nil {
		close(o.arrived)
	}
	runtime.UnlockOSThread()
	o.running.Done()
}

func (o *openLoop) handOver(number uint64) {
	if o.arrived != nil {
		o.arrived <- number
		return
	}
	o.mutex.Lock()
	last := len(o.free) - 1
	if last < 0 {
		o.waiting = append(o.waiting, number)
		o.mutex.Unlock()
		return
	}
	lane := o.free[last]
	o.free = o.free[:last]
	o.mutex.Unlock()
	lane.note(traceReady, forNothing, number)
	go o.unit(lane, number)
}

// unit is a goroutine of one task. It starts that of a task which waits for a lane, and otherwise gives its
// own back.
func (o *openLoop) unit(lane *lane, number uint64) {
	o.perform(lane, number)
	o.mutex.Lock()
	if len(o.waiting) > 0 {
		lane.note(traceReady, forNothing, o.waiting[0])
		go o.unit(lane, o.waiting[0])
		o.waiting = o.waiting[1:]
	} else {
		o.free = append(o.free, lane)
	}
	o.mutex.Unlock()
	o.running.Done()
}

func (o *openLoop) pull(lane *lane) {
	for number := range o.arrived {
		o.perform(lane, number)
		o.running.Done()
	}
}

func (o *openLoop) perform(lane *lane, number uint64) {
	dueNs := o.firstNs + o.offsets[number]
	if now()-dueNs > lateNs {
		o.lateStarts.Add(1)
	}
	digest := lane.perform(number, nil)
	endedNs := now()
	o.recorder.record(number, endedNs-dueNs, digest)
	if endedNs <= o.endNs {
		o.completedInTime.Add(1)
	}
	for last := o.lastNs.Load(); endedNs > last && !o.lastNs.CompareAndSwap(last, endedNs); {
		last = o.lastNs.Load()
	}
}
