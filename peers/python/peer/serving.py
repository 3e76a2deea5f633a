"""One run in which this program answers requests: it listens before `ready`, its meters are read at `go` and at `stop`,
and everything that is said of its answers, those who ask say."""

import socket
import time

from peer import meters
from peer.errors import Unsupported, Usage
from peer.input import expect
from peer.output import say
from peer.request import PROTOCOL
from peer.version import VERSION, lock_counts
from peer.work import Work

# Connections that may wait to be accepted; the system cuts it to its own limit.
BACKLOG = 1 << 16


class Serving:
    """A run of one variant."""

    def __init__(self, request, standard_input, began_ns, knobs):
        self._request = request
        self._input = standard_input
        self._began_ns = began_ns
        self._knobs = knobs

    def run(self, model, lanes):
        """Answers until it is told to stop; the content of the message `served`."""
        if self._request.trace:
            raise Unsupported("no traces are recorded of runs that serve")
        if self._request.digests:
            raise Usage("`digests`: where a model serves, those who ask write them")
        server = model.start_server(Work(self._request.setup, lanes))
        start_ns = time.monotonic_ns() - self._began_ns
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        listener.listen(BACKLOG)
        server.listen(listener)
        say(
            {
                "ready": {
                    "protocol": PROTOCOL,
                    "version": VERSION,
                    "in_flight": lanes,
                    "start_ns": start_ns,
                    # Both are of those who ask.
                    "connect_ns": 0,
                    "warm_up_ns": 0,
                    "knobs": {**self._knobs, **server.knobs()},
                    "listens": "%s:%d" % listener.getsockname(),
                }
            }
        )
        self._answer(server, "go")
        return self._measure(server)

    def _measure(self, server):
        queued_before = meters.run_queue_waits()
        first = meters.of_this_process()
        before = meters.of_this_process()
        say({"serving": {}})
        self._answer(server, "stop")
        used = meters.of_this_process() - before - (before - first)
        queued = meters.waited_since(queued_before)
        threads = meters.live_threads()
        if self._request.hold:
            # With every connection open.
            say({"held": {}})
            self._answer(server, "go")
        return {
            "cpu_ns": used.cpu_ns,
            "switches": {"voluntary": used.voluntary, "involuntary": used.involuntary},
            "vm_hwm_bytes": meters.vm_hwm_bytes(),
            "threads": threads,
            "processes": 1,
            "run_queue_wait_ns": queued,
            "counts": lock_counts(),
            # The connections end with the process.
            "shut_down_ns": 0,
        }

    def _answer(self, server, order):
        expect(server.answer(self._input.line), order)
