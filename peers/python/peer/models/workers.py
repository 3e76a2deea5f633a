"""The parent's side of workers in processes or interpreters: it deals tasks to them through a bounded window, receives
their results, and turns the end of a worker into an error."""

import marshal
import select
import threading
from array import array
from collections import deque

from peer.errors import KINDS, RunError
from peer.latch import alive_together
from peer.meters import Usage
from peer.models import base
from peer.worker import ARRIVAL, RECORD

# Most tasks in one message.
LARGEST_BATCH = 64
# Most batches that a worker has been sent and has not answered.
WINDOW = 2


def trace_of(work, number, is_process):
    """Where a worker, the first of which has number 1, writes its trace, how many do so, and whether each is a process;
    None where the run is not recorded."""
    return work.trace and (work.trace.path, number, work.lanes, is_process)


class Workers(base.Running):
    """Workers behind channels that send and receive bytes, one lane each."""

    def __init__(self, work, channels):
        super().__init__(work)
        self.channels = channels
        self._alive = None
        # Workers that stand at the barrier at which all lanes wait.
        self._standing = 0
        self._poll = select.poll()
        self._numbers = {}
        for number, channel in enumerate(channels):
            self._numbers[channel.fileno()] = number
            self._poll.register(channel.fileno(), select.POLLIN)

    def knobs(self):
        return {"window": "%d batches" % WINDOW, "batch": "1 to %d, guided" % LARGEST_BATCH}

    def how_it_ended(self, number):
        """The message about a worker whose channel is closed."""
        return "worker %d ended in mid-run" % number

    def _send(self, number, *order):
        try:
            self.channels[number].send_bytes(marshal.dumps(order))
        except OSError:
            # The worker is gone. Its own error, or how it ended, shows where answers are received.
            pass

    def _receive(self):
        """Waits for answers: (which worker, its answer). Passes the barrier at which all lanes wait, when it comes."""
        for descriptor, _ in self._poll.poll():
            number = self._numbers[descriptor]
            try:
                answer = marshal.loads(self.channels[number].recv_bytes())
            except (EOFError, OSError):
                raise RunError(self.how_it_ended(number)) from None
            if answer[0] == "failed":
                raise KINDS[answer[1]](answer[2])
            if answer[0] == "all-wait":
                self._stands()
                continue
            yield number, answer

    def _stands(self):
        """Notes that one more worker stands still. After the last this reports that all lanes wait, and lets all go on."""
        self._standing += 1
        if self._standing == len(self.channels):
            self.work.on_all_alive()
            for number in range(len(self.channels)):
                self._send(number, "go")

    def _one_answer_each(self, kind):
        answers = {}
        while len(answers) < len(self.channels):
            for number, answer in self._receive():
                if answer[0] != kind:
                    raise RunError("worker %d sent what it was not asked for" % number)
                answers[number] = answer
        return answers.values()

    def _ask_all(self, order, answer):
        for number in range(len(self.channels)):
            self._send(number, order)
        return self._one_answer_each(answer)

    def connect(self):
        self._one_answer_each("opened")

    def begin_traces(self):
        self._ask_all("record", "recording")

    def write_traces(self):
        self._ask_all("write-trace", "trace-written")

    def run(self, first, count, record):
        deal = Deal(first, count, len(self.channels))
        for number in range(len(self.channels)):
            # One task for every worker first, so that each does one in the warm-up.
            self._deal(number, deal.take(1))
        for number in range(len(self.channels)):
            self._deal(number, deal.take(deal.batch()))
        done = 0
        while done < count:
            for number, (_, records) in self._receive():
                self._deal(number, deal.take(deal.batch()))
                numbers = array("Q")
                numbers.frombytes(records)
                for at in range(0, len(numbers), RECORD):
                    record.record(*numbers[at : at + RECORD])
                done += len(numbers) // RECORD

    def _deal(self, number, share):
        if share[1]:
            self._send(number, "tasks", *share)

    def serve(self, arrivals, record):
        dispatch = Dispatch(len(self.channels), self._send)
        arrivals.begin(dispatch.arrive)
        done = 0
        while done < arrivals.count:
            for number, (_, records) in self._receive():
                numbers = array("Q")
                numbers.frombytes(records)
                assert len(numbers) == ARRIVAL
                record.record_arrival(*numbers)
                dispatch.answered(number)
                done += 1

    def usage(self):
        total, self._alive = Usage(), None
        for _, usage, alive in self._ask_all("report", "report"):
            total += Usage(*usage)
            if alive:
                self._alive = alive_together(self._alive, alive) if self._alive else alive
        return total

    def alive_at_once(self):
        return self._alive and self._alive[0]


class Deal:
    """The tasks of one phase that have not been sent yet."""

    def __init__(self, first, count, workers):
        self._next = first
        self._end = first + count
        self._workers = workers

    def batch(self):
        """The size of the next batch: a share of what remains, which shrinks towards the end, so that no worker has a
        large batch when the others are done."""
        return max(1, min(LARGEST_BATCH, (self._end - self._next) // (4 * self._workers)))

    def take(self, count):
        """Takes up to `count` tasks; (the first, how many)."""
        first = self._next
        self._next = min(self._end, first + count)
        return first, self._next - first


class Dispatch:
    """The choice of a worker for each arrival of an open loop: the one with the fewest tasks under way whose window
    has room. An arrival that finds no room waits until a result makes some."""

    def __init__(self, workers, send):
        self._under_way = [0] * workers
        self._waiting = deque()
        self._send = send
        self._lock = threading.Lock()

    def arrive(self, arrival):
        """Sends an arrival, or lets it wait; called by the pacing thread."""
        if arrival is None:
            return False
        with self._lock:
            self._waiting.append(arrival)
            self._send_waiting()
        return True

    def answered(self, number):
        """Notes that a worker has done a task."""
        with self._lock:
            self._under_way[number] -= 1
            self._send_waiting()

    def _send_waiting(self):
        while self._waiting:
            least = min(self._under_way)
            if least >= WINDOW:
                return
            number = self._under_way.index(least)
            self._under_way[number] += 1
            self._send(number, "arrival", *self._waiting.popleft())
