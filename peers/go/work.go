// The work of one run: its lanes, and the steps of a task, which are the same for all variants.

package main

import "fmt"

type work struct {
	*request
	lanes []*lane
	// Kept small where there are more lanes than blocking calls may go on at the same time; else nil.
	blockingCalls chan struct{}
	units         units
	// nil in a run that is not recorded, and in the warm-up.
	trace *trace
}

// lane is one slot of what is in flight, and what it keeps from task to task.
type lane struct {
	work     *work
	number   uint32
	http     *httpConnection
	postgres *postgresSession
	buffer   []byte
	startNs  int64
}

func newWork(r *request) *work {
	width := r.inFlight
	if r.tasks < width {
		width = r.tasks
	}
	if r.variant == "sequential" {
		width = 1
	}
	w := &work{request: r, lanes: make([]*lane, width)}
	if width > r.blocking {
		w.blockingCalls = make(chan struct{}, r.blocking)
	}
	return w
}

func (w *work) width() uint64 { return uint64(len(w.lanes)) }

// connect opens the lanes, each with the connections that it keeps.
func (w *work) connect() error {
	lanes := make([]lane, len(w.lanes))
	for n := range lanes {
		lanes[n].work, lanes[n].number = w, uint32(n)
		w.lanes[n] = &lanes[n]
		for _, step := range w.workload.steps {
			if err := lanes[n].open(step); err != nil {
				return err
			}
		}
	}
	return nil
}

// open opens what a step keeps, unless an earlier step has.
func (l *lane) open(step step) (err error) {
	switch {
	case step.isNew:
	case step.kind == "http-get" && l.http == nil:
		l.http, err = openHTTP(l.work.origin)
	case step.kind == "postgres-select" && l.postgres == nil:
		l.postgres, err = openPostgres(l.work.request)
	}
	return err
}

func (w *work) close() {
	for _, lane := range w.lanes {
		if lane.http != nil {
			lane.http.close()
		}
		if lane.postgres != nil {
			lane.postgres.close()
		}
	}
}

// perform carries out a task, and gives its digest. A task that fails ends the program.
func (l *lane) perform(index uint64, waiting *latch) uint64 {
	workload := &l.work.workload
	seed := nth(workload.seed, index)
	var digest uint64
	l.note(traceRun, forNothing, index)
	for n := range workload.steps {
		value, err := l.step(&workload.steps[n], index, nth(seed, uint64(n)), waiting)
		if err != nil {
			endWith(fmt.Errorf("task %d: %w", index, err))
		}
		digest = mix(digest, value)
	}
	l.note(traceDone, forNothing, index)
	return digest
}

func (l *lane) step(step *step, index, seed uint64, waiting *latch) (uint64, error) {
	switch step.kind {
	case "http-get":
		l.note(traceWait, forSocket, index)
		defer l.note(traceRun, forNothing, index)
		return l.httpGet(step, seed)
	case "postgres-select":
		l.note(traceWait, forSocket, index)
		defer l.note(traceRun, forNothing, index)
		return l.postgresSelect(step, seed)
	case "read-file":
		return l.readFile(step, index)
	case "wait":
		l.note(traceWait, forTimer, index)
		waiting.wait(step.duration)
		l.note(traceRun, forNothing, index)
		return seed, nil
	default:
		return step.kernel(step.size, seed), nil
	}
}

func (l *lane) httpGet(step *step, seed uint64) (uint64, error) {
	if !step.isNew {
		crc, err := l.http.get(step, seed)
		return uint64(crc), err
	}
	connection, err := openHTTP(l.work.origin)
	if err != nil {
		return 0, err
	}
	defer connection.close()
	crc, err := connection.get(step, seed)
	return uint64(crc), err
}

func (l *lane) postgresSelect(step *step, seed uint64) (uint64, error) {
	if !step.isNew {
		crc, err := l.postgres.query(step, seed)
		return uint64(crc), err
	}
	session, err := openPostgres(l.work.request)
	if err != nil {
		return 0, err
	}
	defer session.close()
	crc, err := session.query(step, seed)
	return uint64(crc), err
}

// valueOf is the value of a task that coordinates: its first step seed.
func (w *work) valueOf(index uint64) uint64 { return nth(nth(w.workload.seed, index), 0) }
