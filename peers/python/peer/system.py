"""System calls that the standard library does not offer, by ctypes: counting the pages of a file in the page cache,
and tying this process to its parent. It is imported only where it is needed, because that takes milliseconds."""

import ctypes
import mmap
import os
import signal
import sys

from peer.errors import Unavailable

PR_SET_PDEATHSIG = 1


def _libc():
    return ctypes.CDLL(None, use_errno=True)


def die_with_parent():
    """Asks the kernel to end this process when the thread that started it ends; False where it cannot."""
    if not sys.platform.startswith("linux"):
        return False
    return _libc().prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0) == 0


def resident_pages(descriptor):
    """The number of pages of a file that the page cache holds."""
    length = os.fstat(descriptor).st_size
    if length == 0:
        return 0
    libc = _libc()
    if not hasattr(libc, "mincore"):
        raise Unavailable("unavailable: this system does not tell what the page cache holds")
    libc.mmap.restype = ctypes.c_void_p
    libc.mmap.argtypes = [
        ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long
    ]
    address = libc.mmap(None, length, mmap.PROT_READ, mmap.MAP_SHARED, descriptor, 0)
    if address is None or address == ctypes.c_void_p(-1).value:
        raise OSError(ctypes.get_errno(), "cannot map the file")
    pages = (ctypes.c_ubyte * -(-length // mmap.PAGESIZE))()
    try:
        if libc.mincore(ctypes.c_void_p(address), ctypes.c_size_t(length), pages) != 0:
            raise OSError(ctypes.get_errno(), "cannot ask the page cache")
    finally:
        libc.munmap(ctypes.c_void_p(address), ctypes.c_size_t(length))
    return sum(page & 1 for page in pages)
