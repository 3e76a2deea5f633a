"""A server on several event loops, each of a thread of its own: connections are dealt out to them in turn, and each stays
with its loop."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle

from peer.http_server import Answers
from peer.models import base
from peer.models.asyncio_server import Connection
from peer.models.thread_server import accepted
from peer.unit_threads import STACK_BYTES, start_thread


class EventLoops(base.Server):
    """The event loops, each with a thread that runs it and a pool of threads for calls that block, and a thread that
    accepts. Loops that all waited for one socket would have no equal shares: the first that wakes accepts all that
    there are."""

    def __init__(self, work):
        super().__init__(work)
        count = min(work.setup.workers, work.lanes)
        self._blocking = max(1, work.setup.blocking // count)
        self._loops = [asyncio.new_event_loop() for _ in range(count)]
        for loop in self._loops:
            loop.set_default_executor(ThreadPoolExecutor(max_workers=self._blocking))
            start_thread(loop.run_forever)
        self._answers = Answers(work)

    def knobs(self):
        return {
            "loop": type(self._loops[0]).__name__,
            "loops": str(len(self._loops)),
            "max_blocking_threads": "%d a loop" % self._blocking,
            "http": "asyncio.Protocol",
            "connections": "dealt out in turn",
            "stack_bytes": str(STACK_BYTES),
        }

    def listen(self, listener):
        start_thread(self._accept, (listener,))

    def _accept(self, listener):
        for loop in cycle(self._loops):
            connection = accepted(listener)
            connection.setblocking(False)
            asyncio.run_coroutine_threadsafe(self._connect(loop, connection), loop)

    async def _connect(self, loop, connection):
        await loop.connect_accepted_socket(lambda: Connection(loop, self.work, self._answers), connection)

    def answer(self, line):
        return line()
