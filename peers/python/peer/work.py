"""What all lanes of one process share: the setup, which tasks are warm-up, and the latches of tasks that wait."""

from peer.latch import Latch


class Work:
    """The work of one process, over this many lanes."""

    def __init__(self, setup, lanes, on_all_alive=None, trace=None):
        self.setup = setup
        self.lanes = lanes
        # Where lanes record what they do, in a run that is recorded.
        self.trace = trace
        # Called when all lanes wait at once, where the run stops there.
        self.on_all_alive = on_all_alive
        # Nor do requests wait for each other: those who ask may have fewer under way.
        serves = setup.workload.answer_bytes is not None
        self._warm_up = Latch(0 if serves else lanes)
        self._run = Latch(lanes if setup.workload.rate is None and not serves else 0, on_all_alive)

    def is_warm_up(self, index):
        """Whether a task is one of the warm-up, of which every lane does exactly one."""
        return index >= self.setup.workload.tasks

    def latch(self, index):
        """The latch of the phase that this task belongs to."""
        return self._warm_up if self.is_warm_up(index) else self._run

    def alive(self):
        """How many tasks of the measured phase were alive together, from when and until when; None if unknown."""
        return self._run.alive()
