"""asyncio: one event loop on one thread, with an asyncio task per task of the workload. A task that ends creates the
next, so that the number in flight stays constant without a semaphore."""

import asyncio
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from time import monotonic_ns

from peer.asyncio_lane import AsyncioLane
from peer.models import base
from peer.tasks import TaskRange


class Model(base.Model):
    """As many lanes as are wanted."""

    def start(self, work, raw_setup, children):
        return EventLoop(work)

    def start_server(self, work):
        from peer.models import asyncio_server

        return asyncio_server.EventLoop(work)


class EventLoop(base.Running):
    """The event loop, and its pool of threads for calls that block."""

    def __init__(self, work):
        super().__init__(work)
        self._loop = asyncio.new_event_loop()
        # What asyncio.to_thread uses; called without its copy of the context.
        self._blocking = ThreadPoolExecutor(max_workers=work.setup.blocking)
        self._loop.set_default_executor(self._blocking)
        self._lanes = []

    def knobs(self):
        return {
            "loop": type(self._loop).__name__,
            "max_blocking_threads": str(self.work.setup.blocking),
            "http": "asyncio.BufferedProtocol",
        }

    def connect(self):
        self._loop.run_until_complete(self._open())

    async def _open(self):
        self._lanes = [await AsyncioLane(self.work).open() for _ in range(self.work.lanes)]

    def run(self, first, count, record):
        chain = Chain(self._loop, self._lanes, TaskRange(first, count), record)
        self._loop.run_until_complete(chain.run())

    def serve(self, arrivals, record):
        units = Arrived(self._loop, self._lanes, record)
        self._loop.run_until_complete(units.run(arrivals))

    def coordinate(self, what, first, count, record):
        from peer.coordination import event_loop

        work = event_loop.coordinate(what, first, count, record, self.work)
        return self._loop.run_until_complete(work)

    def close(self):
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()


class Chain:
    """A closed loop: in every lane each task creates the next, as long as the queue gives out tasks."""

    def __init__(self, loop, lanes, queue, record):
        self._loop = loop
        self._lanes = lanes
        self._queue = queue
        self._take = queue.take
        self._keep = record.record
        self._running = len(lanes)
        self._all = loop.create_future()

    async def run(self):
        """Runs them; raises the first error of any."""
        for lane in self._lanes:
            self._start(lane, monotonic_ns())
        await self._all

    def _start(self, lane, start):
        index = self._take()
        if index >= 0:
            # The loop itself keeps no task alive.
            lane.task = self._loop.create_task(self._unit(lane, index, start))
            return
        self._running -= 1
        if not self._running and not self._all.done():
            self._all.set_result(None)

    async def _unit(self, lane, index, start):
        try:
            digest = await lane.run(index)
        except BaseException as error:
            self._queue.close()
            if not self._all.done():
                self._all.set_exception(error)
            return
        end = monotonic_ns()
        self._keep(index, end - start, digest)
        self._start(lane, end)


class Arrived:
    """An open loop: an arrival that finds a free lane creates a task, and others wait."""

    def __init__(self, loop, lanes, record):
        self._loop = loop
        self._record = record
        self._idle = list(lanes)
        self.lanes = len(lanes)
        self._waiting = deque()
        self._closed = False
        self._all = loop.create_future()
        # Tasks that have been done; only this loop's thread writes it.
        self.done = 0

    async def run(self, arrivals):
        """Runs all of them; raises the first error of any."""
        arrivals.begin(self.hand_over)
        await self.ended()

    async def ended(self):
        """Waits for the last of them; raises the first error of any."""
        await self._all

    def hand_over(self, arrival):
        """Passes an arrival on to the loop, or with None the end of them; called by the pacing thread."""
        # From another thread into the loop there is this one way.
        return not self._all.done() and bool(self._loop.call_soon_threadsafe(self._arrive, arrival))

    def _arrive(self, arrival):
        if arrival is None:
            self._closed = True
            self._end()
        elif self._idle:
            self._start(self._idle.pop(), arrival)
        else:
            self._waiting.append(arrival)

    def _start(self, lane, arrival):
        lane.task = self._loop.create_task(self._unit(lane, *arrival))

    async def _unit(self, lane, index, intended):
        started = monotonic_ns()
        try:
            digest = await lane.run(index)
        except BaseException as error:
            if not self._all.done():
                self._all.set_exception(error)
            return
        self._record.record_arrival(index, intended, started, monotonic_ns(), digest)
        self.done += 1
        if self._waiting:
            self._start(lane, self._waiting.popleft())
        else:
            self._idle.append(lane)
            self._end()

    def _end(self):
        if self._closed and len(self._idle) == self.lanes and not self._all.done():
            self._all.set_result(None)
