"""The load generator of an open loop: one thread that hands each task to the model at the time at which it should
start."""

import math
import threading
import time

from peer.digests import nth
from peer.recorder import LATE_NS

# How long after the order the first task arrives, so that the thread has started.
LEAD_NS = 2_000_000
# Keeps the stream of intervals apart from those of tasks.
INTERVALS = 0x617272697665


def offsets(seed, count, rate, poisson):
    """When each task arrives, in nanoseconds after the first could."""
    interval = 1e9 / rate
    stream = nth(seed, INTERVALS)
    passed = 0.0
    for number in range(count):
        if poisson:
            uniform = (nth(stream, number) >> 11) * 2.0**-53
            passed += interval * -math.log(1.0 - uniform)
            yield int(passed)
        else:
            yield int(number * interval)


class Arrivals:
    """The arrivals of one run."""

    def __init__(self, workload, count, record):
        self.count = count
        self._workload = workload
        self._record = record
        self._late = 0
        self._cpu_ns = 0

    def begin(self, hand_over):
        """Starts the pacing thread: it calls `hand_over` with each (index, intended time), or as soon as it
        can afterwards, and with None after the last. False ends it early."""
        workload = self._workload
        times = list(offsets(workload.seed, self.count, workload.rate, workload.poisson))
        # After all times are known, which takes a while where there are many.
        first_ns = time.monotonic_ns() + LEAD_NS
        self._record.window_end_ns = first_ns + times[-1] + workload.wait_per_task + LATE_NS
        threading.Thread(target=self._pace, args=(first_ns, times, hand_over), name="pacing", daemon=True).start()

    def _pace(self, first_ns, times, hand_over):
        handing_over = 0
        for index, offset in enumerate(times):
            intended = first_ns + offset
            while True:
                left = intended - time.monotonic_ns()
                if left <= 0:
                    break
                time.sleep(left / 1e9)
            if left < -LATE_NS:
                self._late += 1
            before = time.thread_time_ns()
            go_on = hand_over((index, intended))
            after = time.thread_time_ns()
            handing_over += after - before
            # Before the last arrival can end the run, which reads it.
            self._cpu_ns = after - handing_over
            if not go_on:
                return
        hand_over(None)

    def outcome(self):
        """The `open` object of the message `done`."""
        return {
            "late_starts": len(self._record.late_starts),
            "completed_in_time": len(self._record.completed_in_time),
            "generator_late": self._late,
            "pacing_cpu_ns": self._cpu_ns,
        }
