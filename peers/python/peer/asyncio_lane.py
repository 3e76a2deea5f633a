"""A lane over asyncio's event loop, as `lane` is one that blocks. Files and SQLite are called in the loop's pool of
threads; kernels run on the loop and block it meanwhile."""

import asyncio

from peer.digests import mix, nth
from peer.errors import in_task
from peer.lane import endpoint


class AsyncioLane:
    """One lane: a slot for one task in flight."""

    def __init__(self, work):
        self._work = work
        self._seed = work.setup.workload.seed
        self._loop = asyncio.get_running_loop()
        self._steps = []

    async def open(self):
        """Opens the connections and files that are kept from one task to the next."""
        made = {}
        for kind, step in self._work.setup.workload.steps:
            self._steps.append(await MAKERS[kind](self, step, made))
        if self._work.trace:
            self._record(self._work.trace)
        return self

    def _record(self, trace):
        from peer.trace import AWAITS, POOL

        # What the step that a task is at may wait for.
        awaits = [POOL]
        kinds = [kind for kind, _ in self._work.setup.workload.steps]
        self._steps = [
            (waits, _saying(awaits, AWAITS.get(kind, POOL), step))
            for kind, (waits, step) in zip(kinds, self._steps)
        ]
        self.run = trace.awaiting_task(self.run, trace.lane(), awaits)

    async def run(self, index):
        """Carries out one task and gives its digest."""
        try:
            seed = nth(self._seed, index)
            digest = number = 0
            for waits, step in self._steps:
                value = step(index, nth(seed, number))
                digest = mix(digest, await value if waits else value)
                number += 1
            return digest
        except Exception as error:
            raise in_task(index, error) from error

    async def _http(self, step, made):
        from peer.asyncio_http import AsyncioHttp
        from peer.http import keeps

        if "http" not in made:
            made["http"] = AsyncioHttp(endpoint(self._work.setup.origin, "an HTTP origin"))
        if keeps(step):
            await made["http"].open()
        return True, made["http"].step(step)

    async def _postgres(self, step, made):
        from peer.asyncio_postgres import AsyncioPostgres

        if "postgres" not in made:
            server = endpoint(self._work.setup.postgres, "a PostgreSQL server")
            made["postgres"] = AsyncioPostgres(server, self._work.setup.workload.steps)
            await made["postgres"].open(step)
        return True, made["postgres"].step(step)

    async def _sqlite(self, step, _):
        from peer.sqlite import Sqlite

        path = endpoint(self._work.setup.sqlite, "a SQLite data set")
        unblock = self._loop.run_in_executor
        select = (await unblock(None, Sqlite, path, step)).select
        return True, lambda index, seed: unblock(None, select, seed)

    async def _file(self, step, _):
        from peer.files import Files

        read = Files(endpoint(self._work.setup.files, "a file data set"), step, self._seed).read
        unblock = self._loop.run_in_executor
        return True, lambda index, seed: unblock(None, read, index)

    async def _wait(self, step, _):
        work, seconds, sleep, loop = self._work, step["duration"] / 1e9, asyncio.sleep, self._loop

        async def wait(index, seed):
            latch = work.latch(index)
            opened = _opened(latch, loop)
            if latch.arrive():
                _open(latch)
            await sleep(seconds)
            if not latch.is_full:
                await opened.wait()
            latch.has_left()
            return seed

        return True, wait

    async def _compute(self, step, _):
        from peer.kernels import kernel

        value = kernel(step)
        return False, lambda index, seed: value(seed)

    async def _call(self, step, _):
        from peer.library import Called

        unblock = self._loop.run_in_executor
        call = (await unblock(None, Called, step)).call
        if step["kind"] == "compute":
            return False, call
        return True, lambda index, seed: unblock(None, call, index, seed)


def _saying(awaits, what, step):
    """The step, which says first what it may wait for."""

    def said(index, seed):
        awaits[0] = what
        return step(index, seed)

    return said


def _opened(latch, loop):
    """The event at which tasks of this loop wait until those of all loops have arrived."""
    if not hasattr(latch, "opened"):
        # `setdefault`, because loops on other threads may be here at the same time.
        vars(latch).setdefault("opened", {})
    events = latch.opened
    if loop not in events:
        events[loop] = asyncio.Event()
    return events[loop]


def _open(latch):
    """Lets the tasks of all loops leave. Every one has arrived, so that the events of all loops are there."""
    for loop, event in list(latch.opened.items()):
        loop.call_soon_threadsafe(event.set)


MAKERS = {
    "http-get": AsyncioLane._http,
    "sqlite-select": AsyncioLane._sqlite,
    "postgres-select": AsyncioLane._postgres,
    "read-file": AsyncioLane._file,
    "wait": AsyncioLane._wait,
    "compute": AsyncioLane._compute,
    "call": AsyncioLane._call,
}
