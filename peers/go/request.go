// The request, checked for types, ranges and fields that there are not.

package main

import (
	"encoding/json"
	"os"
	"strconv"
	"strings"
)

const (
	protocol     = 1
	mostUnits    = 100_000
	mostInFlight = 1_000_000
	mostTasks    = 10_000_000
)

var variants = []string{"sequential", "goroutines", "pool"}

type request struct {
	variant  string
	tasks    uint64
	hold     bool
	digests  string
	trace    string
	parent   uint64
	workload workload
	// Addresses and paths of what the work is done against.
	origin, files, pulses string
	postgres              *postgresServer

	workers, inFlight, blocking uint64
}

type workload struct {
	tasks        uint64
	seed         uint64
	steps        []step
	coordination *step
	// Whether the program is to answer requests.
	serves bool
	// Tasks a second of an open loop; 0 in a closed one.
	rate      uint64
	isPoisson bool
}

// readRequest reads the first line of standard input.
func readRequest(line string) (*request, error) {
	var reading reading
	top := reading.object("the request", []byte(line),
		"protocol", "variant", "setup", "tasks", "hold", "digests", "trace", "parent")
	if reading.err != nil {
		return nil, reading.err
	}
	if spoken := top.count("protocol", 0, 1<<32); spoken != protocol {
		reading.refuse("protocol %d: this program speaks %d", spoken, protocol)
	}
	r := &request{variant: top.text("variant")}
	if !contains(variants, r.variant) {
		reading.refuse("no variant %q: there are %s", r.variant, strings.Join(variants, ", "))
	}
	top.must("setup")
	r.readSetup(top.part("setup", "workload", "endpoints", "workers", "in_flight", "blocking", "switch_interval_us"))
	r.tasks = top.count("tasks", 1, r.workload.tasks)
	top.optional("hold", &r.hold)
	top.optional("digests", &r.digests)
	top.optional("trace", &r.trace)
	top.optional("parent", &r.parent)
	if r.parent != 0 && r.parent != uint64(os.Getppid()) {
		reading.refuse("process %d is not the parent of this one", r.parent)
	}
	return r, reading.err
}

func (r *request) readSetup(setup object) {
	r.workers = setup.count("workers", 1, mostUnits)
	r.blocking = setup.count("blocking", 1, mostUnits)
	r.inFlight = setup.count("in_flight", 1, mostInFlight)
	setup.must("workload")
	r.workload.read(setup.part("workload", "name", "about", "class", "tasks", "in_flight", "rate", "arrivals",
		"seed", "coordination", "serve", "step"))
	endpoints := setup.part("endpoints", "origin", "sqlite", "files", "postgres", "pulses")
	endpoints.optional("origin", &r.origin)
	endpoints.optional("files", &r.files)
	endpoints.optional("pulses", &r.pulses)
	if text, isThere := endpoints.fields["postgres"]; isThere && string(text) != "null" {
		r.postgres = readPostgres(endpoints.part("postgres", "address", "user", "password", "database", "table"))
	}
}

func (w *workload) read(from object) {
	w.tasks = from.count("tasks", 1, mostTasks)
	w.seed = from.count("seed", 0, 1<<64-1)
	var rate, arrivals string
	from.optional("rate", &rate)
	if rate != "" {
		perSecond, err := strconv.ParseUint(strings.TrimSuffix(rate, "/s"), 10, 64)
		if err != nil || perSecond == 0 || !strings.HasSuffix(rate, "/s") {
			from.refuse("rate is %q: allowed is a whole number of tasks a second, such as \"5/s\"", rate)
		}
		w.rate = perSecond
	}
	from.optional("arrivals", &arrivals)
	w.isPoisson = arrivals == "poisson"
	var texts []json.RawMessage
	from.optional("step", &texts)
	for _, text := range texts {
		w.steps = append(w.steps, from.readStep("a step", text))
	}
	text, isThere := from.fields["serve"]
	w.serves = isThere && string(text) != "null"
	if text, isThere := from.fields["coordination"]; isThere && string(text) != "null" {
		coordination := from.readStep("coordination", text)
		w.coordination = &coordination
	}
}

// waitNs is how long a task waits at least.
func (w *workload) waitNs() (sum int64) {
	for _, step := range w.steps {
		sum += step.latency + step.wait + step.duration
	}
	return sum
}

// has tells whether a task has a step of a kind.
func (w *workload) has(kind string) bool {
	for _, step := range w.steps {
		if step.kind == kind {
			return true
		}
	}
	return false
}
