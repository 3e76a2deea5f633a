"""A thread per lane, alive as long as the run, each pulling task after task: as `ThreadPoolExecutor` does, without
a future per task."""

import threading
from queue import SimpleQueue

from peer.errors import RunError
from peer.lane import Lane
from peer.models import base
from peer.models.sequential import pull, pull_arrivals
from peer.tasks import ArrivalQueue, TaskQueue

# Python's own is that of the system, 8 MiB as a rule: of which ten thousand threads reserve too much.
STACK_BYTES = 512 * 1024


def start_thread(target, arguments=()):
    """Starts a thread that nobody has to wait for."""
    thread = threading.Thread(target=target, args=arguments, daemon=True)
    try:
        thread.start()
    except RuntimeError as error:
        raise RunError("cannot start a unit of work: %s" % error) from error
    return thread


class Model(base.Model):
    """As many threads as lanes."""

    def start(self, work, raw_setup, children):
        threading.stack_size(STACK_BYTES)
        return Pool(work)


class Pool(base.Running):
    """The threads; each is told what to call with its lane, and answers once."""

    def __init__(self, work):
        super().__init__(work)
        self._answers = SimpleQueue()
        self._members = []
        for _ in range(work.lanes):
            orders = SimpleQueue()
            self._members.append((orders, start_thread(self._obey, (orders,))))

    def knobs(self):
        return {"threads": str(len(self._members)), "stack_bytes": str(STACK_BYTES)}

    def _obey(self, orders):
        """The life of one thread."""
        lane = Lane(self.work)
        while True:
            order = orders.get()
            if order is None:
                return
            try:
                order(lane)
                self._answers.put(None)
            except BaseException as error:
                self._answers.put(error)

    def order(self, order):
        """Has every thread do the same; raises the first error of any."""
        for orders, _ in self._members:
            orders.put(order)
        for _ in self._members:
            error = self._answers.get()
            if error is not None:
                raise error

    def connect(self):
        self.order(Lane.open)

    def run(self, first, count, record):
        queue, is_warm_up = TaskQueue(first, count), self.work.is_warm_up
        self.order(lambda lane: pull(lane, queue, record, is_warm_up))

    def serve(self, arrivals, record):
        queue = ArrivalQueue()
        arrivals.begin(queue.hand_over)
        self.order(lambda lane: pull_arrivals(lane, queue, record))

    def coordinate(self, what, first, count, record):
        from peer.coordination import threads

        return threads.coordinate(what, first, count, record, self.work, pooled=True)

    def close(self):
        for orders, _ in self._members:
            orders.put(None)
        for _, thread in self._members:
            thread.join()
