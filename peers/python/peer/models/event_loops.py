"""asyncio on several threads: as many as workers, each with an event loop of its own and its part of the lanes. Tasks
come from one queue, so that no loop is idle while another has tasks left."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

from peer.asyncio_lane import AsyncioLane
from peer.loops import run_in_each
from peer.models import base
from peer.models.event_loop import Arrived, Chain
from peer.tasks import TaskQueue, TaskRange
from peer.unit_threads import STACK_BYTES, start_thread


class Model(base.Model):
    """As many lanes as are wanted."""

    def start(self, work, raw_setup, children):
        threading.stack_size(STACK_BYTES)
        return EventLoops(work)


class EventLoops(base.Running):
    """The event loops, each with a thread that runs it and a pool of threads for calls that block."""

    def __init__(self, work):
        super().__init__(work)
        count = min(work.setup.workers, work.lanes)
        self._blocking = max(1, work.setup.blocking // count)
        self._loops = [asyncio.new_event_loop() for _ in range(count)]
        # Lanes by loop.
        self._lanes = [[] for _ in self._loops]
        for loop in self._loops:
            loop.set_default_executor(ThreadPoolExecutor(max_workers=self._blocking))
        self._threads = [start_thread(loop.run_forever) for loop in self._loops]

    def knobs(self):
        return {
            "loop": type(self._loops[0]).__name__,
            "loops": str(len(self._loops)),
            "max_blocking_threads": "%d a loop" % self._blocking,
            "http": "asyncio.BufferedProtocol",
            "stack_bytes": str(STACK_BYTES),
        }

    def connect(self):
        run_in_each(self._loops, self._open)

    async def _open(self, number):
        share = range(number, self.work.lanes, len(self._loops))
        self._lanes[number] = [await AsyncioLane(self.work).open() for _ in share]

    def run(self, first, count, record):
        queues = self._queues(first, count)

        async def chain(number):
            await Chain(self._loops[number], self._lanes[number], queues[number], record).run()

        run_in_each(self._loops, chain)

    def _queues(self, first, count):
        """The queue of each loop."""
        if not self.work.is_warm_up(first):
            return [TaskQueue(first, count)] * len(self._loops)
        # Every lane must be warmed up, so no loop may take a task of another's.
        queues = []
        for lanes in self._lanes:
            queues.append(TaskRange(first, len(lanes)))
            first += len(lanes)
        return queues

    def serve(self, arrivals, record):
        async def make(number):
            return Arrived(self._loops[number], self._lanes[number], record)

        units = run_in_each(self._loops, make)
        arrivals.begin(Dispatch(units).hand_over)
        run_in_each(self._loops, lambda number: units[number].ended())

    def coordinate(self, what, first, count, record):
        from peer.coordination import event_loops

        return event_loops.coordinate(what, first, count, record, self.work, self._loops)

    def close(self):
        run_in_each(self._loops, lambda number: self._loops[number].shutdown_default_executor())
        for loop in self._loops:
            loop.call_soon_threadsafe(loop.stop)
        for thread, loop in zip(self._threads, self._loops):
            thread.join()
            loop.close()


class Dispatch:
    """The choice of a loop for each arrival of an open loop: the one with the fewest tasks for each of its lanes."""

    def __init__(self, units):
        self._units = units
        # Only the pacing thread writes it; each loop counts on its own what it has done.
        self._given = [0] * len(units)

    def hand_over(self, arrival):
        """Passes an arrival on, or with None the end of them; called by the pacing thread."""
        if arrival is None:
            return all([unit.hand_over(None) for unit in self._units])
        loads = [(given - unit.done) / unit.lanes for given, unit in zip(self._given, self._units)]
        number = loads.index(min(loads))
        self._given[number] += 1
        return self._units[number].hand_over(arrival)
