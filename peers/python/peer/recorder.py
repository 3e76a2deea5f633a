"""The record of a phase: the latency and the digest of every task, two stores into slots of its own."""

from array import array

from peer.digests import of_run
from peer.errors import RunError

# What is later than this is counted as late, in nanoseconds.
LATE_NS = 1_000_000
# Latencies above an hour count as an hour.
LONGEST_NS = 3_600_000_000_000
# Three significant digits need so many bits: a bucket of 2048 counts halves of 1024.
BITS = 11


class Recorder:
    """The slots of the tasks of one phase; a latency of 0 means that the task was not done."""

    def __init__(self, first, count):
        self.first = first
        self.latency = array("Q", bytes(8 * count))
        self.digest = array("Q", bytes(8 * count))
        self.window_end_ns = 0
        self.late_starts = []
        self.completed_in_time = []

    def record(self, index, latency_ns, digest):
        """Records a task of a closed loop."""
        place = index - self.first
        self.digest[place] = digest
        self.latency[place] = latency_ns or 1

    def record_arrival(self, index, intended_ns, started_ns, ended_ns, digest):
        """Records a task of an open loop, whose latency counts from its intended start."""
        # Appending is one step under any lock of the interpreter, and counting is not.
        if started_ns - intended_ns > LATE_NS:
            self.late_starts.append(index)
        if ended_ns <= self.window_end_ns:
            self.completed_in_time.append(index)
        self.record(index, max(1, ended_ns - intended_ns), digest)

    def finish(self):
        """The digest of the phase, and its latencies as [nanoseconds, count], ascending."""
        if 0 in self.latency:
            raise RunError("task %d was never done" % (self.first + self.latency.index(0)))
        return of_run(self.first, self.digest), histogram(self.latency)

    def write_digests(self, path):
        """Writes the digest of every task, one a line."""
        with open(path, "w", encoding="ascii") as file:
            file.writelines("%016x\n" % digest for digest in self.digest)


def bucket_end(nanoseconds):
    """The largest number that cannot be told from this one with three digits, as HdrHistogram does."""
    shift = max(0, min(nanoseconds, LONGEST_NS).bit_length() - BITS)
    return ((min(nanoseconds, LONGEST_NS) >> shift) + 1 << shift) - 1


def histogram(latencies):
    """How many latencies each bucket holds."""
    counts = {}
    for nanoseconds in latencies:
        end = bucket_end(nanoseconds)
        counts[end] = counts.get(end, 0) + 1
    return sorted(counts.items())
