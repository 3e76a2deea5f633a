"""PostgreSQL over a socket that blocks, which moves the bytes of `postgres`."""

import socket

from peer import postgres
from peer.errors import RunError


class BlockingPostgres:
    """A lane's session, kept or made for each task."""

    def __init__(self, server, steps):
        self._server = server
        self._waits = postgres.statements(steps)
        first = next(step for kind, step in steps if kind == "postgres-select")
        self._session = self._open() if postgres.is_kept(first) else None

    def _open(self):
        place = postgres.where(self._server)
        try:
            connection = _connect(place)
        except OSError as error:
            raise RunError("cannot connect to %s: %s" % (self._server["address"], error)) from error
        session = Session(connection)
        session.converse(postgres.open_session(self._server, self._waits))
        return session

    def step(self, step):
        """The selects of one step: a function of the step seed that gives the CRC-32 of the row's body."""
        select = postgres.Select(step, self._waits)
        if self._session:
            return lambda index, seed: self._session.select(select, seed)
        return lambda index, seed: self._once(select, seed)

    def _once(self, select, seed):
        session = self._open()
        try:
            return session.select(select, seed)
        finally:
            session.close()


def _connect(place):
    if isinstance(place, str):
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    else:
        family = socket.AF_INET6 if ":" in place[0] else socket.AF_INET
        connection = socket.socket(family, socket.SOCK_STREAM)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        connection.connect(place)
    except OSError:
        connection.close()
        raise
    return connection


class Session:
    """One connection, used by one task at a time."""

    def __init__(self, connection):
        self._socket = connection
        self._messages = postgres.Messages()

    def converse(self, conversation):
        """Carries a conversation to its end."""
        try:
            self._converse(conversation)
        except OSError as error:
            raise self._lost(error) from error

    def _converse(self, conversation):
        data = next(conversation)
        while True:
            if data:
                self._socket.sendall(data)
            for kind, payload in self._receive():
                postgres.check(kind, payload)
                try:
                    data = conversation.send((kind, payload))
                except StopIteration:
                    return
                if data:
                    self._socket.sendall(data)
            data = b""

    def _receive(self):
        return self._messages.feed(self._socket.recv_into(self._messages.free()))

    def select(self, select, seed):
        """The CRC-32 of the row's body."""
        answer = postgres.Answer()
        receive, free, feed = self._socket.recv_into, self._messages.free, self._messages.feed
        try:
            self._socket.sendall(select.request(seed))
            while not answer.take(feed(receive(free()))):
                pass
        except OSError as error:
            raise self._lost(error) from error
        return answer.crc

    def _lost(self, error):
        """The error to raise: the reason that the server sent before it closed the connection, if it sent one."""
        return postgres.lost(error, self._messages, self._socket.recv_into)

    def close(self):
        """Tells the server that the session ends, and closes the connection."""
        try:
            self._socket.sendall(postgres.TERMINATE)
        except OSError:
            pass
        self._socket.close()
