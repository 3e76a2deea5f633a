// Steps and kinds of coordination, as a request has them.

package main

import "encoding/json"

// The fields that each kind may have.
var kinds = map[string][]string{
	"http-get":        {"bytes", "latency", "connection"},
	"sqlite-select":   {"rows", "count", "transaction"},
	"postgres-select": {"rows", "wait", "connection"},
	"read-file":       {"files", "bytes", "cache"},
	"wait":            {"duration"},
	"compute":         {"kernel", "size"},
	"spawn":           {},
	"ping-pong":       {"bytes"},
	"counter":         {"increments", "synchronised"},
	"order":           {},
	"stall":           {"period", "hogs", "hog"},
	"echo":            {"think", "hogs", "hog"},
}

// step has the data of its kind; the other fields are zero.
type step struct {
	kind                                       string
	bytes, rows, files, size, increments, hogs uint64
	// In nanoseconds.
	latency, wait, duration, period, hog, think int64
	// Whether it makes a connection of its own, reads evicted files, counts by atomic addition.
	isNew, isCold, isSynchronised bool
	kernel                        kernel
}

// readStep reads `{"wait": {"duration": "5ns"}}`. `what` names it in messages.
func (r *reading) readStep(what string, text []byte) step {
	var of map[string]json.RawMessage
	if err := json.Unmarshal(text, &of); err != nil || len(of) != 1 {
		r.refuse("%s is %.100s: allowed is an object with one key", what, text)
	}
	for kind, data := range of {
		names, isKnown := kinds[kind]
		if !isKnown {
			// It is refused with all other work that is not done here.
			return step{kind: kind}
		}
		return r.object(kind, data, names...).step()
	}
	return step{}
}

// step reads the fields that the object has: `kinds` says which.
func (o object) step() step {
	read := step{kind: o.what}
	numbers := map[string]*uint64{
		"bytes": &read.bytes, "rows": &read.rows, "files": &read.files, "size": &read.size,
		"increments": &read.increments, "hogs": &read.hogs,
	}
	durations := map[string]*int64{
		"latency": &read.latency, "wait": &read.wait, "duration": &read.duration, "period": &read.period,
		"hog": &read.hog, "think": &read.think,
	}
	for _, name := range kinds[o.what] {
		if number := numbers[name]; number != nil {
			*number = o.count(name, 0, 1<<62)
		}
		if duration := durations[name]; duration != nil {
			*duration = o.nanoseconds(name)
		}
	}
	var connection, cache, kernel string
	o.optional("connection", &connection)
	o.optional("cache", &cache)
	o.optional("kernel", &kernel)
	o.optional("synchronised", &read.isSynchronised)
	read.isNew, read.isCold = connection == "new", cache == "cold"
	read.kernel = kernels[kernel]
	return read
}

// check refuses what this program, or the variant, does not do.
func (r *request) check() error {
	if r.workload.serves {
		return failureOf(unsupported, "this program answers no requests")
	}
	if what := r.workload.coordination; what != nil {
		return r.checkCoordination(what.kind)
	}
	for _, step := range r.workload.steps {
		switch step.kind {
		case "http-get", "postgres-select", "wait":
		case "read-file":
			if step.files == 0 {
				return failureOf(usageError, "files of read-file is 0: allowed are 1 or more")
			}
		case "compute":
			if step.kernel == nil {
				return failureOf(unsupported, "this program has no such kernel")
			}
		case "sqlite-select":
			return failureOf(unsupported, "the standard library of Go has no client for %s", step.kind)
		case "call":
			return failureOf(unsupported, "Go calls functions of C libraries by cgo, which its standard library alone has not")
		default:
			return failureOf(unsupported, "this program does not know steps of the kind %q", step.kind)
		}
	}
	return nil
}

func (r *request) checkCoordination(kind string) error {
	switch {
	case r.trace != "":
		return failureOf(unsupported, "coordination has no lanes whose trace could be recorded")
	case r.variant == "sequential":
		return failureOf(unsupported, "one lane has nobody to coordinate with")
	case !contains([]string{"spawn", "ping-pong", "counter", "order", "stall", "echo"}, kind):
		return failureOf(unsupported, "this program does not know coordination of the kind %q", kind)
	case (kind == "stall" || kind == "echo") && !hasSystemClock:
		return failureOf(unsupported, "pulses are timed on Linux only, on amd64 and arm64")
	}
	return nil
}
