"""Functions with a C ABI in libraries, called by `ctypes`, each with the state of one lane."""

import ctypes
import weakref

from peer.errors import RunError


class Called:
    """A function, and what it keeps for one lane."""

    def __init__(self, step):
        path, name = step["library"], step["function"]
        self._shown = "%s of %s" % (name, path)
        # What computes holds the lock of the interpreter meanwhile, and what blocks releases it.
        load = ctypes.CDLL if step["kind"] == "blocking" else ctypes.PyDLL
        try:
            library = load(path)
        except OSError as error:
            raise RunError("%s cannot be loaded: %s" % (path, error)) from error
        self._function = getattr(library, name, None)
        if self._function is None:
            raise RunError("%s has no function `%s`" % (path, name))
        number = ctypes.c_uint64
        self._function.argtypes = (ctypes.c_void_p, number, number, ctypes.POINTER(number))
        self._function.restype = ctypes.c_int32
        self._lane = ctypes.c_void_p()
        self._open(getattr(library, name + "_open", None))
        close = getattr(library, name + "_close", None)
        if close is not None:
            close.argtypes, close.restype = (ctypes.c_void_p,), None
            weakref.finalize(self, close, self._lane)

    def _open(self, opens):
        if opens is None:
            return
        opens.argtypes, opens.restype = (ctypes.POINTER(ctypes.c_void_p),), ctypes.c_int32
        answer = opens(ctypes.byref(self._lane))
        if answer:
            raise RunError("%s: its `_open` returned %d" % (self._shown, answer))

    def call(self, index, seed):
        """Calls the function; its value."""
        value = ctypes.c_uint64()
        answer = self._function(self._lane, seed, index, ctypes.byref(value))
        if answer:
            raise RunError("%s returned %d" % (self._shown, answer))
        return value.value
