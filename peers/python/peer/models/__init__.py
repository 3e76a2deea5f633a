"""The variants by name. Each is imported only when it is asked for, so that the start-up cost of asyncio or
multiprocessing is charged to no other variant."""

import importlib

from peer.errors import Usage

# Module and arguments of each variant's model.
VARIANTS = {
    "sequential": ("sequential", ()),
    "threading": ("threads", ()),
    "pool": ("pool", ()),
    "asyncio": ("event_loop", ()),
    "asyncio+threads": ("event_loops", ()),
    "multiprocessing": ("processes", ("fork",)),
    "multiprocessing+forkserver": ("processes", ("forkserver",)),
    "multiprocessing+spawn": ("processes", ("spawn",)),
    "interpreters": ("interpreters", ()),
}


def find(variant):
    """The model of a variant."""
    if variant not in VARIANTS:
        raise Usage('no variant "%s": there are %s' % (variant, ", ".join(VARIANTS)))
    module, arguments = VARIANTS[variant]
    return importlib.import_module("peer.models." + module).Model(*arguments)
