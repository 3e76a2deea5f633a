// The ways in which a run ends without a result.

package main

import (
	"errors"
	"fmt"
	"os"
	"sync"
)

// Exit codes, as docs/FORMAT.md has them.
const (
	exitFailed = 1
	exitUsage  = 2
	exitClosed = 3
)

// failureKind is the kind of an `error` message.
type failureKind string

const (
	usageError  failureKind = "usage"
	unsupported failureKind = "unsupported"
	unavailable failureKind = "unavailable"
	failed      failureKind = "failed"
)

// failure is an error with a kind. Any other error is of the kind `failed`.
type failure struct {
	Kind    failureKind `json:"kind"`
	Message string      `json:"message"`
}

func (f *failure) Error() string { return f.Message }

func failureOf(kind failureKind, format string, values ...any) error {
	return &failure{kind, fmt.Sprintf(format, values...)}
}

// ending is held by the first goroutine that ends the program: there is one last line.
var ending sync.Mutex

// endWith says what went wrong and ends the program, wherever in it that is.
func endWith(err error) {
	ending.Lock()
	var told *failure
	if !errors.As(err, &told) {
		told = &failure{failed, err.Error()}
	} else if told.Error() != err.Error() {
		// What is around it says which task it was.
		told = &failure{told.Kind, err.Error()}
	}
	isOver.Store(true)
	say(map[string]any{"error": told})
	if told.Kind == usageError {
		os.Exit(exitUsage)
	}
	os.Exit(exitFailed)
}
