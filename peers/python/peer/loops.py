"""Coroutines in event loops that other threads run, and waiting for their ends."""

import asyncio
from concurrent.futures import FIRST_EXCEPTION, wait


def run_in_each(loops, make):
    """Runs the coroutine `make(number)` in every loop to its end; what they give, by loop. Raises the first error of
    any, without waiting for the others, which may wait for what will not be done."""
    futures = [asyncio.run_coroutine_threadsafe(make(number), loop) for number, loop in enumerate(loops)]
    ended, _ = wait(futures, return_when=FIRST_EXCEPTION)
    for future in ended:
        if future.exception():
            raise future.exception()
    return [future.result() for future in futures]
