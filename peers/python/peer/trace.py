"""The trace of a run, which says who ran when; docs/TRACE.md has its format. Who holds the lock of the interpreter cannot
be seen from Python, so that a trace has what tasks do, and no lock: a thread that waits for it seems to run."""

import json
import os
import struct
import threading
from time import monotonic_ns, process_time_ns

VERSION = 1
MOST_EVENTS = 1_000_000
EVENT = struct.Struct("<QQIIBB6x")
BEGIN, END, READY, RUN, WAIT, DONE = 1, 2, 3, 4, 5, 6
NO_LANE, NO_TASK = 2**32 - 1, 2**64 - 1
SOCKET, TIMER, POOL = 1, 2, 3

# What a step waits for where its call blocks; all others run on the thread of the task.
BLOCKS_FOR = {"http-get": SOCKET, "postgres-select": SOCKET, "wait": TIMER}
# The same of steps on an event loop, which has a pool for calls that block.
AWAITS = {**BLOCKS_FOR, "sqlite-select": POOL, "read-file": POOL}


class Trace:
    """The events of this process or interpreter. They are recorded between `begin` and `end`."""

    def __init__(self, path, name, most=MOST_EVENTS, is_process=True):
        self.path = path
        self._name = name
        self._most = most
        self._events = []
        self._threads = {}
        # Numbers of lanes and threads that there are in other interpreters of this process.
        self._before = 0
        self._lanes = 0
        self._lost = 0
        self._is_on = False
        # Whether this is the one trace of its process that says what the process used, and that by its clock: at the
        # beginning of the measured phase, and for all of it.
        self._is_process = is_process
        self._began_cpu_ns = 0
        self._cpu_ns = None

    @classmethod
    def of_worker(cls, path, number, workers, is_process):
        """The trace of one of several workers with a lane and a thread each, the first of which has number 1. All of
        them record together what one process may. `is_process` says whether it is a process, and not an interpreter."""
        trace = cls("%s.%d" % (path, number), "worker %d" % number, MOST_EVENTS // workers, is_process)
        trace._before = number - 1
        return trace

    def begin(self, at_ns):
        """The measured phase begins at this time of the monotonic clock."""
        self.record_from_now()
        self._record(at_ns, BEGIN, NO_LANE, NO_TASK, 0)

    def record_from_now(self):
        """Records from now on, where the measured phase is that of another process or interpreter."""
        self._began_cpu_ns = process_time_ns()
        self._is_on = True

    def end(self, at_ns):
        """The measured phase has ended at this time of the monotonic clock."""
        self._record(at_ns, END, NO_LANE, NO_TASK, 0)
        self.stop()

    def stop(self):
        """Records no more; the measured phase of a worker has ended when it is asked what it used."""
        if self._is_on:
            self._is_on = False
            self._cpu_ns = process_time_ns() - self._began_cpu_ns

    def lane(self):
        """The number of a lane that is opened now."""
        self._lanes += 1
        return self._before + self._lanes - 1

    def event(self, kind, lane, task, waits_for=0):
        """Records what happens now."""
        if self._is_on:
            self._record(monotonic_ns(), kind, lane, task, waits_for)

    def _record(self, at_ns, kind, lane, task, waits_for):
        if len(self._events) >= self._most:
            self._lost += 1
            return
        # A thread that follows one which has ended may have its number, and then bears its name.
        me = threading.get_ident()
        if me not in self._threads:
            number = self._before + len(self._threads) + 1
            self._threads[me] = (number, threading.current_thread().name)
        self._events.append((at_ns, task, lane, self._threads[me][0], kind, waits_for))

    def blocking_step(self, kind, step, lane):
        """A step of a lane that blocks, recorded."""
        waits_for, event = BLOCKS_FOR.get(kind), self.event
        if waits_for is None:
            return step

        def waiting(index, seed):
            event(WAIT, lane, index, waits_for)
            value = step(index, seed)
            event(RUN, lane, index)
            return value

        return waiting

    def blocking_task(self, run, lane):
        """What carries out the tasks of a lane that blocks, recorded."""
        event = self.event

        def traced(index):
            event(RUN, lane, index)
            digest = run(index)
            event(DONE, lane, index)
            return digest

        return traced

    def awaiting_task(self, run, lane, awaits):
        """The same of a lane on an event loop. `awaits` holds what the step that it is at may wait for."""

        async def traced(index):
            return await Driven(self, run(index), (lane, index), awaits)

        return traced

    def write(self):
        """Writes it to its file."""
        header = {
            "trace": VERSION,
            "process": os.getpid(),
            "name": self._name,
            "threads": {str(number): name for number, name in self._threads.values()},
            "events": len(self._events),
            "lost": self._lost,
        }
        if self._is_process:
            header["process_cpu_ns"] = self._cpu_ns
        with open(self.path, "wb") as file:
            file.write(json.dumps(header).encode("ascii") + b"\n")
            file.writelines(EVENT.pack(*event) for event in self._events)


class Driven:
    """A coroutine whose every stretch is recorded: the loop runs it from one `await` that waits to the next."""

    def __init__(self, trace, task, of, awaits):
        self._event = trace.event
        self._task = task
        self._of = of
        self._awaits = awaits

    def __await__(self):
        steps = self._task.__await__()
        while True:
            self._event(RUN, *self._of)
            try:
                awaited = steps.send(None)
            except StopIteration as end:
                self._event(DONE, *self._of)
                return end.value
            if awaited is None:
                # A task that awaits nothing lets others run.
                self._event(READY, *self._of)
            else:
                self._event(WAIT, *self._of, self._awaits[0])
                awaited.add_done_callback(self._ready)
            yield awaited

    def _ready(self, _):
        self._event(READY, *self._of)
