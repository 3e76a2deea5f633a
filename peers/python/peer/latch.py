"""Proof that tasks wait at the same time: the first of a phase, as many as there are lanes, leave only when
all of them have arrived. It needs nothing but a timer, so that it favours no model."""

import threading
from time import monotonic_ns

# Most time that a task waits before it looks again.
LONGEST_REST_NS = 1_000_000_000


class Latch:
    """For this many arrivals; none for an open loop, where tasks come when they come."""

    def __init__(self, lanes, on_full=None):
        self.lanes = lanes
        self.full_ns = 0 if lanes else monotonic_ns()
        self.left_ns = 0
        self._on_full = on_full
        self._started_ns = 0
        self._arrived = 0
        self._lock = threading.Lock()

    def arrive(self):
        """Counts an arrival; the last one reports before any leaves."""
        if self.full_ns:
            return
        with self._lock:
            if not self._started_ns:
                self._started_ns = monotonic_ns()
            self._arrived += 1
            if self._arrived != self.lanes:
                return
        full_ns = monotonic_ns()
        if self._on_full:
            self._on_full()
        self.full_ns = full_ns

    def rest_ns(self, duration_ns):
        """How long to sleep on, or 0: the way is free. A little more than the time until the last arrival,
        if they go on coming as they did, so that a task wakes a few times in all."""
        if self.full_ns:
            if not self.left_ns:
                self.left_ns = monotonic_ns()
            return 0
        arrived = self._arrived or 1
        elapsed = monotonic_ns() - self._started_ns
        rest = elapsed * (self.lanes - arrived) * 5 // (arrived * 4)
        return max(duration_ns, min(rest, LONGEST_REST_NS))

    def alive(self):
        """(how many were alive together, from when, until when), or None."""
        if not self.lanes or not self.left_ns:
            return None
        return self.lanes, self.full_ns, self.left_ns


def alive_together(one, other):
    """What two processes prove together: their sum where the times overlap, otherwise the larger."""
    start, end = max(one[1], other[1]), min(one[2], other[2])
    if start < end:
        return one[0] + other[0], start, end
    return max(one, other, key=lambda alive: alive[0])
