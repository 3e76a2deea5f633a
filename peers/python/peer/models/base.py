"""The interface of every variant: a `Model` starts, and the `Running` that it gives does the work. Methods that a
variant does not override answer `unsupported`."""

from peer.errors import Unsupported
from peer.meters import Usage


class Model:
    """One variant, which can be started."""

    def capacity(self, setup):
        """The most lanes that it can have open; `model.toml` says the same."""
        return setup.in_flight

    def start(self, work, raw_setup, children):
        """Starts the threads, processes or event loop of the variant. Processes that it starts are added to
        `children`."""
        raise NotImplementedError

    def start_server(self, work):
        """Starts the same for a workload in which this program answers requests."""
        raise Unsupported("this variant answers no requests")


class Server:
    """A variant that answers requests."""

    def __init__(self, work):
        self.work = work

    def knobs(self):
        """Every setting that was chosen, as it took effect."""
        return {}

    def listen(self, listener):
        """Accepts connections from this socket from now on."""
        raise NotImplementedError

    def answer(self, line):
        """Answers until `line`, which blocks, gives a line of standard input; that line."""
        raise NotImplementedError


class Running:
    """A variant that has been started."""

    def __init__(self, work):
        self.work = work

    def knobs(self):
        """Every setting that was chosen, as it took effect."""
        return {}

    def connect(self):
        """Opens the lanes."""

    def run(self, first, count, record):
        """Does these tasks in a closed loop and records each."""
        raise NotImplementedError

    def serve(self, arrivals, record):
        """Does tasks in an open loop: they arrive at their times whether or not the variant keeps up."""
        raise Unsupported("this variant has no open loop")

    def coordinate(self, what, first, count, record):
        """Does tasks of a workload that measures the variant's own primitives; its counts by name."""
        raise Unsupported("this variant has no coordination of the kind %s" % what[0])

    def begin_traces(self):
        """Lanes in other processes or interpreters are recorded from now on."""

    def write_traces(self):
        """Writes what was recorded there, each to a file of its own."""

    def usage(self):
        """What the variant has used outside this process or in threads that have ended."""
        return Usage()

    def alive_at_once(self):
        """How many waiting tasks were certainly alive at the same moment."""
        alive = self.work.alive()
        return alive and alive[0]

    def close(self):
        """Shuts it down."""
