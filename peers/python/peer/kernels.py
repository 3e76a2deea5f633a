"""The kernels of `compute`, in plain Python: each gives a function of the step seed. What the standard
library does in C (hashing) is done there; nothing else is moved out of the language.

Kernels run as a whole and need no slices, because the interpreter itself checks between two instructions
whether another thread asks for its lock."""

import hashlib
from functools import lru_cache
from itertools import compress
from math import isqrt
from operator import mul

from peer.digests import MASK, fill, mix, nth

PATTERN_KEY = 0x736861323536
PATTERN_BYTES = 16384
# Of the repeated pattern so much is kept; `hashlib` lets go of the lock for one call over it.
LONGEST_PATTERN = 4 << 20


def kernel(step):
    """The kernel of a `compute` step, for one lane."""
    return KERNELS[step["kernel"]](step["size"])


def sum_of_squares(start, end):
    """The sum of i² for start ≤ i < end."""
    total = 0
    for i in range(start, end):
        total += i * i
    return total


def _sum_squares(size):
    return lambda seed: sum_of_squares(0, size + seed % 1024) & MASK


def base_primes(limit):
    """The odd primes up to `limit`."""
    if limit < 3:
        return []
    odd = bytearray(b"\1") * ((limit - 1) // 2)
    for k in range(len(odd)):
        number = 2 * k + 3
        if number * number > limit:
            break
        if odd[k]:
            start = (number * number - 3) // 2
            odd[start::number] = bytes(len(range(start, len(odd), number)))
    return list(compress(range(3, limit + 1, 2), odd))


def _primes(size):
    def value(seed):
        start = 2 + (seed & 0xFFFFFF) // 2 * 2
        end = start + size
        first = start + 1
        # The odd numbers of the window; whatever else is even, but 2, is no prime.
        length = (end - start) // 2
        odd = bytearray(b"\1") * length
        for prime in base_primes(isqrt(end)):
            multiple = max(prime * prime, (first + prime - 1) // prime * prime)
            if not multiple & 1:
                multiple += prime
            at = (multiple - first) // 2
            if at < length:
                odd[at::prime] = bytes((length - 1 - at) // prime + 1)
        count = odd.count(1)
        total = sum(compress(range(first, first + 2 * length, 2), odd))
        if start == 2:
            count += 1
            total += 2
        return mix(count, total & MASK)

    return value


@lru_cache(maxsize=2)
def _pattern(repeats):
    """One for all lanes of the process."""
    return memoryview(fill(PATTERN_KEY, PATTERN_BYTES) * repeats)


def _sha256(size):
    pattern = _pattern(max(1, min(LONGEST_PATTERN, size) // PATTERN_BYTES))
    whole = len(pattern)

    def value(seed):
        hasher = hashlib.sha256(seed.to_bytes(8, "little"))
        left = size
        while left > whole:
            hasher.update(pattern)
            left -= whole
        hasher.update(pattern[:left])
        return int.from_bytes(hasher.digest()[:8], "little")

    return value


def _mandelbrot(size):
    step = (1 << 31) // size
    unit = 2.0**-40

    def value(seed):
        left = (seed % 1024) << 24
        top = (seed // 1024 % 1024) << 24
        columns = [(left + x * step) * unit - 0.75 for x in range(size)]
        limit = range(256)
        total = 0
        for row in range(size):
            cy = (top + row * step) * unit + 0.09
            for cx in columns:
                x = y = 0.0
                for iteration in limit:
                    xx = x * x
                    yy = y * y
                    if xx + yy > 4.0:
                        total += iteration
                        break
                    y = 2.0 * x * y + cy
                    x = xx - yy + cx
                else:
                    total += 256
        return total

    return value


def _matmul(size):
    def value(seed):
        entries = [nth(seed, n) for n in range(2 * size * size)]
        half = size * size
        columns = [entries[half + column :: size] for column in range(size)]
        result = 0
        for at in range(0, half, size):
            row = entries[at : at + size]
            for column in columns:
                result = mix(result, sum(map(mul, row, column)) & MASK)
        return result

    return value


KERNELS = {
    "sum-squares": _sum_squares,
    "primes": _primes,
    "sha256": _sha256,
    "mandelbrot": _mandelbrot,
    "matmul": _matmul,
}
