"""A lane whose calls block: a slot for one task in flight, with the connections and files that outlive a task.
Blocking variants carry out all their steps here; `asyncio_lane` is the lane of the event loop."""

import time

from peer.digests import mix, nth
from peer.errors import RunError, in_task


def endpoint(found, what):
    """The endpoint that a step needs."""
    if not found:
        raise RunError("the workload needs %s, and the request names no such endpoint" % what)
    return found


class Lane:
    """One lane. `open` it before the first task."""

    def __init__(self, work):
        self._work = work
        self._seed = work.setup.workload.seed
        self._steps = []

    def open(self):
        """Opens the connections and files that are kept from one task to the next."""
        # Steps of one kind share a connection, but for GETs that ask for new ones.
        made = {}
        for kind, step in self._work.setup.workload.steps:
            self._steps.append(MAKERS[kind](self, step, made))
        if self._work.trace:
            self._record(self._work.trace)
        return self

    def _record(self, trace):
        number = trace.lane()
        kinds = [kind for kind, _ in self._work.setup.workload.steps]
        self._steps = [trace.blocking_step(kind, step, number) for kind, step in zip(kinds, self._steps)]
        self.run = trace.blocking_task(self.run, number)

    def run(self, index):
        """Carries out one task and gives its digest."""
        try:
            seed = nth(self._seed, index)
            digest = number = 0
            for step in self._steps:
                digest = mix(digest, step(index, nth(seed, number)))
                number += 1
            return digest
        except Exception as error:
            raise in_task(index, error) from error

    def _http(self, step, made):
        from peer.blocking_http import BlockingHttp

        if "http" not in made:
            made["http"] = BlockingHttp(endpoint(self._work.setup.origin, "an HTTP origin"))
        return made["http"].step(step)

    def _sqlite(self, step, _):
        from peer.sqlite import Sqlite

        select = Sqlite(endpoint(self._work.setup.sqlite, "a SQLite data set"), step).select
        return lambda index, seed: select(seed)

    def _postgres(self, step, made):
        from peer.blocking_postgres import BlockingPostgres

        if "postgres" not in made:
            server = endpoint(self._work.setup.postgres, "a PostgreSQL server")
            made["postgres"] = BlockingPostgres(server, self._work.setup.workload.steps)
        return made["postgres"].step(step)

    def _file(self, step, _):
        from peer.files import Files

        read = Files(endpoint(self._work.setup.files, "a file data set"), step, self._seed).read
        return lambda index, seed: read(index)

    def _wait(self, step, _):
        work, seconds, sleep = self._work, step["duration"] / 1e9, time.sleep

        def wait(index, seed):
            latch = work.latch(index)
            latch.arrive()
            sleep(seconds)
            latch.leave()
            return seed

        return wait

    def _compute(self, step, _):
        from peer.kernels import kernel

        value = kernel(step)
        return lambda index, seed: value(seed)

    def _call(self, step, _):
        from peer.library import Called

        return Called(step).call


MAKERS = {
    "http-get": Lane._http,
    "sqlite-select": Lane._sqlite,
    "postgres-select": Lane._postgres,
    "read-file": Lane._file,
    "wait": Lane._wait,
    "compute": Lane._compute,
    "call": Lane._call,
}
