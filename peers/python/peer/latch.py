"""Proof that tasks wait at the same time: the first tasks of a phase, as many as there are lanes, leave only when
all of them have arrived. A task that has slept and may not leave yet blocks at a turnstile, which wakes one
thread at a time: thousands of threads that polled would all ask for the interpreter's lock, and none would
make progress."""

import threading
from time import monotonic_ns


class Latch:
    """A latch for this many arrivals; 0 in an open loop, where no number of tasks is certain to meet."""

    def __init__(self, lanes, on_full=None):
        self.lanes = lanes
        self.is_full = not lanes
        self._full_ns = 0
        self._left_ns = 0
        self._on_full = on_full
        self._arrived = 0
        self._lock = threading.Lock()
        self._turnstile = threading.Lock()
        if lanes:
            self._turnstile.acquire()

    def arrive(self):
        """Counts an arrival; the last one reports before any leaves, and gets True."""
        if self.is_full:
            return False
        with self._lock:
            self._arrived += 1
            if self._arrived != self.lanes:
                return False
        full_ns = monotonic_ns()
        if self._on_full:
            self._on_full()
        self._full_ns = full_ns
        self.is_full = True
        self._turnstile.release()
        return True

    def leave(self):
        """Blocks until all have arrived; each thread that passes wakes the next."""
        if not self.is_full:
            with self._turnstile:
                pass
        self.has_left()

    def has_left(self):
        """Notes that a task leaves now."""
        if not self._left_ns:
            self._left_ns = monotonic_ns()

    def alive(self):
        """(how many were alive together, from when, until when), or None."""
        if not self.lanes or not self._left_ns:
            return None
        return self.lanes, self._full_ns, self._left_ns


def alive_together(one, other):
    """The proofs of two processes combined: the sum if their times overlap, otherwise the larger."""
    start, end = max(one[1], other[1]), min(one[2], other[2])
    if start < end:
        return one[0] + other[0], start, end
    return max(one, other, key=lambda alive: alive[0])
