//go:build !(linux && (amd64 || arm64))

// What a system that this program does not know in detail can do.

package main

import (
	"os"
	"time"
)

const hasSystemClock = false

// Only differences of these times are used.
func systemMonotonicNs() int64 { return 0 }

// All of the pacing thread's work counts as the model's here.
func threadCPUNs() int64 { return 0 }

// The threads of a trace are one here.
func threadID() int { return 1 }

func sleepUntil(timeNs int64) { time.Sleep(time.Duration(timeNs - now())) }

func pagesAfterEviction(*os.File) (int, error) {
	return 0, failureOf(unsupported, "files are evicted from the page cache on Linux only, on amd64 and arm64")
}
