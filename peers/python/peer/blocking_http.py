"""GETs over a socket that blocks. Never retries: what fails is the task's error."""

import socket

from peer.errors import RunError
from peer.http import HttpCodec, HttpGet, address


class BlockingHttp:
    """A lane's connections to the origin: one that is kept, and new ones for the steps that ask for them."""

    def __init__(self, origin):
        self._origin = origin
        self._address = address(origin)
        self._family = socket.AF_INET6 if ":" in self._address[0] else socket.AF_INET
        self._codec = HttpCodec()
        self._kept = None

    def _connect(self):
        connection = socket.socket(self._family, socket.SOCK_STREAM)
        try:
            connection.connect(self._address)
        except OSError as error:
            connection.close()
            raise RunError("cannot connect to %s: %s" % (self._origin, error)) from error
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def step(self, step):
        """The GETs of one step: a function of the body's key that gives the CRC-32 of the body."""
        get = HttpGet(self._origin, step)
        if get.keep:
            if self._kept is None:
                self._kept = self._connect()
            kept = self._kept
            return lambda index, key: self._exchange(kept, get, key)
        return lambda index, key: self._exchange_once(get, key)

    def _exchange_once(self, get, key):
        connection = self._connect()
        try:
            return self._exchange(connection, get, key)
        finally:
            connection.close()

    def _exchange(self, connection, get, key):
        codec = self._codec
        codec.expect(get)
        try:
            connection.sendall(get.request(key))
            receive = connection.recv_into
            while True:
                crc = codec.feed(receive(codec.free()))
                if crc is not None:
                    return crc
        except OSError as error:
            raise RunError("http: connection: %s" % error) from error
