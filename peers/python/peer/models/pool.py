"""A pool with a thread per lane. The threads live as long as the run and take task after task, as those of
`ThreadPoolExecutor` do, but without a future per task."""

import threading
from queue import SimpleQueue

from peer.lane import Lane
from peer.models import base
from peer.models.sequential import pull, pull_arrivals
from peer.tasks import ArrivalQueue, TaskQueue
from peer.unit_threads import STACK_BYTES, start_thread


class Model(base.Model):
    """As many threads as lanes."""

    def start(self, work, raw_setup, children):
        threading.stack_size(STACK_BYTES)
        return Pool(work)

    def start_server(self, work):
        from peer.models import thread_server

        threading.stack_size(STACK_BYTES)
        return thread_server.Pool(work)


class Round:
    """One order that every thread carries out with its lane. The last thread reports that all have."""

    def __init__(self, order, members):
        self.order = order
        self.errors = []
        self.ended = SimpleQueue()
        self._left = members
        self._lock = threading.Lock()

    def end(self):
        """Notes that a thread has carried it out."""
        with self._lock:
            self._left -= 1
            if self._left:
                return
        self.ended.put(None)


class Pool(base.Running):
    """The threads of the pool. Each passes an order on to the next thread before it carries it out: woken all at once,
    thousands of threads would ask for the interpreter's lock together, and none would make progress."""

    def __init__(self, work):
        super().__init__(work)
        self._orders = [SimpleQueue() for _ in range(work.lanes)]
        self._threads = [start_thread(self._obey, (number,)) for number in range(work.lanes)]

    def knobs(self):
        return {"threads": str(len(self._threads)), "stack_bytes": str(STACK_BYTES)}

    def _obey(self, number):
        """The main function of one thread."""
        lane, orders = Lane(self.work), self._orders[number].get
        following = self._orders[number + 1 : number + 2]
        while True:
            told = orders()
            for queue in following:
                queue.put(told)
            if told is None:
                return
            try:
                told.order(lane)
            except BaseException as error:
                told.errors.append(error)
                # The others may wait for what this one has not done.
                told.ended.put(None)
            told.end()

    def order(self, order):
        """Gives every thread the same order; raises the first error of any."""
        told = Round(order, len(self._threads))
        self._orders[0].put(told)
        told.ended.get()
        if told.errors:
            raise told.errors[0]

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
        self._orders[0].put(None)
        for thread in self._threads:
            thread.join()
