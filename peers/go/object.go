// Objects of the request, whose fields are taken one by one. The first mistake is kept, so that whoever reads a
// request asks once, at the end.

package main

import (
	"encoding/json"
	"strconv"
	"strings"
)

// reading is the reading of one request.
type reading struct{ err error }

func (r *reading) refuse(format string, values ...any) {
	if r.err == nil {
		r.err = failureOf(usageError, format, values...)
	}
}

// object is a part of the request; `what` names it in messages.
type object struct {
	*reading
	what   string
	fields map[string]json.RawMessage
}

// object reads an object that may have these fields and no others: those would ask for what is not done.
func (r *reading) object(what string, text []byte, names ...string) object {
	read := object{reading: r, what: what}
	if err := json.Unmarshal(text, &read.fields); err != nil || read.fields == nil {
		r.refuse("%s is no JSON object: %.100s", what, text)
	}
	for name := range read.fields {
		if !contains(names, name) {
			r.refuse("%s has no field %q: there are %s", what, name, strings.Join(names, ", "))
		}
	}
	return read
}

func contains(names []string, name string) bool {
	for _, one := range names {
		if one == name {
			return true
		}
	}
	return false
}

// optional reads a field, unless it is absent or null.
func (o object) optional(name string, into any) {
	text, isThere := o.fields[name]
	if !isThere || string(text) == "null" {
		return
	}
	if err := json.Unmarshal(text, into); err != nil {
		o.refuse("%s of %s is %.100s: %v", name, o.what, text, err)
	}
}

// text reads a field that has to be there.
func (o object) text(name string) (text string) {
	o.must(name)
	o.optional(name, &text)
	return text
}

// count reads a whole number within bounds.
func (o object) count(name string, least, most uint64) uint64 {
	number := least
	o.must(name)
	o.optional(name, &number)
	if number < least || number > most {
		o.refuse("%s of %s is %d: allowed are %d to %d", name, o.what, number, least, most)
	}
	return number
}

// nanoseconds reads a duration, which is 0 where it is absent.
func (o object) nanoseconds(name string) int64 {
	var text string
	o.optional(name, &text)
	if text == "" {
		return 0
	}
	number, err := strconv.ParseInt(strings.TrimSuffix(text, "ns"), 10, 64)
	if err != nil || number < 0 || !strings.HasSuffix(text, "ns") {
		o.refuse("%s of %s is %q: allowed is a whole number of nanoseconds, such as \"5ns\"", name, o.what, text)
	}
	return number
}

func (o object) must(name string) {
	if _, isThere := o.fields[name]; !isThere {
		o.refuse("%s has no %s", o.what, name)
	}
}

// part reads a field that is an object itself; one that is absent is empty.
func (o object) part(name string, names ...string) object {
	text, isThere := o.fields[name]
	if !isThere || string(text) == "null" {
		text = []byte("{}")
	}
	return o.object(name, text, names...)
}
