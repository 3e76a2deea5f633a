"""Starting a process with a pipe to it, by any start method of multiprocessing."""

import os

from peer.errors import RunError


def start_process(context, target, arguments, children):
    """Starts a process that calls `target` with its end of a pipe, and with `arguments`; (process, our end)."""
    ours, theirs = context.Pipe()
    # A forked child inherits our end too. It must close it, or the pipe would stay open when we are gone.
    inherited = ours if context.get_start_method() == "fork" else None
    # With a fork server, the server is the parent. It ends with this program by itself.
    has_server = context.get_start_method() == "forkserver"
    begin = (target, theirs, inherited, has_server, os.getpid(), arguments)
    process = context.Process(target=_begin, args=begin, daemon=True)
    try:
        process.start()
    except OSError as error:
        raise RunError("cannot start a process: %s" % error) from error
    children.append(process)
    theirs.close()
    return process, ours


def _begin(target, channel, inherited, has_server, parent, arguments):
    """The main function of every process: it ties the process to its parent, and then calls `target`."""
    from peer import system

    if system.die_with_parent() and os.getppid() != parent and not has_server:
        os._exit(3)
    if inherited is not None:
        inherited.close()
    target(channel, *arguments)
