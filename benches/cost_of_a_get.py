#!/usr/bin/env python3
"""Where the processor time of a GET goes: in the program or in the kernel, over how many system calls and switches.

    cargo build --release -p xtask
    python3 benches/cost_of_a_get.py 10 twin/epoll twin/epoll-per-core async-tokio/per-core

runs `http-fast` with 20 times its tasks, 10 times under each variant in turn, and prints for each the medians and, in
brackets, the least and the greatest. It counts with `perf` (Linux, tracepoints and a sampling clock; root, or
`kernel.perf_event_paranoid` of -1), which makes every system call dearer: its times are for comparison with each other.
Samples and calls are told apart by the names of threads, which a model's program begins with its own name or its
runtime's; those of the test server and of the tool are not counted. Only the standard library is used.
"""

import collections
import os
import re
import statistics
import subprocess
import sys
import tempfile

WORKLOAD = "crates/workloads/catalog/http-fast.toml"
TASKS = 400_000
HERTZ = 2999
USAGE = "usage: python3 benches/cost_of_a_get.py RUNS VARIANT [VARIANT ...], with 1 to 100 runs"
# Threads of models begin with these names; the test server's and the tool's do not.
OURS = re.compile(r"(twin|async-|tokio|compio|smol|threads|coroutine|may|epoll)")
FIGURES = ("program, µs", "kernel, µs", "system calls", "switches")


def perf(events, command, folder):
    """The samples of all processors during a command: pairs of a thread's name and the rest of the line."""
    stored = os.path.join(folder, "perf.data")
    recorded = subprocess.run(
        ["perf", "record", "--quiet", "--all-cpus", "--output", stored, *events, "--", *command],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if recorded.returncode != 0:
        sys.exit(f"error: perf record ended with {recorded.returncode}:\n{recorded.stderr}")
    printed = subprocess.run(
        ["perf", "script", "--input", stored, "--fields", "comm,event,ip"],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True)
    for line in printed.stdout.splitlines():
        if OURS.match(line.strip()):
            yield line.split()


def one_run(variant, workload, folder):
    """The figures of one run in the order of `FIGURES`, each for one GET."""
    command = ["target/release/xtask", "run", variant, workload]
    sampled = collections.Counter(
        "kernel" if line[-1].startswith("ffff") else "program"
        for line in perf(["--event", "cpu-clock", "--freq", str(HERTZ)], command, folder))
    # A count of calls needs no instruction pointers; -c 1 counts each of them.
    counted = collections.Counter(
        "switches" if any("sched_switch" in word for word in line) else "calls"
        for line in perf(["--event", "raw_syscalls:sys_enter,sched:sched_switch", "--count", "1"], command, folder))
    microseconds = {place: samples / HERTZ / TASKS * 1e6 for place, samples in sampled.items()}
    return (microseconds.get("program", 0), microseconds.get("kernel", 0),
            counted["calls"] / TASKS, counted["switches"] / TASKS)


def longer(folder):
    """The workload file with more tasks, so that what precedes them does not show."""
    with open(WORKLOAD) as file:
        text, replaced = re.subn(r"(?m)^tasks = .*$", f"tasks = {TASKS}", file.read())
    if replaced != 1:
        sys.exit(f"error: {WORKLOAD} has no line with its tasks")
    stored = os.path.join(folder, "http-fast-longer.toml")
    with open(stored, "w") as file:
        file.write(text)
    return stored


def main():
    if len(sys.argv) < 3 or not sys.argv[1].isdecimal() or not 1 <= int(sys.argv[1]) <= 100:
        sys.exit(USAGE)
    runs, variants = int(sys.argv[1]), sys.argv[2:]
    measured = {variant: [] for variant in variants}
    with tempfile.TemporaryDirectory() as folder:
        workload = longer(folder)
        for _ in range(runs):
            for variant in variants:
                measured[variant].append(one_run(variant, workload, folder))
    print("for each GET:", ", ".join(FIGURES))
    for variant, rows in measured.items():
        cells = [f"{statistics.median(row):.2f} [{min(row):.2f}, {max(row):.2f}]" for row in zip(*rows)]
        print(f"{variant:30}", "   ".join(cells))


if __name__ == "__main__":
    main()
