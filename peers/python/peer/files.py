"""Reading the files of a data set, and preparing the page cache for them before a run."""

import os
from zlib import crc32

from peer.digests import mix64
from peer.errors import RunError, Unavailable
from peer.reading import read_into


def file_index(seed, index, files):
    """The index of the file that the task at `index` reads."""
    return (mix64(seed) % files + index % files) % files


def file_path(folder, index):
    """The path of the file with this index."""
    return "%s/%05d.bin" % (folder, index)


class Files:
    """The file reads of one lane, into one buffer."""

    def __init__(self, folder, step, seed):
        self._folder, self._files, self._bytes = folder, step["files"], step["bytes"]
        self._seed = seed
        # One byte more than a file has, so that one that is too long is noticed.
        self._buffer = bytearray(self._bytes + 1)
        self._view = memoryview(self._buffer)

    def read(self, index):
        """The CRC-32 of the file that this task reads, whole."""
        path = file_path(self._folder, file_index(self._seed, index, self._files))
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
            try:
                found = self._fill(descriptor)
            finally:
                os.close(descriptor)
        except OSError as error:
            raise RunError("file %s: %s" % (path, error.strerror)) from error
        if found != self._bytes:
            raise RunError("file %s: %d bytes instead of %d" % (path, found, self._bytes))
        return crc32(self._view[:found])

    def _fill(self, descriptor):
        filled = 0
        while filled < len(self._buffer):
            read = read_into(descriptor, self._view[filled:])
            if not read:
                break
            filled += read
        return filled


def prepare(setup, tasks):
    """Brings the files that the first `tasks` tasks read into the state that the workload asks for."""
    for kind, step in setup.workload.steps:
        if kind == "read-file" and setup.files:
            for task in range(min(tasks, step["files"])):
                index = file_index(setup.workload.seed, task, step["files"])
                _prepare(file_path(setup.files, index), step["cache"])


def _prepare(path, cache):
    try:
        with open(path, "rb", buffering=0) as file:
            if cache == "cached":
                file.read()
                return
            pages = _evict(file.fileno())
    except OSError as error:
        raise RunError("%s: %s" % (path, error.strerror)) from error
    if pages:
        raise Unavailable(
            "unavailable: %s: %d pages stay in the page cache after eviction (a file system in memory, "
            "such as tmpfs, cannot evict)" % (path, pages)
        )


def _evict(descriptor):
    """Drops a file from the page cache; how many of its pages are still there."""
    if not hasattr(os, "posix_fadvise"):
        raise Unavailable("unavailable: this system cannot evict a file")
    os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
    from peer import system

    return system.resident_pages(descriptor)
