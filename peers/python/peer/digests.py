"""Digests, as docs/FORMAT.md defines them: splitmix64, and the digests of a task and of a run. The arithmetic is
written out in every function, because a call in Python costs more than the arithmetic itself."""

MASK = 0xFFFFFFFFFFFFFFFF
GOLDEN = 0x9E3779B97F4A7C15


def mix64(z):
    """The finaliser of splitmix64."""
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & MASK
    z = (z ^ z >> 27) * 0x94D049BB133111EB & MASK
    return z ^ z >> 31


def nth(seed, n):
    """Output n, from 0, of the stream that starts at `seed`."""
    z = seed + (n + 1) * 0x9E3779B97F4A7C15 & MASK
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & MASK
    z = (z ^ z >> 27) * 0x94D049BB133111EB & MASK
    return z ^ z >> 31


def mix(a, b):
    """Combines two numbers; their order matters."""
    z = a + 0x9E3779B97F4A7C15 & MASK
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & MASK
    z = (z ^ z >> 27) * 0x94D049BB133111EB & MASK
    z = z ^ z >> 31 ^ b
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & MASK
    z = (z ^ z >> 27) * 0x94D049BB133111EB & MASK
    return z ^ z >> 31


def first_value(seed, index):
    """The first step seed of a task: its value where it has no steps but coordination."""
    return nth(nth(seed, index), 0)


def fill(key, length):
    """The first bytes of the stream of `key`, as little-endian words."""
    words = b"".join(nth(key, n).to_bytes(8, "little") for n in range((length + 7) // 8))
    return words[:length]


def of_run(first, digests):
    """The digest of tasks from `first` on."""
    total = 0
    for index, digest in enumerate(digests, first):
        total += mix(index, digest)
    return total & MASK
