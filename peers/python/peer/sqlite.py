"""Point selects on the SQLite data set, as calls that block, with one connection a lane."""

import sqlite3
from zlib import crc32

from peer.digests import mix, nth
from peer.errors import RunError


class Sqlite:
    """One lane's connection; threads of a pool may take turns with it."""

    def __init__(self, path, step):
        self._path = path
        self._rows, self._count, self._transaction = step["rows"], step["count"], step["transaction"]
        escaped = path.replace("%", "%25").replace("?", "%3f").replace("#", "%23")
        self._open("file:%s?mode=ro" % escaped)

    def _open(self, uri):
        try:
            self._connection = sqlite3.connect(
                uri, uri=True, isolation_level=None, check_same_thread=False
            )
        except sqlite3.Error as error:
            raise RunError("sqlite %s: %s" % (self._path, error)) from error
        self._cursor = self._connection.cursor()

    def select(self, seed):
        """Does the selects of one step; their values, mixed."""
        execute, fetch = self._cursor.execute, self._cursor.fetchone
        try:
            if self._transaction:
                execute("BEGIN")
            value, rows = 0, self._rows
            for number in range(self._count):
                execute("SELECT body FROM rows WHERE id = ?", (1 + nth(seed, number) % rows,))
                (body,) = fetch()
                value = mix(value, crc32(body))
            # A statement that is not read to its end keeps its transaction open.
            fetch()
            if self._transaction:
                execute("COMMIT")
            return value
        except (sqlite3.Error, TypeError) as error:
            raise RunError("sqlite %s: %s" % (self._path, error)) from error
