"""Coordination between the tasks of one event loop: `create_task`, `asyncio.Queue`, `asyncio.Lock`, and a protocol
for pulses."""

import asyncio
from time import monotonic_ns

from peer.coordination import parts
from peer.coordination.threads import keep_turns
from peer.digests import first_value
from peer.errors import RunError


async def coordinate(what, first, count, record, work):
    """Does these tasks; the counts by name."""
    return await KINDS[what[0]](what, first, count, record, work)


async def _unit(value):
    parts.MARKS.append(value)
    return value


async def _spawn(_, first, count, record, work):
    end = first + count
    parts.MARKS.clear()
    for start in range(first, end, work.lanes):
        await spawn(range(start, min(end, start + work.lanes)), record, work.setup.workload.seed)
    return parts.seen()


async def spawn(indices, record, seed):
    """Starts a task for each of these, and waits for all of them."""
    create, begun = asyncio.get_running_loop().create_task, []
    for index in indices:
        value = first_value(seed, index)
        begun_ns = monotonic_ns()
        begun.append((index, begun_ns, create(_unit(value))))
    for index, begun_ns, task in begun:
        value = await task
        record.record(index, monotonic_ns() - begun_ns, parts.digest_of(value))


async def _ping_pong(what, first, count, record, work):
    indices, seed, size = iter(range(first, first + count)), work.setup.workload.seed, what[1]["bytes"]

    async def ping(there, back):
        message = parts.Message(size)
        for index in indices:
            start = monotonic_ns()
            await there.put(message.with_value(first_value(seed, index)))
            value = parts.value_in(await back.get())
            record.record(index, monotonic_ns() - start, parts.digest_of(value))
            if work.is_warm_up(index):
                break
        await there.put(None)

    async def pong(there, back):
        while True:
            message = await there.get()
            if message is None:
                return
            await back.put(message)

    queues = [(asyncio.Queue(), asyncio.Queue()) for _ in range(work.lanes)]
    await asyncio.gather(*(play(*pair) for pair in queues for play in (pong, ping)))
    return {}


async def _counter(what, first, count, record, work):
    data, seed = what[1], work.setup.workload.seed
    indices, increments, plus_one = iter(range(first, first + count)), data["increments"], parts.plus_one
    value, lock = 0, asyncio.Lock()

    async def add():
        nonlocal value
        for _ in range(increments):
            value = plus_one(value)

    async def add_synchronised():
        nonlocal value
        for _ in range(increments):
            async with lock:
                value = plus_one(value)

    async def unit():
        for index in indices:
            start = monotonic_ns()
            await (add_synchronised() if data["synchronised"] else add())
            record.record(index, monotonic_ns() - start, parts.digest_of(first_value(seed, index)))
            await asyncio.sleep(0)

    await asyncio.gather(*(unit() for _ in range(work.lanes)))
    return parts.lost(data["synchronised"], count * increments, value)


async def _order(_, first, count, record, work):
    seed, end, lanes = work.setup.workload.seed, first + count, work.lanes
    turns, began = [], monotonic_ns()

    async def unit(number):
        for turn in range(first + number, end, lanes):
            turns.append((turn, first_value(seed, turn), monotonic_ns()))
            await asyncio.sleep(0)

    await asyncio.gather(*(unit(number) for number in range(lanes)))
    return keep_turns(turns, first, began, record)


async def _pulses(what, first, count, record, work):
    client = await connect(what, count, work)
    hogs = [asyncio.ensure_future(hog(what, client)) for _ in range(what[1]["hogs"])]
    latencies = await client.all
    await asyncio.gather(*hogs)
    parts.keep_all(record, work.setup.workload.seed, first, latencies)
    return {}


async def connect(what, count, work):
    """Connects to the pulse service; the client, whose `all` is a future of the latency of each pulse."""
    service, line = parts.opening(what, count, work.setup)
    try:
        make = asyncio.get_running_loop().create_connection(lambda: Client(what[0], line, count), *service)
        _, client = await make
    except OSError as error:
        raise RunError("cannot connect to %s: %s" % (work.setup.pulses, error)) from error
    return client


async def hog(what, client):
    """Computes, and yields to the loop between two pieces, until the client has all pulses."""
    while not client.all.done():
        parts.hog(what[1]["hog"])
        await asyncio.sleep(0)


class Client(asyncio.Protocol):
    """Reads the heartbeats, or answers the bytes."""

    def __init__(self, kind, line, count):
        self.all = asyncio.get_running_loop().create_future()
        self._line = line
        self._count = count
        self._bytes = 0 if kind == "stall" else count
        self._pending = b""
        self._latencies = []
        self._is_stall = kind == "stall"

    def connection_made(self, transport):
        self._transport = transport
        transport.write(self._line)

    def data_received(self, data):
        now = monotonic_ns()
        # Two bytes are never due at once: more than one is a reason.
        if self._bytes and len(data) == 1:
            self._bytes -= 1
            self._transport.write(data)
            return
        self._pending += data
        if parts.is_refusal(self._pending):
            # Told once all of it has come.
            return
        whole = len(self._pending) // 8 * 8
        times = parts.words(self._pending[:whole])
        self._pending = self._pending[whole:]
        self._latencies.extend([now - due for due in times] if self._is_stall else times)
        if len(self._latencies) >= self._count and not self.all.done():
            self.all.set_result(self._latencies)
            self._transport.close()

    def connection_lost(self, _):
        if not self.all.done():
            self.all.set_exception(parts.early_end(self._pending))


KINDS = {
    "spawn": _spawn,
    "ping-pong": _ping_pong,
    "counter": _counter,
    "order": _order,
    "stall": _pulses,
    "echo": _pulses,
}
