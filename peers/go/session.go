// One run, from the request to the last line: the handshake that docs/FORMAT.md describes.

package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
)

// Of the garbage collector: it runs when the heap has grown by so many per cent, as by default.
const gcPercent = 100

type session struct {
	lines    <-chan string
	work     *work
	recorder *recorder
	// Of a workload with a rate.
	openLoop *openLoop
}

type ready struct {
	Protocol  int               `json:"protocol"`
	Version   string            `json:"version"`
	InFlight  uint64            `json:"in_flight"`
	StartNs   int64             `json:"start_ns"`
	ConnectNs int64             `json:"connect_ns"`
	WarmUpNs  int64             `json:"warm_up_ns"`
	Knobs     map[string]string `json:"knobs"`
}

type switches struct {
	Voluntary   int64 `json:"voluntary"`
	Involuntary int64 `json:"involuntary"`
}

type done struct {
	Tasks          uint64            `json:"tasks"`
	Digest         string            `json:"digest"`
	ElapsedNs      int64             `json:"elapsed_ns"`
	Latency        [][2]int64        `json:"latency"`
	CPUNs          int64             `json:"cpu_ns"`
	Switches       switches          `json:"switches"`
	VMHWMBytes     *int64            `json:"vm_hwm_bytes"`
	Threads        int               `json:"threads"`
	Processes      int               `json:"processes"`
	AliveAtOnce    *uint64           `json:"alive_at_once"`
	RunQueueWaitNs *int64            `json:"run_queue_wait_ns"`
	Counts         map[string]uint64 `json:"counts"`
	Open           *openOutcome      `json:"open"`
	ShutDownNs     int64             `json:"shut_down_ns"`
}

func (s *session) run() error {
	request, err := readRequest(<-s.lines)
	if err != nil {
		return err
	}
	if err := request.check(); err != nil {
		return err
	}
	if request.parent != 0 {
		go endWithParent(int(request.parent))
	}
	s.work = newWork(request)
	runtime.GOMAXPROCS(s.work.processors())
	debug.SetGCPercent(gcPercent)
	startedNs := now()
	if err := s.work.connect(); err != nil {
		return err
	}
	s.work.units = newUnits(s.work)
	connectedNs := now()
	if err := s.warmUp(); err != nil {
		return err
	}
	s.recorder = newRecorder(request.tasks)
	s.work.trace = newTrace(request.trace)
	if request.workload.rate > 0 {
		s.openLoop = newOpenLoop(s.work, s.recorder)
	}
	say(map[string]ready{"ready": {
		Protocol: protocol, Version: version, InFlight: s.work.width(), StartNs: startedNs - beganNs,
		ConnectNs: connectedNs - startedNs, WarmUpNs: now() - connectedNs, Knobs: s.knobs(),
	}})
	if err := s.awaitGo(); err != nil {
		return err
	}
	done, err := s.measure()
	if err != nil {
		return err
	}
	shuttingNs := now()
	s.work.close()
	done.ShutDownNs = now() - shuttingNs
	isOver.Store(true)
	say(map[string]any{"done": done})
	return nil
}

// awaitGo waits for the order to go on.
func (s *session) awaitGo() error {
	if line := strings.TrimSpace(<-s.lines); line != "go" {
		return failureOf(usageError, "expected the line \"go\", got %.100q", line)
	}
	return nil
}

// barrier stands still until it may go on.
func (s *session) barrier() {
	say(map[string]any{"held": struct{}{}})
	if err := s.awaitGo(); err != nil {
		endWith(err)
	}
}

// warmUp does one task in every lane, behind the workload's last; then files come into their state.
func (s *session) warmUp() error {
	first, count := s.work.workload.tasks, s.work.width()
	if s.work.workload.coordination != nil {
		_, err := (&coordination{work: s.work, first: first, count: count}).run()
		return err
	}
	(&closedLoop{work: s.work, first: first, count: count, waiting: s.latch(nil)}).run()
	return s.work.prepareFiles()
}

