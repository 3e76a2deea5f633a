"""Standard input: the request, the orders, and the end of this program when it is closed. One thread reads it; while
the model runs, that thread is blocked in the call."""

import os
import threading
from queue import SimpleQueue

from peer.errors import Usage

CLOSED = 3


class Input:
    """The lines of standard input; at its end this program ends, and every process it started."""

    def __init__(self):
        self._lines = SimpleQueue()
        self._over = False
        # Whoever has this ends the program, and never gives it back.
        self._ending = threading.Lock()
        # Processes to end with this one; the kernel would do it too, where it can.
        self.children = []
        threading.Thread(target=self._read, name="input", daemon=True).start()

    def _read(self):
        pending = b""
        while True:
            piece = os.read(0, 65536)
            if not piece:
                break
            *lines, pending = (pending + piece).split(b"\n")
            for line in lines:
                self._lines.put(line)
        if self._ending.acquire(blocking=False):
            self.abort(CLOSED)

    def abort(self, code):
        """Ends the program at once, whatever runs."""
        for child in list(self.children):
            try:
                # One that has been waited for is left alone: its number may be another program's by now.
                if child.exitcode is None:
                    child.kill()
            except (OSError, ValueError):
                pass
        os._exit(code)

    def line(self):
        """The next line."""
        return self._lines.get()

    def wait_for_go(self):
        """Waits for the order to go on."""
        expect(self.line(), "go")

    def end(self):
        """Lets the program outlive its input from now on, because its result is known. Does not return where the end of the
        input ends the program already: what a model says of workers that are killed for that is no result."""
        if not self._over:
            self._ending.acquire()
            self._over = True


def expect(line, order):
    """Holds a line against the one that was due."""
    text = line.decode("utf-8", "replace").strip()
    if text != order:
        raise Usage('expected the line "%s", got %r' % (order, text))
