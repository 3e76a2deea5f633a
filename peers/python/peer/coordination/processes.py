"""Coordination between processes: `multiprocessing`'s Process, Pipe, Value and Lock. Every unit is a process that is
started for the phase; in a `spawn` its start is part of what is measured."""

import marshal
import time
from time import monotonic_ns

from peer.coordination import parts
from peer.coordination.threads import answer_pulses, keep_turns
from peer.digests import first_value
from peer.errors import RunError
from peer.process import start_process


class Setting:
    """The state of one phase, for every kind."""

    def __init__(self, context, children, work, record):
        self.context = context
        self.children = children
        self.lanes = work.lanes
        self.setup = work.setup
        self.seed = work.setup.workload.seed
        self.record = record

    def start(self, target, *arguments):
        """Starts a process with a pipe; (process, our end)."""
        return start_process(self.context, target, arguments, self.children)

    def end(self, process, channel):
        """Waits for a process to end; raises an error if it failed."""
        process.join()
        channel.close()
        self.children.remove(process)
        if process.exitcode:
            raise RunError("a process ended with exit code %s" % process.exitcode)


def coordinate(what, first, count, record, work, context, children):
    """Does these tasks; the counts by name."""
    setting = Setting(context, children, work, record)
    return KINDS[what[0]](setting, what, range(first, first + count))


def processes(what, count, lanes):
    """The number of processes that this took, all of which have ended."""
    kind, data = what
    if kind == "spawn":
        return count
    return data["hogs"] if kind in ("stall", "echo") else lanes


def _receive(channel):
    try:
        return marshal.loads(channel.recv_bytes())
    except (EOFError, OSError):
        raise RunError("a process ended before it had answered") from None


def _spawn_unit(channel, value):
    parts.MARKS.append(value)
    channel.send_bytes(marshal.dumps(value))


def _spawn(setting, _, indices):
    parts.MARKS.clear()
    for start in range(0, len(indices), setting.lanes):
        begun = []
        for index in indices[start : start + setting.lanes]:
            begun_ns = monotonic_ns()
            begun.append((index, begun_ns, setting.start(_spawn_unit, first_value(setting.seed, index))))
        for index, begun_ns, (process, channel) in begun:
            value = _receive(channel)
            setting.end(process, channel)
            setting.record.record(index, monotonic_ns() - begun_ns, parts.digest_of(value))
    return parts.seen()


def _pong(channel):
    try:
        while True:
            channel.send_bytes(channel.recv_bytes())
    except (EOFError, OSError):
        return


def _ping_pong(setting, what, indices):
    # This side is one process with one thread, so several pairs take turns.
    pairs = [setting.start(_pong) for _ in range(setting.lanes)]
    message = parts.Message(what[1]["bytes"])
    for index in indices:
        channel = pairs[index % len(pairs)][1]
        start = monotonic_ns()
        channel.send_bytes(message.with_value(first_value(setting.seed, index)))
        value = parts.value_in(channel.recv_bytes())
        setting.record.record(index, monotonic_ns() - start, parts.digest_of(value))
    for process, channel in reversed(pairs):
        channel.close()
        setting.end(process, channel)
    return {}


def _counter_unit(channel, counter, synchronised, increments, batches):
    plus_one, latencies = parts.plus_one, []
    channel.recv_bytes()
    for _ in range(batches):
        start = monotonic_ns()
        if synchronised:
            for _ in range(increments):
                with counter.get_lock():
                    counter.value = plus_one(counter.value)
        else:
            for _ in range(increments):
                counter.value = plus_one(counter.value)
        latencies.append(monotonic_ns() - start)
    channel.send_bytes(marshal.dumps(latencies))


def _counter(setting, what, indices):
    data = what[1]
    synchronised, increments = data["synchronised"], data["increments"]
    counter = setting.context.Value("Q", 0, lock=synchronised)
    shares = [indices[lane :: setting.lanes] for lane in range(setting.lanes)]
    units = [setting.start(_counter_unit, counter, synchronised, increments, len(share)) for share in shares]
    for _, channel in units:
        channel.send_bytes(b"go")
    for share, (process, channel) in zip(shares, units):
        for index, latency in zip(share, _receive(channel)):
            setting.record.record(index, latency, parts.digest_of(first_value(setting.seed, index)))
        setting.end(process, channel)
    return parts.lost(synchronised, len(indices) * increments, counter.value)


def _order_unit(channel, place, turns, seed):
    taken = []
    channel.recv_bytes()
    for turn in turns:
        with place.get_lock():
            at = place.value
            place.value = at + 1
        taken.append((at, turn, first_value(seed, turn), monotonic_ns()))
        time.sleep(0)
    channel.send_bytes(marshal.dumps(taken))


def _order(setting, _, indices):
    place = setting.context.Value("Q", 0)
    shares = [indices[lane :: setting.lanes] for lane in range(setting.lanes)]
    units = [setting.start(_order_unit, place, list(share), setting.seed) for share in shares]
    began = monotonic_ns()
    for _, channel in units:
        channel.send_bytes(b"go")
    taken = []
    for process, channel in units:
        taken.extend(_receive(channel))
        setting.end(process, channel)
    return keep_turns([turn for _, *turn in sorted(taken)], indices[0], began, setting.record)


def _hog_unit(channel, nanoseconds):
    while not channel.poll():
        parts.hog(nanoseconds)


def _pulses(setting, what, indices):
    data = what[1]
    hogs = [setting.start(_hog_unit, data["hog"]) for _ in range(data["hogs"])]
    latencies = answer_pulses(what, len(indices), setting.setup)
    for process, channel in hogs:
        channel.send_bytes(b"stop")
    for process, channel in hogs:
        setting.end(process, channel)
    parts.keep_all(setting.record, setting.seed, indices[0], latencies)
    return {}


KINDS = {
    "spawn": _spawn,
    "ping-pong": _ping_pong,
    "counter": _counter,
    "order": _order,
    "stall": _pulses,
    "echo": _pulses,
}
