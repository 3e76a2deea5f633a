"""The queues from which lanes take tasks: two for closed loops and one for the arrivals of open loops."""

import threading
from collections import deque


class TaskRange:
    """Gives out every task once, to the lanes of one thread."""

    def __init__(self, first, count):
        self._next = first
        self._end = first + count

    def take(self):
        """The index of the next task, or -1."""
        index = self._next
        if index >= self._end:
            return -1
        self._next = index + 1
        return index

    def close(self):
        """Gives out no more tasks."""
        self._next = self._end


class TaskQueue:
    """Gives out every task once, to whichever thread asks next."""

    def __init__(self, first, count):
        self._next = first
        self._end = first + count
        # A lock of its own: without a GIL nothing else orders two readers.
        self._lock = threading.Lock()

    def take(self):
        """The index of the next task, or -1."""
        with self._lock:
            index = self._next
            if index >= self._end:
                return -1
            self._next = index + 1
            return index

    def close(self):
        """Gives out no more tasks."""
        with self._lock:
            self._next = self._end


class ArrivalQueue:
    """A queue of arrivals at which threads block."""

    def __init__(self):
        self._arrivals = deque()
        self._closed = False
        self._changed = threading.Condition(threading.Lock())

    def hand_over(self, arrival):
        """Adds (index, intended time), or with None the end of them; False where it is closed already."""
        with self._changed:
            if self._closed:
                return False
            if arrival is None:
                self._closed = True
                self._changed.notify_all()
            else:
                self._arrivals.append(arrival)
                self._changed.notify()
            return True

    def take(self):
        """Waits for the next; None when there will be no more."""
        with self._changed:
            while not self._arrivals:
                if self._closed:
                    return None
                self._changed.wait()
            return self._arrivals.popleft()

    def give_up(self):
        """Closes the queue after an error, and drops the arrivals that wait in it."""
        with self._changed:
            self._arrivals.clear()
            self._closed = True
            self._changed.notify_all()
