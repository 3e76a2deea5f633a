"""multiprocessing: as many processes as workers, each doing one task at a time, fed over pipes. The variants differ
in the start method."""

import multiprocessing
import sys

from peer import meters
from peer.errors import Unsupported
from peer.meters import Usage
from peer.models import base
from peer.models.workers import Workers, trace_of
from peer.process import start_process

# How long a process may take to end by itself, in seconds.
GRACE = 1.0


class Model(base.Model):
    """One lane a process."""

    def __init__(self, method):
        self._method = method

    def capacity(self, setup):
        return setup.workers

    def start(self, work, raw_setup, children):
        if self._method not in multiprocessing.get_all_start_methods():
            raise Unsupported("this system has no start method %s" % self._method)
        context = multiprocessing.get_context(self._method)
        hold = work.on_all_alive is not None
        started = [
            start_process(context, _main, (raw_setup, 1, hold, trace_of(work, number, True)), children)
            for number in range(1, work.lanes + 1)
        ]
        return Processes(work, self._method, context, started, children)


def _main(channel, raw_setup, lanes, hold, traced):
    import json

    from peer.request import Setup
    from peer.worker import serve

    sys.setswitchinterval(Setup(json.loads(raw_setup)).switch_interval_us / 1e6)
    serve(channel, raw_setup, lanes, hold, traced)


class Processes(Workers):
    """The processes of one run."""

    def __init__(self, work, method, context, started, children):
        super().__init__(work, [channel for _, channel in started])
        self._method = method
        self._context = context
        self._processes = [process for process, _ in started]
        self._children = children
        self._ended = 0

    def knobs(self):
        return {
            **super().knobs(),
            "processes": str(len(self._processes)),
            "start_method": self._method,
        }

    def how_it_ended(self, number):
        process = self._processes[number]
        process.join(GRACE)
        return "worker process %d ended in mid-run: exit code %s" % (number, process.exitcode)

    def coordinate(self, what, first, count, record):
        from peer.coordination import processes

        counts = processes.coordinate(what, first, count, record, self.work, self._context, self._children)
        self._ended += processes.processes(what, count, self.work.lanes)
        return counts

    def usage(self):
        ended = Usage(threads=self._ended, processes=self._ended)
        return super().usage() + ended + self._of_server() + _helpers()

    def _of_server(self):
        """What the fork server has used, with the processes that have ended: they are its children, and not ours."""
        if self._method != "forkserver":
            return Usage()
        pid = _helper("forkserver", "_forkserver", "_forkserver_pid")
        return meters.of_process(pid) if pid else Usage()

    def close(self):
        for channel in self.channels:
            channel.close()
        for process in self._processes:
            process.join(GRACE)
            if process.is_alive():
                process.kill()
                process.join()
            self._children.remove(process)


def _helpers():
    """The processes that the standard library has started by itself: the fork server, and the one that removes
    what others leave behind."""
    helpers = [
        _helper("forkserver", "_forkserver", "_forkserver_pid"),
        _helper("resource_tracker", "_resource_tracker", "_pid"),
    ]
    count = sum(pid is not None for pid in helpers)
    return Usage(threads=count, processes=count)


def _helper(module, name, field):
    """The number of such a process; None where there is none. The standard library has no public name for it, and
    where it is another, nothing is known."""
    loaded = sys.modules.get("multiprocessing." + module)
    return getattr(getattr(loaded, name, None), field, None)
