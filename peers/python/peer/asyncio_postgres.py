"""PostgreSQL over asyncio: an asyncio protocol that moves the bytes of `postgres`."""

import asyncio

from peer import postgres
from peer.errors import RunError
from peer.reading import read_into


class Session(asyncio.BufferedProtocol):
    """One connection: it opens the session, and then answers one select at a time."""

    def __init__(self, conversation):
        self._loop = asyncio.get_running_loop()
        self._messages = postgres.Messages()
        self._conversation = conversation
        self._answer = None
        self._error = None
        self.waiter = self._loop.create_future()

    def connection_made(self, transport):
        self._transport = transport
        transport.write(next(self._conversation))

    def get_buffer(self, _):
        return self._messages.free()

    def buffer_updated(self, count):
        try:
            messages = self._messages.feed(count)
            if self._conversation:
                self._converse(messages)
            elif self._answer is None:
                # Nobody asked: the only thing that matters is why the server is about to hang up.
                for message in messages:
                    postgres.check(*message)
            elif self._answer.take(messages):
                answer, self._answer = self._answer, None
                self._done(answer.crc)
        except RunError as error:
            self._fail(error)

    def _converse(self, messages):
        for message in messages:
            postgres.check(*message)
            try:
                answer = self._conversation.send(message)
            except StopIteration:
                self._conversation = None
                self._done(None)
                return
            if answer:
                self._transport.write(answer)

    def _done(self, result):
        if not self.waiter.done():
            self.waiter.set_result(result)

    def _fail(self, error):
        # The first says why; what follows from it does not.
        self._error = self._error or error
        if not self.waiter.done():
            self.waiter.set_exception(error)

    def connection_lost(self, error):
        if error is None:
            self._fail(postgres.PostgresError("the connection ended early"))
            return
        # Still open: it is closed after this.
        connection = self._transport.get_extra_info("socket")
        self._fail(postgres.lost(error, self._messages, lambda free: read_into(connection.fileno(), free)))

    def select(self, select, seed):
        """A future of the CRC-32 of the row's body."""
        if self._error:
            raise self._error
        self._answer = postgres.Answer()
        self.waiter = self._loop.create_future()
        self._transport.write(select.request(seed))
        return self.waiter

    def close(self):
        """Says good-bye."""
        self._transport.write(postgres.TERMINATE)
        self._transport.close()


class AsyncioPostgres:
    """A lane's session, kept or made for each task."""

    def __init__(self, server, steps):
        self._server = server
        self._waits = postgres.statements(steps)
        self._session = None

    async def open(self, step):
        """Opens the session that is kept."""
        if postgres.is_kept(step):
            self._session = await self._open()

    async def _open(self):
        loop, place = asyncio.get_running_loop(), postgres.where(self._server)

        def make():
            return Session(postgres.open_session(self._server, self._waits))

        try:
            if isinstance(place, str):
                _, session = await loop.create_unix_connection(make, place)
            else:
                _, session = await loop.create_connection(make, *place)
        except OSError as error:
            raise RunError("cannot connect to %s: %s" % (self._server["address"], error)) from error
        await session.waiter
        return session

    def step(self, step):
        """The selects of one step: a function of the step seed that gives an awaitable of the body's CRC-32."""
        select = postgres.Select(step, self._waits)
        if self._session:
            ask = self._session.select
            return lambda index, seed: ask(select, seed)
        return lambda index, seed: self._once(select, seed)

    async def _once(self, select, seed):
        session = await self._open()
        try:
            return await session.select(select, seed)
        finally:
            session.close()
