"""The program of the model `python`: CPython's own ways of doing many tasks at once.

One run as docs/FORMAT.md describes it, or `--version`. What a run consists of is left to
`peer.session`; the ways themselves to `peer.models`.
"""

import sys
import time

BEGAN_NS = time.monotonic_ns()
OLDEST = (3, 9)


def main(arguments):
    """Gives the exit code."""
    if sys.version_info < OLDEST:
        found = "%d.%d" % sys.version_info[:2]
        print("this program needs Python 3.9 or newer, and this is " + found, file=sys.stderr)
        return 1
    if arguments == ["--version"]:
        from peer.version import VERSION

        print(VERSION)
        return 0
    if arguments:
        print(
            "unknown argument %r: a request is read from standard input, see docs/FORMAT.md" % arguments[0],
            file=sys.stderr,
        )
        return 2
    from peer import session

    return session.main(BEGAN_NS)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
