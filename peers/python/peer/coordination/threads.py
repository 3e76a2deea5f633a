"""Coordination between threads: `threading.Thread`, `queue.SimpleQueue`, `threading.Lock`, and sockets that block.
Pooled units are threads that are there already and take calls from a queue."""

import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from time import monotonic_ns

from peer.coordination import parts
from peer.digests import first_value
from peer.tasks import TaskQueue

# The most bytes of a refusal that are read; the pulse service's reasons are shorter.
LONGEST_REASON = 1000


def coordinate(what, first, count, record, work, pooled):
    """Does these tasks; the counts by name."""
    kind, data = what
    if kind == "spawn":
        return (_spawn_pooled if pooled else _spawn)(data, first, count, record, work)
    return KINDS[kind](what, first, count, record, work)


def units(what, count, lanes):
    """The number of threads that this took, all of which have ended."""
    kind, data = what
    if kind == "spawn":
        return count
    if kind in ("stall", "echo"):
        return data["hogs"]
    return 2 * lanes if kind == "ping-pong" else lanes


def _all(target, arguments):
    """Runs a thread for each tuple of arguments to its end; raises the first error of any."""
    errors = []

    def unit(*these):
        try:
            target(*these)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=unit, args=these, daemon=True) for these in arguments]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


def _unit(cells, index, value):
    parts.MARKS.append(index)
    cells.append((index, value))


def _spawn(_, first, count, record, work):
    seed, end = work.setup.workload.seed, first + count
    parts.MARKS.clear()
    for start in range(first, end, work.lanes):
        cells, begun = [], []
        for index in range(start, min(end, start + work.lanes)):
            value = first_value(seed, index)
            begun_ns = monotonic_ns()
            thread = threading.Thread(target=_unit, args=(cells, index, value), daemon=True)
            thread.start()
            begun.append((index, begun_ns, thread))
        ended = {}
        for index, begun_ns, thread in begun:
            thread.join()
            ended[index] = monotonic_ns() - begun_ns
        for index, value in cells:
            record.record(index, ended[index], parts.digest_of(value))
    return parts.seen()


def _pooled_unit(value):
    parts.MARKS.append(value)
    return value


def _spawn_pooled(_, first, count, record, work):
    seed, end = work.setup.workload.seed, first + count
    parts.MARKS.clear()
    with ThreadPoolExecutor(max_workers=work.lanes) as pool:
        for start in range(first, end, work.lanes):
            begun = []
            for index in range(start, min(end, start + work.lanes)):
                value = first_value(seed, index)
                begun.append((index, monotonic_ns(), pool.submit(_pooled_unit, value)))
            for index, begun_ns, future in begun:
                value = future.result()
                record.record(index, monotonic_ns() - begun_ns, parts.digest_of(value))
    return parts.seen()


def _ping_pong(what, first, count, record, work):
    queue, seed, size = TaskQueue(first, count), work.setup.workload.seed, what[1]["bytes"]
    there = [SimpleQueue() for _ in range(work.lanes)]
    back = [SimpleQueue() for _ in range(work.lanes)]

    def ping(lane):
        send, receive, message = there[lane].put, back[lane].get, parts.Message(size)
        while True:
            index = queue.take()
            if index < 0:
                send(None)
                return
            start = monotonic_ns()
            send(message.with_value(first_value(seed, index)))
            value = parts.value_in(receive())
            record.record(index, monotonic_ns() - start, parts.digest_of(value))
            if work.is_warm_up(index):
                send(None)
                return

    def pong(lane):
        receive, send = there[lane].get, back[lane].put
        while True:
            message = receive()
            if message is None:
                return
            send(message)

    _all(lambda play, lane: play(lane), [(play, lane) for lane in range(work.lanes) for play in (pong, ping)])
    return {}


