"""What every variant has: capacity and start of a `Model`, and the life of a `Running`. Whatever a variant
does not do answers `unsupported`."""

from peer.errors import Unsupported
from peer.meters import Usage


class Model:
    """One variant: how to start it."""

    def capacity(self, setup):
        """How many lanes it can have open; `model.toml` says the same."""
        return setup.in_flight

    def start(self, work, raw_setup, children):
        """Starts what it consists of before it has anything to do. Processes that it starts go into
        `children`."""
        raise NotImplementedError


class Running:
    """A variant that runs."""

    def __init__(self, work):
        self.work = work

    def knobs(self):
        """Every setting that was chosen, as it took effect."""
        return {}

    def connect(self):
        """Opens the lanes."""

    def run(self, first, count, record):
        """Does these tasks and records each."""
        raise NotImplementedError

    def serve(self, arrivals, record):
        """Does tasks as they arrive, whether or not it keeps up."""
        raise Unsupported("this variant has no open loop")

    def coordinate(self, what, first, count, record):
        """Does tasks of a workload that measures the variant's own primitives; what was counted besides."""
        raise Unsupported("this variant has no coordination of the kind %s" % what[0])

    def usage(self):
        """What was used outside this process, or in threads that have ended."""
        return Usage()

    def alive_at_once(self):
        """How many waiting tasks were certainly alive at the same moment."""
        alive = self.work.alive()
        return alive and alive[0]

    def close(self):
        """Shuts it down."""
