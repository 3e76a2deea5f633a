"""GETs over asyncio: a protocol on its transport, which costs less than asyncio's streams do. Never retries:
what fails is the task's error."""

import asyncio

from peer.errors import RunError
from peer.http import HttpCodec, HttpError, HttpGet, address


class Exchange(asyncio.BufferedProtocol):
    """One connection; at most one GET waits for its response."""

    def __init__(self):
        self._codec = HttpCodec()
        self._transport = None
        self._waiter = None
        self.get_buffer = self._get_buffer

    def connection_made(self, transport):
        self._transport = transport

    def _get_buffer(self, _):
        return self._codec.free()

    def buffer_updated(self, count):
        try:
            crc = self._codec.feed(count)
        except HttpError as error:
            self._fail(error)
            return
        if crc is not None:
            waiter, self._waiter = self._waiter, None
            if waiter is None:
                self._transport.abort()
            elif not waiter.done():
                waiter.set_result(crc)

    def eof_received(self):
        try:
            self._codec.feed(0)
        except HttpError as error:
            self._fail(error)

    def connection_lost(self, error):
        self._fail(RunError("http: connection: %s" % (error or "closed")))

    def _fail(self, error):
        waiter, self._waiter = self._waiter, None
        if waiter is not None and not waiter.done():
            waiter.set_exception(error)

    def send(self, loop, get, key):
        """Sends a GET; a future of the CRC-32 of its body."""
        if self._transport.is_closing():
            raise HttpError("the connection ended after 0 bytes of the head")
        self._codec.expect(get)
        self._waiter = loop.create_future()
        self._transport.write(get.request(key))
        return self._waiter

    def close(self):
        """Closes the connection at once."""
        self._transport.abort()


class AsyncioHttp:
    """A lane's connections to the origin: one that is kept, and new ones for the steps that ask for them."""

    def __init__(self, origin):
        self._origin = origin
        self._address = address(origin)
        self._loop = asyncio.get_running_loop()
        self._kept = None

    async def open(self):
        """Opens the connection that is kept, unless it is open."""
        if self._kept is None:
            self._kept = await self._connect()

    async def _connect(self):
        # asyncio sets TCP_NODELAY by itself.
        try:
            _, exchange = await self._loop.create_connection(Exchange, *self._address)
        except OSError as error:
            raise RunError("cannot connect to %s: %s" % (self._origin, error)) from error
        return exchange

    def step(self, step):
        """The GETs of one step: a function of the body's key that gives an awaitable of its CRC-32."""
        get = HttpGet(self._origin, step)
        loop = self._loop
        if get.keep:
            send = self._kept.send
            return lambda index, key: send(loop, get, key)
        return lambda index, key: self._exchange_once(get, key)

    async def _exchange_once(self, get, key):
        exchange = await self._connect()
        try:
            return await exchange.send(self._loop, get, key)
        finally:
            exchange.close()
