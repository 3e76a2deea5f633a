"""A worker in another process, or in another interpreter of this one. It opens a lane and does the tasks that it is
sent, one after the other, until its channel is closed."""

import marshal
from array import array
from collections import deque
from time import monotonic_ns

from peer.errors import told
from peer.lane import Lane
from peer.meters import live_threads, of_this_process, run_queue_waits, waited_since
from peer.request import Setup
from peer.work import Work

# Numbers of one recorded task: index, latency, digest; of an arrival also its times.
RECORD = 3
ARRIVAL = 5


class Orders:
    """The orders of the parent."""

    def __init__(self, channel):
        self._channel = channel
        self._early = deque()

    def next(self):
        """The next order; EOFError where there will be none."""
        return self._early.popleft() if self._early else self._receive()

    def stop(self):
        """Tells the parent that all lanes of this worker wait, and waits until it lets the worker go on."""
        self._channel.send_bytes(marshal.dumps(("all-wait",)))
        while True:
            try:
                order = self._receive()
            except (EOFError, OSError):
                # The parent is gone. This is no error of the task that waits.
                raise SystemExit(3) from None
            if order[0] == "go":
                return
            # Tasks that were sent before the parent knew that this worker stands still.
            self._early.append(order)

    def _receive(self):
        return marshal.loads(self._channel.recv_bytes())


def serve(channel, raw_setup, lanes, hold, traced):
    """The main function of a worker. `channel` sends and receives bytes; with `hold` the worker stops when all its
    lanes wait; `traced` says where it writes its trace, in a run that is recorded."""
    import json

    try:
        orders = Orders(channel)
        trace = _trace(*traced) if traced else None
        work = Work(Setup(json.loads(raw_setup)), lanes, orders.stop if hold else None, trace)
        lane = Lane(work).open()
        channel.send_bytes(marshal.dumps(("opened",)))
        _obey(channel, orders, lane, work)
    except (EOFError, BrokenPipeError, ConnectionResetError):
        # Nobody is there any more who would need to know.
        return
    except Exception as error:
        kind = getattr(error, "kind", "failed")
        channel.send_bytes(marshal.dumps(("failed", kind, told(error))))


def _trace(path, number, workers, is_process):
    from peer.trace import Trace

    return Trace.of_worker(path, number, workers, is_process)


def _obey(channel, orders, lane, work):
    queued = run_queue_waits()
    while True:
        order, *data = orders.next()
        if order == "tasks":
            answer = ("done", _batch(lane, *data))
        elif order == "arrival":
            answer = ("arrived", _arrival(lane, *data))
        elif order == "record":
            work.trace.record_from_now()
            answer = ("recording",)
        elif order == "write-trace":
            work.trace.write()
            answer = ("trace-written",)
        else:
            if work.trace:
                work.trace.stop()
            answer = ("report", report(queued), work.alive())
        channel.send_bytes(marshal.dumps(answer))


def report(queued_before):
    """What this process has used since it began."""
    usage = of_this_process()
    usage.threads = live_threads()
    usage.processes = 1
    usage.run_queue_ns = waited_since(queued_before) or 0
    return usage.as_tuple()


def _batch(lane, first, count):
    records = array("Q", bytes(8 * RECORD * count))
    run, at = lane.run, 0
    start = monotonic_ns()
    for index in range(first, first + count):
        digest = run(index)
        end = monotonic_ns()
        records[at] = index
        records[at + 1] = end - start
        records[at + 2] = digest
        start = end
        at += RECORD
    return records.tobytes()


def _arrival(lane, index, intended):
    started = monotonic_ns()
    digest = lane.run(index)
    return array("Q", (index, intended, started, monotonic_ns(), digest)).tobytes()