class Counter:
    """A number that all units share."""

    def __init__(self):
        self.value = 0
        self.lock = threading.Lock()

    def add(self, increments):
        """A load, a call, and a store."""
        plus_one = parts.plus_one
        for _ in range(increments):
            self.value = plus_one(self.value)

    def add_synchronised(self, increments):
        """The same, under the lock."""
        plus_one, lock = parts.plus_one, self.lock
        for _ in range(increments):
            with lock:
                self.value = plus_one(self.value)


def _counter(what, first, count, record, work):
    queue, counter, data = TaskQueue(first, count), Counter(), what[1]
    add = counter.add_synchronised if data["synchronised"] else counter.add
    increments, seed = data["increments"], work.setup.workload.seed

    def unit():
        while True:
            index = queue.take()
            if index < 0:
                return
            start = monotonic_ns()
            add(increments)
            record.record(index, monotonic_ns() - start, parts.digest_of(first_value(seed, index)))

    _all(unit, [()] * work.lanes)
    return parts.lost(data["synchronised"], count * increments, counter.value)


def _order(_, first, count, record, work):
    seed, end, lanes = work.setup.workload.seed, first + count, work.lanes
    turns, began = [], monotonic_ns()

    def unit(number):
        for turn in range(first + number, end, lanes):
            turns.append((turn, first_value(seed, turn), monotonic_ns()))
            # A thread has no other way to yield: a sleep of 0 releases the interpreter's lock.
            time.sleep(0)

    _all(unit, [(number,) for number in range(lanes)])
    return keep_turns(turns, first, began, record)


def keep_turns(turns, first, before, record):
    """Records turns in the order in which they were taken; counts those that were out of order."""
    for turn, value, taken in turns:
        record.record(turn, max(1, taken - before), parts.digest_of(value))
        before = taken
    return {"out-of-order": parts.out_of_order(first, [turn for turn, _, _ in turns])}


def _pulses(what, first, count, record, work):
    stop = threading.Event()

    def unit(nanoseconds):
        while not stop.is_set():
            parts.hog(nanoseconds)
            time.sleep(0)

    data = what[1]
    hogs = [threading.Thread(target=unit, args=(data["hog"],), daemon=True) for _ in range(data["hogs"])]
    for thread in hogs:
        thread.start()
    try:
        latencies = answer_pulses(what, count, work.setup)
    finally:
        stop.set()
    for thread in hogs:
        thread.join()
    parts.keep_all(record, work.setup.workload.seed, first, latencies)
    return {}


def answer_pulses(what, count, setup):
    """Reads the heartbeats, or answers the bytes, on the calling thread; the latency of each."""
    service, line = parts.opening(what, count, setup)
    with socket.create_connection(service) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.sendall(line)
        if what[0] == "stall":
            return [_late(_exactly(connection, 8)) for _ in range(count)]
        for _ in range(count):
            connection.sendall(_byte(connection))
        return parts.words(_exactly(connection, 8 * count))


def _late(due):
    return monotonic_ns() - int.from_bytes(due, "little")


def _byte(connection):
    # Two pulses are never under way at once, so more than one byte is the text of a refusal.
    piece = connection.recv(8)
    if len(piece) != 1:
        raise parts.early_end(_rest(connection, piece))
    return piece


def _exactly(connection, count):
    whole = connection.recv(count)
    while len(whole) < count:
        piece = connection.recv(count - len(whole))
        if not piece:
            raise parts.early_end(whole)
        whole += piece
    if parts.is_refusal(whole):
        raise parts.early_end(_rest(connection, whole))
    return whole


def _rest(connection, begun):
    """The whole text of a refusal that begins with these bytes. No more than `LONGEST_REASON` is waited for."""
    while parts.is_refusal(begun) and len(begun) < LONGEST_REASON:
        piece = connection.recv(LONGEST_REASON)
        if not piece:
            break
        begun += piece
    return begun


KINDS = {
    "ping-pong": _ping_pong,
    "counter": _counter,
    "order": _order,
    "stall": _pulses,
    "echo": _pulses,
}
