"""The threads that units of work are."""

import threading

from peer.errors import RunError

# Python's own is that of the system, 8 MiB as a rule: of which ten thousand threads reserve too much.
STACK_BYTES = 512 * 1024


def start_thread(target, arguments=()):
    """Starts a thread that nobody has to wait for."""
    thread = threading.Thread(target=target, args=arguments, daemon=True)
    try:
        thread.start()
    except RuntimeError as error:
        raise RunError("cannot start a unit of work: %s" % error) from error
    return thread
