// The record of a phase: a latency and a digest a task, each in a place of its own, so that no lane waits for
// another to record.

package main

import (
	"bufio"
	"fmt"
	"os"
	"sort"
)

type recorder struct {
	latencies []int64
	digests   []uint64
}

// newRecorder has room for so many tasks.
func newRecorder(tasks uint64) *recorder {
	return &recorder{make([]int64, tasks), make([]uint64, tasks)}
}

// record notes a task by its number from 0.
func (r *recorder) record(number uint64, latencyNs int64, digest uint64) {
	if latencyNs < 1 {
		latencyNs = 1
	}
	r.latencies[number] = latencyNs
	r.digests[number] = digest
}

// undone counts the tasks that were not recorded.
func (r *recorder) undone() (undone int) {
	for _, latency := range r.latencies {
		if latency == 0 {
			undone++
		}
	}
	return undone
}

// digest is that of the run. Tasks are numbered by their index.
func (r *recorder) digest() string {
	var sum uint64
	for index, digest := range r.digests {
		sum += mix(uint64(index), digest)
	}
	return fmt.Sprintf("%016x", sum)
}

// writeDigests writes the digest of every task to a file, a line each.
func (r *recorder) writeDigests(path string) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	writer := bufio.NewWriter(file)
	for _, digest := range r.digests {
		fmt.Fprintf(writer, "%016x\n", digest)
	}
	if err := writer.Flush(); err != nil {
		return err
	}
	return file.Close()
}

// histogram is [[upper edge, count], …], ascending: with three significant digits there are 1024 buckets for
// each doubling.
func (r *recorder) histogram() [][2]int64 {
	counts := make(map[int64]int64)
	for _, latency := range r.latencies {
		value, width := latency, int64(1)
		for value >= 2048 {
			value /= 2
			width *= 2
		}
		counts[(value+1)*width-1]++
	}
	buckets := make([][2]int64, 0, len(counts))
	for edge, count := range counts {
		buckets = append(buckets, [2]int64{edge, count})
	}
	sort.Slice(buckets, func(a, b int) bool { return buckets[a][0] < buckets[b][0] })
	return buckets
}
