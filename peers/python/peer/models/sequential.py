"""One task after the other on one thread: the baseline of every speed-up of this program."""

from time import monotonic_ns

from peer.errors import Unsupported
from peer.lane import Lane
from peer.models import base
from peer.tasks import ArrivalQueue


def pull(lane, queue, record, is_warm_up):
    """Takes tasks until there are none; one clock reading a task."""
    take, run, keep = queue.take, lane.run, record.record
    start = monotonic_ns()
    try:
        while True:
            index = take()
            if index < 0:
                return
            digest = run(index)
            end = monotonic_ns()
            keep(index, end - start, digest)
            start = end
            if is_warm_up(index):
                # The others are for the other lanes.
                return
    except BaseException:
        queue.close()
        raise


def pull_arrivals(lane, queue, record):
    """Takes arrivals until there are no more."""
    try:
        while True:
            arrival = queue.take()
            if arrival is None:
                return
            index, intended = arrival
            started = monotonic_ns()
            digest = lane.run(index)
            record.record_arrival(index, intended, started, monotonic_ns(), digest)
    except BaseException:
        queue.give_up()
        raise


class Model(base.Model):
    """One lane."""

    def capacity(self, setup):
        return 1

    def start(self, work, raw_setup, children):
        return OneThread(work)


class OneThread(base.Running):
    """The calling thread."""

    def connect(self):
        self._lane = Lane(self.work).open()

    def run(self, first, count, record):
        run, keep = self._lane.run, record.record
        start = monotonic_ns()
        for index in range(first, first + count):
            digest = run(index)
            end = monotonic_ns()
            keep(index, end - start, digest)
            start = end

    def serve(self, arrivals, record):
        queue = ArrivalQueue()
        arrivals.begin(queue.hand_over)
        pull_arrivals(self._lane, queue, record)

    def coordinate(self, what, first, count, record):
        raise Unsupported("one thread has nobody to coordinate with")
