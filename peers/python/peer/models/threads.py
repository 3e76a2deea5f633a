"""A thread per task, and never more of them than lanes: a thread that ends starts the next."""

import threading
from collections import deque
from queue import SimpleQueue
from time import monotonic_ns

from peer.lane import Lane
from peer.meters import Usage
from peer.models import base
from peer.tasks import TaskQueue
from peer.unit_threads import STACK_BYTES, start_thread


class Model(base.Model):
    """As many lanes as are wanted."""

    def start(self, work, raw_setup, children):
        threading.stack_size(STACK_BYTES)
        return ThreadEach(work)

    def start_server(self, work):
        from peer.models import thread_server

        threading.stack_size(STACK_BYTES)
        return thread_server.ThreadEach(work)


class ThreadEach(base.Running):
    """The lanes of one run, which each thread hands on to the next."""

    def __init__(self, work):
        super().__init__(work)
        self._ended_threads = 0
        self._lanes = []

    def knobs(self):
        return {"stack_bytes": str(STACK_BYTES)}

    def connect(self):
        self._lanes = [Lane(self.work).open() for _ in range(self.work.lanes)]

    def run(self, first, count, record):
        chain = Chain(TaskQueue(first, count), record, self.work.is_warm_up)
        for lane in self._lanes:
            chain.next(lane, monotonic_ns())
        chain.collect(len(self._lanes))
        self._ended_threads += count

    def serve(self, arrivals, record):
        units = Arrived(record, self._lanes)
        arrivals.begin(units.hand_over)
        units.collect(len(self._lanes))
        self._ended_threads += arrivals.count

    def coordinate(self, what, first, count, record):
        from peer.coordination import threads

        counts = threads.coordinate(what, first, count, record, self.work, pooled=False)
        self._ended_threads += threads.units(what, count, self.work.lanes)
        return counts

    def usage(self):
        return Usage(threads=self._ended_threads)


class Chain:
    """A closed loop: what the threads of a phase share."""

    def __init__(self, queue, record, is_warm_up):
        self._queue = queue
        self._keep = record.record
        self._is_warm_up = is_warm_up
        self._ended = SimpleQueue()

    def next(self, lane, start):
        """Starts a thread for the next task, if there is one."""
        index = self._queue.take()
        if index < 0:
            self._ended.put(None)
        else:
            start_thread(self._unit, (lane, index, start))

    def _unit(self, lane, index, start):
        try:
            digest = lane.run(index)
            end = monotonic_ns()
            self._keep(index, end - start, digest)
            if self._is_warm_up(index):
                # Every lane must be warmed up, so none may take a second warm-up task.
                self._ended.put(None)
            else:
                self.next(lane, end)
        except BaseException as error:
            self._queue.close()
            self._ended.put(error)

    def collect(self, count):
        """Waits for every lane to come back; raises the first error of any."""
        for _ in range(count):
            error = self._ended.get()
            if error is not None:
                raise error


class Arrived:
    """An open loop: an arrival that finds a free lane starts a thread. One that finds none waits, and the next thread
    to end starts it."""

    def __init__(self, record, lanes):
        self._record = record
        self._idle = list(lanes)
        self._waiting = deque()
        self._closed = False
        self._lock = threading.Lock()
        self._ended = SimpleQueue()

    def hand_over(self, arrival):
        """Takes an arrival, or with None the end of them."""
        with self._lock:
            if arrival is None or self._closed:
                self._closed = True
                for _ in self._idle:
                    self._ended.put(None)
                return False
            if not self._idle:
                self._waiting.append(arrival)
                return True
            lane = self._idle.pop()
        return self._start(lane, arrival)

    def _start(self, lane, arrival):
        try:
            start_thread(self._unit, (lane, arrival))
            return True
        except BaseException as error:
            self._ended.put(error)
            return False

    def _unit(self, lane, arrival):
        index, intended = arrival
        started = monotonic_ns()
        try:
            digest = lane.run(index)
        except BaseException as error:
            self._closed = True
            self._ended.put(error)
            return
        self._record.record_arrival(index, intended, started, monotonic_ns(), digest)
        with self._lock:
            if not self._waiting:
                if self._closed:
                    self._ended.put(None)
                else:
                    self._idle.append(lane)
                return
            arrival = self._waiting.popleft()
        self._start(lane, arrival)

    def collect(self, count):
        """Waits for every lane to come back; raises the first error of any."""
        for _ in range(count):
            error = self._ended.get()
            if error is not None:
                raise error
