// Files: reading them whole, and their state in the page cache before a run.

package main

import (
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
)

// fileOf is the path of the file that a task reads.
func (r *request) fileOf(step *step, index uint64) string {
	number := (mix64(r.workload.seed)%step.files + index%step.files) % step.files
	return filepath.Join(r.files, fmt.Sprintf("%05d.bin", number))
}

// readFile reads a task's file whole into the lane's buffer, and gives its CRC-32.
func (l *lane) readFile(step *step, index uint64) (uint64, error) {
	if calls := l.work.blockingCalls; calls != nil {
		calls <- struct{}{}
		defer func() { <-calls }()
	}
	if uint64(len(l.buffer)) <= step.bytes {
		// One byte more shows the end of the file without another read.
		l.buffer = make([]byte, step.bytes+1)
	}
	file, err := os.Open(l.work.fileOf(step, index))
	if err != nil {
		return 0, err
	}
	defer file.Close()
	length := 0
	for err == nil && uint64(length) < step.bytes {
		var count int
		count, err = file.Read(l.buffer[length:])
		length += count
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return 0, err
	}
	if uint64(length) != step.bytes {
		return 0, fmt.Errorf("%s has %d bytes (or more) instead of %d", file.Name(), length, step.bytes)
	}
	return uint64(crc32.ChecksumIEEE(l.buffer[:length])), nil
}

// prepareFiles brings the files that the run reads into the state that the workload asks for.
func (r *request) prepareFiles() error {
	for n := range r.workload.steps {
		step := &r.workload.steps[n]
		if step.kind != "read-file" {
			continue
		}
		// They repeat after as many tasks as there are files.
		for index := uint64(0); index < r.tasks && index < step.files; index++ {
			if err := prepareFile(r.fileOf(step, index), step.isCold); err != nil {
				return err
			}
		}
	}
	return nil
}

func prepareFile(path string, isCold bool) error {
	if !isCold {
		_, err := os.ReadFile(path)
		return err
	}
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	pages, err := pagesAfterEviction(file)
	if err == nil && pages > 0 {
		err = failureOf(unavailable, "%s: %d pages stay in the page cache after eviction (a file system in memory, such as tmpfs, cannot evict)",
			path, pages)
	}
	return err
}
