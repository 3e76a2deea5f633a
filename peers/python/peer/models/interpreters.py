"""Sub-interpreters: as many as workers, each with a lock and a thread of its own, doing one task at a time. They are
fed over sockets, because they share no objects."""

import os
import socket
import sys
import threading

from peer.channel import SocketChannel
from peer.errors import Unsupported
from peer.models import base
from peer.models.workers import Workers, trace_of

CODE = """
import sys
sys.path[:0] = [%r]
from peer.channel import SocketChannel
from peer.worker import serve
from peer.unit_threads import STACK_BYTES, start_thread
channel = SocketChannel.of_descriptor(%d)
try:
    serve(channel, %r, 1, %r, %r)
finally:
    channel.close()
"""


def _interpreters():
    """The module that creates and runs interpreters, in versions of Python that have it."""
    try:
        import _interpreters
    except ImportError:
        found = "%d.%d" % sys.version_info[:2]
        raise Unsupported("needs Python 3.13 or newer for sub-interpreters, and this is %s" % found) from None
    return _interpreters


class Model(base.Model):
    """One lane an interpreter."""

    def capacity(self, setup):
        return setup.workers

    def start(self, work, raw_setup, children):
        interpreters = _interpreters()
        threading.stack_size(STACK_BYTES)
        channels, threads = [], []
        hold = work.on_all_alive is not None
        for number in range(1, work.lanes + 1):
            ours, theirs = socket.socketpair()
            channels.append(SocketChannel(ours))
            arguments = (interpreters, theirs.detach(), raw_setup, hold, trace_of(work, number))
            threads.append(start_thread(_live, arguments))
        return Interpreters(work, channels, threads)


def _live(interpreters, descriptor, raw_setup, hold, traced):
    """Runs one interpreter in the calling thread."""
    folder = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    # Never destroyed: the program ends right after it, and CPython 3.13.0 frees memory of `sqlite3` twice there.
    failed = interpreters.exec(interpreters.create(), CODE % (folder, descriptor, raw_setup, hold, traced))
    if failed is not None:
        print("interpreter: %s" % (failed,), file=sys.stderr)
        # Not closed by whoever it was for, so that the other side sees the end.
        try:
            os.close(descriptor)
        except OSError:
            pass


class Interpreters(Workers):
    """The interpreters of one run. They use the resources of this process, which measures them."""

    def __init__(self, work, channels, threads):
        super().__init__(work, channels)
        self._threads = threads

    def knobs(self):
        return {**super().knobs(), "interpreters": str(len(self._threads)), "stack_bytes": str(STACK_BYTES)}

    def usage(self):
        super().usage()
        return base.Usage()

    def coordinate(self, what, first, count, record):
        raise Unsupported("sub-interpreters are compared by workloads with steps only")

    def close(self):
        for channel in self.channels:
            channel.close()
        for thread in self._threads:
            thread.join()
