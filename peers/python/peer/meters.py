"""The meters with which this program measures itself: processor time, context switches, threads, peak memory, and
time spent in the run queue."""

import os
import resource
import time


class Usage:
    """Resources that a process or several have used up to some moment."""

    __slots__ = ("cpu_ns", "voluntary", "involuntary", "threads", "processes", "run_queue_ns")

    def __init__(self, cpu_ns=0, voluntary=0, involuntary=0, threads=0, processes=0, run_queue_ns=0):
        self.cpu_ns = cpu_ns
        self.voluntary = voluntary
        self.involuntary = involuntary
        self.threads = threads
        self.processes = processes
        self.run_queue_ns = run_queue_ns

    def __add__(self, other):
        return Usage(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))

    def __sub__(self, earlier):
        # Never below zero: a process that ended in between took its share along.
        return Usage(*(max(0, getattr(self, name) - getattr(earlier, name)) for name in self.__slots__))

    def as_tuple(self):
        """The fields as a tuple, for a message to another process."""
        return tuple(getattr(self, name) for name in self.__slots__)


def of_this_process():
    """Processor time and switches of this process and of the children that it has waited for."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Usage(
        cpu_ns=time.process_time_ns() + int((children.ru_utime + children.ru_stime) * 1e9),
        voluntary=own.ru_nvcsw + children.ru_nvcsw,
        involuntary=own.ru_nivcsw + children.ru_nivcsw,
    )


def price_of_reading(readings):
    """What one reading costs, from readings that nothing came between: the middle of their differences. The first costs
    more than those that follow, since the code and the data of it are in no cache yet, and an interruption makes any of
    them look dear."""
    apart = [later - earlier for earlier, later in zip(readings, readings[1:])]
    return Usage(*(sorted(getattr(one, name) for one in apart)[len(apart) // 2] for name in Usage.__slots__))


def of_process(pid):
    """Processor time of another process and of the children that it has waited for, in steps of a clock tick;
    zero where the system does not report it."""
    try:
        with open("/proc/%d/stat" % pid, "rb") as file:
            # Field 2 is a name in brackets, which may hold anything; 14 to 17 are the times.
            fields = file.read().rpartition(b")")[2].split()
        ticks = sum(map(int, fields[11:15]))
    except (OSError, ValueError):
        return Usage()
    return Usage(cpu_ns=ticks * 10**9 // os.sysconf("SC_CLK_TCK"))


def run_queue_waits():
    """How long each thread that is alive has waited for a processor, by thread; None where the system does
    not report it."""
    waits = {}
    try:
        threads = os.listdir("/proc/self/task")
    except OSError:
        return None
    for thread in threads:
        try:
            with open("/proc/self/task/%s/schedstat" % thread, "rb") as file:
                waits[thread] = int(file.read().split()[1])
        except (OSError, IndexError, ValueError):
            # A thread that has just ended waits no more.
            continue
    return waits or None


def waited_since(before):
    """How long the threads that are alive have waited since `run_queue_waits` gave `before`."""
    now = run_queue_waits()
    if before is None or now is None:
        return None
    return sum(wait - before.get(thread, 0) for thread, wait in now.items())


def live_threads():
    """The number of threads of this process that are alive."""
    return _status(b"Threads:") or 1


def vm_hwm_bytes():
    """The peak of this process's resident memory, where the system reports it, in bytes."""
    kibibytes = _status(b"VmHWM:")
    return kibibytes * 1024 if kibibytes else None


def _status(field):
    try:
        with open("/proc/self/status", "rb") as file:
            for line in file:
                if line.startswith(field):
                    return int(line.split()[1])
    except OSError:
        pass
    return None
