// What the program measures of itself: processor time, context switches, memory, threads, waiting for a
// processor.

package main

import (
	"bytes"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// usage is what the program and its children have used since their start.
type usage struct {
	cpuNs       int64
	voluntary   int64
	involuntary int64
}

func readUsage() usage {
	var sum usage
	for _, whose := range []int{syscall.RUSAGE_SELF, syscall.RUSAGE_CHILDREN} {
		var of syscall.Rusage
		if err := syscall.Getrusage(whose, &of); err != nil {
			continue
		}
		sum.cpuNs += of.Utime.Nano() + of.Stime.Nano()
		sum.voluntary += int64(of.Nvcsw)
		sum.involuntary += int64(of.Nivcsw)
	}
	return sum
}

// runQueueWaits tells how long each living thread has waited for a processor, in nanoseconds; nil where the
// system does not tell.
func runQueueWaits() map[string]int64 {
	waits := make(map[string]int64)
	for _, thread := range liveThreads() {
		// A thread that has just ended waits no more.
		text, err := os.ReadFile("/proc/self/task/" + thread + "/schedstat")
		fields := strings.Fields(string(text))
		if err != nil || len(fields) < 2 {
			continue
		}
		if wait, err := strconv.ParseInt(fields[1], 10, 64); err == nil {
			waits[thread] = wait
		}
	}
	if len(waits) == 0 {
		return nil
	}
	return waits
}

// waitedSince tells how long living threads have waited since `runQueueWaits` gave `before`.
func waitedSince(before map[string]int64) *int64 {
	after := runQueueWaits()
	if before == nil || after == nil {
		return nil
	}
	var sum int64
	for thread, wait := range after {
		sum += wait - before[thread]
	}
	return &sum
}

// liveThreads has the ids of this program's threads. The runtime keeps every thread that it has started.
func liveThreads() []string {
	folder, err := os.Open("/proc/self/task")
	if err != nil {
		return nil
	}
	defer folder.Close()
	names, _ := folder.Readdirnames(-1)
	return names
}

func threadCount() int {
	if threads := len(liveThreads()); threads > 0 {
		return threads
	}
	return 1
}

// peakMemory is the peak of resident memory in bytes, or nil where the system does not tell.
func peakMemory() *int64 {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return nil
	}
	for _, line := range bytes.Split(text, []byte("\n")) {
		fields := strings.Fields(string(line))
		if len(fields) == 3 && fields[0] == "VmHWM:" {
			if kibibytes, err := strconv.ParseInt(fields[1], 10, 64); err == nil {
				peak := kibibytes * 1024
				return &peak
			}
		}
	}
	return nil
}
