//go:build linux && (amd64 || arm64)

// What only the system can do: its clocks, and eviction from the page cache.

package main

import (
	"os"
	"syscall"
	"unsafe"
)

const (
	clockMonotonic = 1
	clockThreadCPU = 3
	timerAbsolute  = 1
	adviseDontNeed = 4

	// Whether pulses, which are due by the clock of the system, can be timed.
	hasSystemClock = true
)

func clockNs(clock uintptr) int64 {
	var time syscall.Timespec
	syscall.RawSyscall(syscall.SYS_CLOCK_GETTIME, clock, uintptr(unsafe.Pointer(&time)), 0)
	return time.Nano()
}

func systemMonotonicNs() int64 { return clockNs(clockMonotonic) }

// threadCPUNs is the processor time of the calling thread.
func threadCPUNs() int64 { return clockNs(clockThreadCPU) }

// threadID is the id of the calling thread.
func threadID() int { return syscall.Gettid() }

// sleepUntil puts the calling thread to sleep, and not only the goroutine: the runtime's timers would have
// another thread wake it.
func sleepUntil(timeNs int64) {
	until := syscall.NsecToTimespec(timeNs)
	for now() < timeNs {
		syscall.Syscall6(syscall.SYS_CLOCK_NANOSLEEP, clockMonotonic, timerAbsolute,
			uintptr(unsafe.Pointer(&until)), 0, 0, 0)
	}
}

// pagesAfterEviction evicts a file from the page cache, and counts its pages that stay there.
func pagesAfterEviction(file *os.File) (int, error) {
	descriptor := file.Fd()
	_, _, failed := syscall.Syscall6(syscall.SYS_FADVISE64, descriptor, 0, 0, adviseDontNeed, 0, 0)
	if failed != 0 {
		return 0, failed
	}
	data, err := file.Stat()
	if err != nil || data.Size() == 0 {
		return 0, err
	}
	mapping, err := syscall.Mmap(int(descriptor), 0, int(data.Size()), syscall.PROT_READ, syscall.MAP_SHARED)
	if err != nil {
		return 0, err
	}
	defer syscall.Munmap(mapping)
	pageSize := os.Getpagesize()
	pages := make([]byte, (len(mapping)+pageSize-1)/pageSize)
	_, _, failed = syscall.Syscall(syscall.SYS_MINCORE, uintptr(unsafe.Pointer(&mapping[0])),
		uintptr(len(mapping)), uintptr(unsafe.Pointer(&pages[0])))
	if failed != 0 {
		return 0, failed
	}
	resident := 0
	for _, page := range pages {
		// Only the lowest bit is defined.
		resident += int(page & 1)
	}
	return resident, nil
}
