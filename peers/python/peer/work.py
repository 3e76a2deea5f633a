"""What all lanes of one process share: the setup, which tasks are warm-up, and the latches of work that
waits. Doing tasks is left to `lane` and `asyncio_lane`."""

from peer.latch import Latch


class Work:
    """The work of one process, over this many lanes."""

    def __init__(self, setup, lanes, on_all_alive=None):
        self.setup = setup
        self.lanes = lanes
        self._warm_up = Latch(lanes)
        self._run = Latch(lanes if setup.workload.rate is None else 0, on_all_alive)

    def is_warm_up(self, index):
        """Of these every lane does exactly one."""
        return index >= self.setup.workload.tasks

    def latch(self, index):
        """The latch of the phase that this task belongs to."""
        return self._warm_up if self.is_warm_up(index) else self._run

    def alive(self):
        """What the latch of the measured phase has proved."""
        return self._run.alive()
