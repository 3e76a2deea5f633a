"""What coordination has in common for all kinds of unit: values, computing for a time, the lines of the pulse service,
and the counting of turns and increments."""

from time import monotonic_ns

from peer.digests import first_value, mix
from peer.errors import RunError
from peer.http import address
from peer.kernels import sum_of_squares
from peer.lane import endpoint

# Terms of one slice of a computing unit: some tens of microseconds, so that it ends in time.
SLICE = 1000

# Each unit of a `spawn` adds a mark, which only units of the same process can see.
MARKS = []


def digest_of(value):
    """The digest of a task with this value."""
    return mix(0, value)


def hog(nanoseconds):
    """Computes for this long, without yielding."""
    end = monotonic_ns() + nanoseconds
    at = 0
    while monotonic_ns() < end:
        sum_of_squares(at, at + SLICE)
        at += SLICE


def opening(what, count, setup):
    """The address of the pulse service, and the line that a client sends first."""
    kind, data = what
    service = address(endpoint(setup.pulses, "a pulse service"))
    if kind == "stall":
        return service, b"heartbeat %d %d\n" % (data["period"], count)
    return service, b"echo %d %d\n" % (data["think"], count)


def words(payload):
    """Times of the service: 8 bytes each, little-endian."""
    return [int.from_bytes(payload[at : at + 8], "little") for at in range(0, len(payload), 8)]


def is_refusal(received):
    """Whether these bytes are the beginning of a refusal. Read as a time in nanoseconds they would be seventy years,
    so they cannot be one."""
    return received.startswith(b"error: ")


def early_end(received=b""):
    """The error of a service that closed the connection after these bytes: its reason, if it gave one."""
    if is_refusal(received):
        reason = received[len(b"error: ") :].decode("utf-8", "replace").strip()
        return RunError("the pulse service: %s" % reason)
    return RunError("the pulse service ended the connection early")


def keep_all(record, seed, first, latencies):
    """Records tasks in order, by their latencies."""
    for index, latency in enumerate(latencies, first):
        record.record(index, max(1, latency), digest_of(first_value(seed, index)))


def out_of_order(first, turns):
    """The number of turns that are not at their own position."""
    return sum(turn != first + place for place, turn in enumerate(turns))


def lost(synchronised, expected, found):
    """The count of lost increments; an error if there are any although units synchronise."""
    if synchronised and found != expected:
        raise RunError("%d of %d synchronised increments were lost" % (expected - found, expected))
    return {"lost": expected - found}


def seen():
    """The count of units that have added a mark in this process."""
    return {"seen": len(MARKS)}


def plus_one(value):
    """Adds 1. As a call between a load and a store, it is where CPython may switch to another thread."""
    return value + 1


class Message:
    """The message of one side of a ping-pong, whose first 8 bytes are the value."""

    def __init__(self, size):
        self.bytes = bytearray(size)

    def with_value(self, value):
        """The message that carries this value."""
        self.bytes[:8] = value.to_bytes(8, "little")
        return self.bytes


def value_in(message):
    """The value that a message carries."""
    return int.from_bytes(message[:8], "little")