// latch is that of one phase, or nil where no task waits.
func (s *session) latch(onFull func()) *latch {
	if !s.work.workload.has("wait") {
		return nil
	}
	return newLatch(s.work.width(), onFull)
}

// drive does the measured tasks.
func (s *session) drive(waiting *latch) (coordinated, error) {
	count := s.work.tasks
	switch {
	case s.work.workload.coordination != nil:
		return (&coordination{work: s.work, count: count, recorder: s.recorder}).run()
	case s.openLoop != nil:
		return coordinated{endedNs: s.openLoop.run()}, nil
	default:
		(&closedLoop{work: s.work, count: count, recorder: s.recorder, waiting: waiting}).run()
		return coordinated{}, nil
	}
}

func (s *session) measure() (*done, error) {
	var waiting *latch
	if s.openLoop == nil {
		var onFull func()
		if s.work.hold {
			onFull = s.barrier
		}
		waiting = s.latch(onFull)
	}
	queued := runQueueWaits()
	before, startNs := readUsage(), now()
	s.work.trace.noteAt(startNs, traceBegin, forNothing, noLane, noTask)
	outcome, err := s.drive(waiting)
	if err != nil {
		return nil, err
	}
	endedNs, after := now(), readUsage()
	if outcome.endedNs != 0 {
		endedNs = outcome.endedNs
	}
	s.work.trace.noteAt(endedNs, traceEnd, forNothing, noLane, noTask)
	if outcome.used != nil {
		after = *outcome.used
	}
	done := &done{
		Tasks:     s.work.tasks,
		ElapsedNs: endedNs - startNs,
		CPUNs:     after.cpuNs - before.cpuNs,
		Switches: switches{
			Voluntary:   after.voluntary - before.voluntary,
			Involuntary: after.involuntary - before.involuntary,
		},
		RunQueueWaitNs: waitedSince(queued),
		Threads:        threadCount(),
		Processes:      1,
		AliveAtOnce:    waiting.alive(),
		Counts:         outcome.counts,
	}
	if s.work.trace != nil {
		s.work.trace.cpuNs = done.CPUNs
	}
	if s.openLoop != nil {
		done.Open = s.openLoop.outcome()
		done.CPUNs -= done.Open.PacingCPUNs
	}
	return done, s.finish(done)
}

// finish stands at the last barrier, and adds what is made of the record behind it.
func (s *session) finish(done *done) error {
	if s.work.hold {
		s.barrier()
	}
	if undone := s.recorder.undone(); undone > 0 {
		return fmt.Errorf("%d tasks were not done", undone)
	}
	done.Digest, done.Latency = s.recorder.digest(), s.recorder.histogram()
	done.VMHWMBytes = peakMemory()
	if done.CPUNs < 0 {
		done.CPUNs = 0
	}
	if done.ElapsedNs < 1 {
		done.ElapsedNs = 1
	}
	if done.Counts == nil {
		done.Counts = map[string]uint64{}
	}
	if s.work.digests != "" {
		if err := s.recorder.writeDigests(s.work.digests); err != nil {
			return err
		}
	}
	return s.work.trace.write()
}

// processors is on how many the program runs Go code at the same time.
func (w *work) processors() int {
	count := int(w.workers)
	if w.variant == "sequential" {
		count = 1
	}
	if w.workload.rate > 0 {
		// One more for the pacing thread, which else would wait for tasks that compute.
		count++
	}
	return count
}

func (s *session) knobs() map[string]string {
	return map[string]string{
		"go":          strings.TrimPrefix(runtime.Version(), "go"),
		"compiler":    runtime.Compiler,
		"gomaxprocs":  fmt.Sprint(runtime.GOMAXPROCS(0)),
		"gogc":        fmt.Sprint(gcPercent),
		"system":      runtime.GOOS + "/" + runtime.GOARCH,
		"tcp_nodelay": "true",
		"http":        "net.Conn and a parser of our own",
		"files":       "os.File, at most " + fmt.Sprint(s.work.blocking) + " at once",
	}
}
