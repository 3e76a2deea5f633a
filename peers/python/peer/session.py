"""One run, beginning with the request and ending with the last line of output: the handshake that docs/FORMAT.md
describes, with start-up, connecting, running and shutting down timed separately."""

import os
import sys
import time

from peer import files, meters, pacing
from peer.errors import RunError, Unsupported, Usage, told
from peer.input import Input
from peer.models import find
from peer.output import say
from peer.recorder import Recorder
from peer.request import PROTOCOL, STEPS, Request
from peer.version import VERSION, gil, lock_counts
from peer.work import Work


# How often the meters are read before the measured phase.
READINGS = 4


def main(began_ns):
    """Carries out a run. It ends the process and does not return, because threads that still wait would keep the
    process alive."""
    standard_input = Input()
    try:
        session = Session(began_ns, standard_input)
        last = session.run()
        standard_input.end()
        say(last)
        code = 0
    except Exception as error:
        standard_input.end()
        code = _fail(error)
    standard_input.abort(code)


def _fail(error):
    if not isinstance(error, RunError):
        import traceback

        traceback.print_exc()
    kind = getattr(error, "kind", "failed")
    say({"error": {"kind": kind, "message": told(error)}})
    sys.stderr.flush()
    return getattr(error, "exit_code", 1)


class Session:
    """One run of one variant."""

    def __init__(self, began_ns, standard_input):
        self._began_ns = began_ns
        self._input = standard_input
        self._request = Request(standard_input.line())

    def run(self):
        """Runs the variant; the last message."""
        request = self._request
        model = find(request.variant)
        if request.parent and os.getppid() != request.parent:
            raise Usage("process %d is not the parent of this one" % request.parent)
        for kind, _ in request.setup.workload.steps:
            if kind not in STEPS:
                raise Unsupported("this program does not know steps of the kind %s" % kind)
        sys.setswitchinterval(request.setup.switch_interval_us / 1e6)
        lanes = min(model.capacity(request.setup), request.setup.in_flight, request.tasks)
        if request.setup.workload.answer_bytes is not None:
            from peer.serving import Serving

            serving = Serving(request, self._input, self._began_ns, self._knobs())
            return {"served": serving.run(model, lanes)}
        trace = self._trace() if request.trace else None
        work = Work(request.setup, lanes, self._hold if request.hold else None, trace)
        running = model.start(work, request.raw_setup, self._input.children)
        start_ns = time.monotonic_ns() - self._began_ns
        done = self._phases(running, work, start_ns)
        before = time.monotonic_ns()
        running.close()
        done["shut_down_ns"] = time.monotonic_ns() - before
        return {"done": done}

    def _trace(self):
        from peer.trace import Trace

        if self._request.setup.workload.coordination:
            raise Unsupported("coordination has no lanes whose trace could be recorded")
        return Trace(self._request.trace, VERSION)

    def _hold(self):
        say({"held": {}})
        self._input.wait_for_go()

    def _phases(self, running, work, start_ns):
        before = time.monotonic_ns()
        running.connect()
        connected = time.monotonic_ns()
        self._warm_up(running, work)
        warm = time.monotonic_ns()
        queued_before = meters.run_queue_waits()
        ready = {
            "protocol": PROTOCOL,
            "version": VERSION,
            "in_flight": work.lanes,
            "start_ns": start_ns,
            "connect_ns": connected - before,
            "warm_up_ns": warm - connected,
            "knobs": {**self._knobs(), **running.knobs()},
        }
        say({"ready": ready})
        self._input.wait_for_go()
        return self._measure(running, work, queued_before)

    def _knobs(self):
        return {
            "executable": sys.executable,
            "gil": gil(),
            "python": sys.version.split()[0],
            "switch_interval_us": str(round(sys.getswitchinterval() * 1e6)),
        }

    def _warm_up(self, running, work):
        """Every lane does one task, whose index is beyond those of the workload. Then the page cache is prepared."""
        workload = self._request.setup.workload
        record = Recorder(workload.tasks, work.lanes)
        if workload.coordination:
            running.coordinate(workload.coordination, workload.tasks, work.lanes, record)
        else:
            running.run(workload.tasks, work.lanes, record)
        record.finish()
        files.prepare(self._request.setup, self._request.tasks)

    def _measure(self, running, work, queued_before):
        count = self._request.tasks
        record = Recorder(0, count)
        # Read more than once, because asking workers costs something itself. Successive readings differ by that cost,
        # which is then subtracted.
        readings = [meters.of_this_process() + running.usage() for _ in range(READINGS)]
        before = readings[-1]
        if work.trace:
            running.begin_traces()
        start = time.monotonic_ns()
        if work.trace:
            work.trace.begin(start)
        counts, opened = self._drive(running, count, record)
        end = time.monotonic_ns()
        if work.trace:
            work.trace.end(end)
        total = meters.of_this_process() + running.usage()
        queued = meters.waited_since(queued_before)
        used = total - before - meters.price_of_reading(readings)
        # Before the barrier: threads that are idle may end while whoever asked for it looks at them.
        threads = meters.live_threads() + total.threads
        if self._request.hold:
            self._hold()
        digest, latency = record.finish()
        if self._request.digests:
            record.write_digests(self._request.digests)
        if work.trace:
            work.trace.write()
            running.write_traces()
        pacing_cpu = opened["pacing_cpu_ns"] if opened else 0
        return {
            "tasks": count,
            "digest": "%016x" % digest,
            "elapsed_ns": end - start,
            "latency": latency,
            "cpu_ns": max(0, used.cpu_ns - pacing_cpu),
            "switches": {"voluntary": used.voluntary, "involuntary": used.involuntary},
            "vm_hwm_bytes": meters.vm_hwm_bytes(),
            "threads": threads,
            "processes": 1 + total.processes,
            "alive_at_once": running.alive_at_once(),
            "run_queue_wait_ns": None if queued is None else queued + used.run_queue_ns,
            "counts": {**counts, **lock_counts()},
            "open": opened,
            "shut_down_ns": 0,
        }

    def _drive(self, running, count, record):
        """Does the measured tasks: in a closed loop, in an open loop, or as coordination."""
        workload = self._request.setup.workload
        if workload.coordination:
            return running.coordinate(workload.coordination, 0, count, record), None
        if workload.rate is None:
            running.run(0, count, record)
            return {}, None
        arrivals = pacing.Arrivals(workload, count, record)
        running.serve(arrivals, record)
        return {}, arrivals.outcome()
