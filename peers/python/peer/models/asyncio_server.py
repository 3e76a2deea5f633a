"""A server on one event loop: a protocol for each connection, and an asyncio task for each request."""

import asyncio
import socket
from concurrent.futures import ThreadPoolExecutor

from peer.asyncio_lane import AsyncioLane
from peer.http_server import BAD_REQUEST, NOT_FOUND, Answers, BadRequest, take_request
from peer.models import base


class EventLoop(base.Server):
    """The event loop, and its pool of threads for calls that block."""

    def __init__(self, work):
        super().__init__(work)
        self._loop = asyncio.new_event_loop()
        self._loop.set_default_executor(ThreadPoolExecutor(max_workers=work.setup.blocking))
        # Waits for lines of standard input, and uses no processor meanwhile.
        self._orders = ThreadPoolExecutor(max_workers=1)
        self._answers = Answers(work)

    def knobs(self):
        return {
            "loop": type(self._loop).__name__,
            "max_blocking_threads": str(self.work.setup.blocking),
            "http": "asyncio.Protocol",
        }

    def listen(self, listener):
        listener.setblocking(False)
        self._loop.run_until_complete(
            self._loop.create_server(self._connection, sock=listener, backlog=1 << 16)
        )

    def answer(self, line):
        return self._loop.run_until_complete(self._loop.run_in_executor(self._orders, line))

    def _connection(self):
        return Connection(self._loop, self.work, self._answers)


class Connection(asyncio.Protocol):
    """One connection: its requests are answered one after the other."""

    def __init__(self, loop, work, answers):
        self._loop = loop
        self._work = work
        self._answers = answers
        self._received = b""
        self._transport = None
        self._lane = None
        # The request that is being answered; the loop itself keeps no task alive.
        self._task = None

    def connection_made(self, transport):
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._transport = transport

    def data_received(self, data):
        self._received += data
        if self._task is None:
            self._next()

    def _next(self):
        """Begins with the next request, if all of it is there."""
        try:
            request = take_request(self._received)
        except BadRequest:
            self._transport.write(BAD_REQUEST)
            self._transport.close()
            return
        if request is not None:
            index, self._received = request
            self._task = self._loop.create_task(self._answer(index))

    async def _answer(self, index):
        self._transport.write(await self._made(index))
        self._task = None
        self._next()

    async def _made(self, index):
        if index < 0:
            return NOT_FOUND
        try:
            if self._lane is None:
                self._lane = await AsyncioLane(self._work).open()
            return self._answers.body(index, await self._lane.run(index))
        except Exception as error:
            return self._answers.failed(error)
