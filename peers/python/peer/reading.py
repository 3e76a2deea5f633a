"""Reading from a descriptor into a buffer that is there already. PyPy has no `os.readv`, which does it in one call."""

import io
import os


def _readv(descriptor, buffer):
    return os.readv(descriptor, [buffer])


def _readinto(descriptor, buffer):
    with io.FileIO(descriptor, closefd=False) as file:
        count = file.readinto(buffer)
    if count is None:
        raise BlockingIOError("nothing is there to be read")
    return count


# How many bytes of `descriptor` were read into `buffer`; 0 at the end. Raises OSError, also where it would block.
read_into = _readv if hasattr(os, "readv") else _readinto
