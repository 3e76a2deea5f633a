"""multiprocessing: as many processes as workers, each one task at a time, fed over pipes. How processes are
started is the variant's choice."""

import multiprocessing
import os
import sys

from peer import meters
from peer.errors import RunError, Unsupported
from peer.meters import Usage
from peer.models import base
from peer.models.workers import Workers

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
        started = [start_process(context, _main, (raw_setup, 1), children) for _ in range(work.lanes)]
        return Processes(work, self._method, context, started, children)


def start_process(context, target, arguments, children):
    """Starts a process that calls `target` with its end of a pipe, and with `arguments`; (process, our end)."""
    ours, theirs = context.Pipe()
    # A forked child has our end too, and would keep the pipe open when we are gone.
    inherited = ours if context.get_start_method() == "fork" else None
    # With a fork server the parent is that one, which ends with this program by itself.
    has_server = context.get_start_method() == "forkserver"
    begin = (target, theirs, inherited, has_server, os.getpid(), arguments)
    process = context.Process(target=_begin, args=begin, daemon=True)
    try:
        process.start()
    except OSError as error:
        raise RunError("cannot start a process: %s" % error) from error
    children.append(process)
    theirs.close()
    return process, ours


def _begin(target, channel, inherited, has_server, parent, arguments):
    """What every process does first: it ends with its parent."""
    from peer import system

    if system.die_with_parent() and os.getppid() != parent and not has_server:
        os._exit(3)
    if inherited is not None:
        inherited.close()
    target(channel, *arguments)


def _main(channel, raw_setup, lanes):
    import json

    from peer.worker import serve

    sys.setswitchinterval(json.loads(raw_setup)["switch_interval_us"] / 1e6)
    serve(channel, raw_setup, lanes)


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
        return super().usage() + ended + self._of_server()

    def _of_server(self):
        """What the fork server used, and processes that have ended: they are its children, and not ours."""
        if self._method != "forkserver":
            return Usage()
        from multiprocessing import forkserver

        # The only name that the standard library has for it; where it is another, nothing is known.
        pid = getattr(forkserver._forkserver, "_forkserver_pid", None)
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
