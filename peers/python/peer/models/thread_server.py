"""A server with a thread for each connection, which lives as long as the connection. In a pool the threads are there
before the first connection comes."""

import socket

from peer.http_server import BAD_REQUEST, NOT_FOUND, Answers, BadRequest, take_request
from peer.lane import Lane
from peer.models import base
from peer.unit_threads import STACK_BYTES, start_thread

BUFFER_BYTES = 65536


class ThreadEach(base.Server):
    """A thread that accepts, and one for each connection."""

    def knobs(self):
        return {"stack_bytes": str(STACK_BYTES)}

    def listen(self, listener):
        start_thread(self._accept, (listener,))

    def _accept(self, listener):
        while True:
            start_thread(answer, (accepted(listener), self.work))

    def answer(self, line):
        return line()


class Pool(ThreadEach):
    """As many threads as connections, each of which accepts one after the other: a connection that is kept has its
    thread for as long."""

    def listen(self, listener):
        for _ in range(self.work.lanes):
            start_thread(self._live, (listener,))

    def _live(self, listener):
        while True:
            answer(accepted(listener), self.work)


def accepted(listener):
    """The next connection."""
    connection, _ = listener.accept()
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def answer(connection, work):
    """Answers the requests of one connection until the client ends it."""
    lane, answers = Lane(work).open(), Answers(work)
    received = b""
    with connection:
        try:
            while True:
                request = take_request(received)
                if request is None:
                    piece = connection.recv(BUFFER_BYTES)
                    if not piece:
                        return
                    received += piece
                    continue
                index, received = request
                connection.sendall(_answer(lane, answers, index))
        except BadRequest:
            connection.sendall(BAD_REQUEST)
        except OSError:
            # A client that is gone has no answer to be missed.
            return


def _answer(lane, answers, index):
    if index < 0:
        return NOT_FOUND
    try:
        return answers.body(index, lane.run(index))
    except Exception as error:
        return answers.failed(error)
