"""Coordination between tasks of several event loops, each on a thread of its own. Within a loop it is as on one loop;
from one to another there are `call_soon_threadsafe` and `threading.Lock`."""

import asyncio
from time import monotonic_ns

from peer.coordination import event_loop, parts
from peer.coordination.threads import Counter, keep_turns
from peer.digests import first_value
from peer.loops import run_in_each
from peer.tasks import TaskQueue


def coordinate(what, first, count, record, work, loops):
    """Does these tasks; the counts by name."""
    return KINDS[what[0]](what, range(first, first + count), record, work, loops)


def _spawn(_, indices, record, work, loops):
    parts.MARKS.clear()

    # A driver on each loop, which starts tasks there: from outside every start would have to wake the loop.
    async def drive(number):
        lanes = len(range(number, work.lanes, len(loops)))
        share = indices[number :: len(loops)]
        for start in range(0, len(share), lanes):
            await event_loop.spawn(share[start : start + lanes], record, work.setup.workload.seed)

    run_in_each(loops, drive)
    return parts.seen()


class Mailbox:
    """A queue of one loop, into which tasks of other loops put messages."""

    def __init__(self, loop):
        self._deliver = loop.call_soon_threadsafe
        self._queue = asyncio.Queue()
        self.get = self._queue.get

    def put(self, message):
        """Adds a message. Never blocks: the queue has no bound."""
        self._deliver(self._queue.put_nowait, message)


def _ping_pong(what, indices, record, work, loops):
    # The two ends of a pair are on neighbouring loops, so that messages cross threads wherever there are two.
    queue, seed, size = TaskQueue(indices[0], len(indices)), work.setup.workload.seed, what[1]["bytes"]
    there, back = [None] * work.lanes, [None] * work.lanes

    async def open_mailboxes(number):
        for lane in range(work.lanes):
            if (lane + 1) % len(loops) == number:
                there[lane] = Mailbox(loops[number])
            if lane % len(loops) == number:
                back[lane] = Mailbox(loops[number])

    async def ping(lane):
        message = parts.Message(size)
        while True:
            index = queue.take()
            if index < 0:
                break
            start = monotonic_ns()
            there[lane].put(message.with_value(first_value(seed, index)))
            value = parts.value_in(await back[lane].get())
            record.record(index, monotonic_ns() - start, parts.digest_of(value))
            if work.is_warm_up(index):
                break
        there[lane].put(None)

    async def pong(lane):
        while True:
            message = await there[lane].get()
            if message is None:
                return
            back[lane].put(message)

    async def play(number):
        pings = [ping(lane) for lane in range(number, work.lanes, len(loops))]
        pongs = [pong(lane) for lane in range(work.lanes) if (lane + 1) % len(loops) == number]
        await asyncio.gather(*pings, *pongs)

    run_in_each(loops, open_mailboxes)
    run_in_each(loops, play)
    return {}


def _counter(what, indices, record, work, loops):
    data, seed, counter = what[1], work.setup.workload.seed, Counter()
    queue, increments = TaskQueue(indices[0], len(indices)), data["increments"]
    # A lock of asyncio's serves the tasks of one loop only.
    add = counter.add_synchronised if data["synchronised"] else counter.add

    async def unit():
        while True:
            index = queue.take()
            if index < 0:
                return
            start = monotonic_ns()
            add(increments)
            record.record(index, monotonic_ns() - start, parts.digest_of(first_value(seed, index)))
            await asyncio.sleep(0)

    async def units(number):
        await asyncio.gather(*(unit() for _ in range(number, work.lanes, len(loops))))

    run_in_each(loops, units)
    return parts.lost(data["synchronised"], len(indices) * increments, counter.value)


def _order(_, indices, record, work, loops):
    seed, turns, began = work.setup.workload.seed, [], monotonic_ns()

    async def unit(lane):
        for turn in indices[lane :: work.lanes]:
            turns.append((turn, first_value(seed, turn), monotonic_ns()))
            await asyncio.sleep(0)

    async def units(number):
        await asyncio.gather(*(unit(lane) for lane in range(number, work.lanes, len(loops))))

    run_in_each(loops, units)
    return keep_turns(turns, indices[0], began, record)


def _pulses(what, indices, record, work, loops):
    client = asyncio.run_coroutine_threadsafe(event_loop.connect(what, len(indices), work), loops[0]).result()

    # Units are dealt to the loops in turn: first the one that answers, then those that compute.
    async def units(number):
        mine = [hog for hog in range(what[1]["hogs"]) if (hog + 1) % len(loops) == number]
        computing = [asyncio.ensure_future(event_loop.hog(what, client)) for _ in mine]
        latencies = await client.all if number == 0 else None
        await asyncio.gather(*computing)
        return latencies

    latencies = run_in_each(loops, units)[0]
    parts.keep_all(record, work.setup.workload.seed, indices[0], latencies)
    return {}


KINDS = {
    "spawn": _spawn,
    "ping-pong": _ping_pong,
    "counter": _counter,
    "order": _order,
    "stall": _pulses,
    "echo": _pulses,
}
