"""The bytes of PostgreSQL's protocol, version 3.0, for one connection, without I/O: starting up, authenticating,
preparing and selecting. Conversations are generators: they yield bytes to send (or nothing), and are sent the next
message of the server."""

import base64
import hashlib
import hmac
import os
import struct
from zlib import crc32

from peer.digests import nth
from peer.errors import RunError
from peer.http import address

PROTOCOL = 196608
BUFFER_BYTES = 16384
INT8, BYTEA = 20, 17
ROW_BYTES = 64
_HEADER = struct.Struct("!cI")
# What the server says to an execution, in order; nothing after it.
_ANSWER = (b"2", b"D", b"C", b"Z", b"")
# Most iterations of SCRAM; a server's default is 4096. Without a bound it could keep us computing for minutes.
MAX_ITERATIONS = 100_000
_TRUST, _SASL, _SASL_CONTINUE, _SASL_FINAL = 0, 10, 11, 12


class PostgresError(RunError):
    """The server refuses, or does not speak the protocol."""

    def __init__(self, problem):
        super().__init__("postgres: " + problem)


class ServerError(PostgresError):
    """An error that the server has sent."""


def where(server):
    """The path of a Unix socket, or (host, port)."""
    text = server["address"]
    return text if text.startswith("/") else address(text)


def is_kept(step):
    """Whether the connection is kept from one task of the lane to the next."""
    return step.get("connection", "keep-alive") == "keep-alive"


def statements(steps):
    """Every way of selecting that a workload has: its waits in nanoseconds, each once."""
    waits = (step.get("wait", 0) for kind, step in steps if kind == "postgres-select")
    return list(dict.fromkeys(waits))


def _message(kind, payload=b""):
    return kind + struct.pack("!I", len(payload) + 4) + payload


def _text(text):
    return text.encode("utf-8") + b"\0"


class Messages:
    """Turns bytes into complete messages of the server. Whoever owns the connection reads into `free()` and passes
    on how many bytes were read."""

    def __init__(self):
        self._view = memoryview(bytearray(BUFFER_BYTES))
        self._filled = 0

    def free(self):
        """The part of the buffer into which the next bytes are to be read."""
        if self._filled == len(self._view):
            # No message is longer than `feed` allows, so this ends.
            larger = memoryview(bytearray(2 * self._filled))
            larger[: self._filled] = self._view
            self._view = larger
        return self._view[self._filled :] if self._filled else self._view

    def feed(self, count):
        """Takes this many bytes that have been read; the messages that are now complete, [(kind, payload), …]."""
        if not count:
            raise PostgresError("the connection ended early")
        data = bytes(self._view[: self._filled + count])
        found, at = [], 0
        while len(data) - at >= 5:
            kind, length = _HEADER.unpack_from(data, at)
            if not 4 <= length <= 1 << 24:
                raise PostgresError("a message of %d bytes" % length)
            end = at + 1 + length
            if end > len(data):
                break
            found.append((kind, data[at + 5 : end]))
            at = end
        self._filled = len(data) - at
        if at and self._filled:
            self._view[: self._filled] = data[at:]
        return found


def check(kind, payload):
    """Raises what the server complains about."""
    if kind == b"E":
        fields = {part[:1]: part[1:].decode("utf-8", "replace") for part in payload.split(b"\0") if part}
        raise ServerError("%s (SQLSTATE %s)" % (fields.get(b"M", "an error"), fields.get(b"C", "unknown")))


def lost(error, messages, receive_into):
    """The error to raise when a connection has failed. What lies unread on it is read first, without waiting, because
    a server sends its reason before it closes the connection."""
    if isinstance(error, ConnectionError):
        try:
            for message in messages.feed(receive_into(messages.free())):
                check(*message)
        except PostgresError as words:
            if isinstance(words, ServerError):
                return words
        except OSError:
            pass
    return PostgresError("connection: %s" % error)


def _is_aside(kind):
    """Whether a message is a notice, a setting or a notification, which may arrive at any time."""
    return kind in (b"N", b"S", b"A")


def open_session(server, waits):
    """The conversation up to a session with its statements prepared."""
    kind, payload = yield _startup(server)
    while kind != b"Z":
        answer = b""
        if kind == b"R":
            answer = yield from _authenticate(server, payload)
        elif kind != b"K" and not _is_aside(kind):
            raise PostgresError("message %r while starting up" % kind)
        kind, payload = yield answer
    request = b"".join(_prepare(server["table"], number, wait) for number, wait in enumerate(waits)) + _message(b"S")
    # Each is parsed and described in turn: its parameter, and its columns.
    for due in (*(b"1", b"t", b"T") * len(waits), b"Z"):
        kind, payload = yield request
        request = b""
        while _is_aside(kind):
            kind, payload = yield b""
        if kind != due:
            raise PostgresError("message %r where %r was due, while preparing" % (kind, due))
        if kind == b"T":
            _check_columns(payload)


def _check_columns(payload):
    """Raises unless the rows described have one column, of the type bytea."""
    (columns,), at, types = _unpack("!H", payload), 2, []
    for _ in range(columns):
        # After the name and its zero: table, column, type, size, modifier and format.
        at = payload.find(b"\0", at) + 1
        if at == 0:
            raise PostgresError("a message that is too short")
        types.append(_unpack("!IHIHIH", payload[at:])[2])
        at += 18
    if types != [BYTEA]:
        raise PostgresError("rows with columns of the types %s instead of one bytea (%d)" % (types, BYTEA))


def _unpack(form, payload):
    """The fields that a payload begins with."""
    if len(payload) < struct.calcsize(form):
        raise PostgresError("a message that is too short")
    return struct.unpack_from(form, payload)


def _startup(server):
    settings = {"user": server["user"], "database": server["database"], "client_encoding": "UTF8"}
    payload = struct.pack("!I", PROTOCOL) + b"".join(_text(name) + _text(value) for name, value in settings.items())
    payload += b"\0"
    return struct.pack("!I", len(payload) + 4) + payload


def _prepare(table, number, wait):
    # The text that Rust's client prepares: one row of nothing, after so many seconds, before the table.
    asleep = "pg_sleep(%d.%09d), " % divmod(wait, 10**9) if wait else ""
    query = "SELECT body FROM %s%s WHERE id = $1" % (asleep, table)
    name = _text("s%d" % number)
    parse = _message(b"P", name + _text(query) + struct.pack("!HI", 1, INT8))
    return parse + _message(b"D", b"S" + name)


def _authenticate(server, payload):
    """The answer to an authentication request, after the messages that SCRAM-SHA-256 needs (RFC 7677)."""
    (method,) = _unpack("!I", payload)
    if method == _TRUST:
        return b""
    password = server.get("password")
    if method != _SASL or b"SCRAM-SHA-256\0" not in payload:
        raise PostgresError("authentication method %d is not spoken here" % method)
    if password is None:
        raise PostgresError("the server asks for a password, and the request names none")
    nonce = base64.b64encode(os.urandom(18)).decode("ascii")
    bare = "n=,r=" + nonce
    first = ("n,," + bare).encode("ascii")
    initial = _text("SCRAM-SHA-256") + struct.pack("!I", len(first)) + first
    kind, payload = yield _message(b"p", initial)
    _expect_sasl(kind, payload, _SASL_CONTINUE)
    challenge = payload[4:].decode("ascii")
    final, signature = _prove(password, nonce, bare, challenge)
    kind, payload = yield _message(b"p", final.encode("ascii"))
    _expect_sasl(kind, payload, _SASL_FINAL)
    if not hmac.compare_digest(payload[4:], b"v=" + signature):
        raise PostgresError("the server does not know the password either")
    return b""


def _expect_sasl(kind, payload, method):
    if kind != b"R" or _unpack("!I", payload) != (method,):
        raise PostgresError("message %r in the middle of authentication" % kind)


def _prove(password, nonce, bare, challenge):
    """(the client's last message, the signature that the server must show)."""
    fields = dict(part.split("=", 1) for part in challenge.split(",") if "=" in part)
    if not fields.get("r", "").startswith(nonce) or not fields.get("i", "").isdigit():
        raise PostgresError("the challenge does not answer ours")
    if len(fields["i"]) > 7 or int(fields["i"]) > MAX_ITERATIONS:
        asked = (fields["i"][:20], MAX_ITERATIONS)
        raise PostgresError("SCRAM-SHA-256: the server asks for %s iterations: allowed are 1 to %d" % asked)
    salt, rounds = base64.b64decode(fields.get("s", "")), int(fields["i"])
    salted = hashlib.pbkdf2_hmac("sha256", prepared(password).encode("utf-8"), salt, rounds)
    key = _hmac(salted, b"Client Key")
    without_proof = "c=biws,r=" + fields["r"]
    signed = ",".join((bare, challenge, without_proof)).encode("ascii")
    stored = hashlib.sha256(key).digest()
    proof = bytes(a ^ b for a, b in zip(key, _hmac(stored, signed)))
    signature = base64.b64encode(_hmac(_hmac(salted, b"Server Key"), signed))
    return without_proof + ",p=" + base64.b64encode(proof).decode("ascii"), signature


def prepared(password):
    """A password as SASLprep has it (RFC 4013). One that this forbids goes as it is, as with the server."""
    if password.isascii():
        return password
    # Only who needs them pays for these tables.
    import stringprep
    import unicodedata

    kept = (letter for letter in password if not stringprep.in_table_b1(letter))
    mapped = "".join(" " if stringprep.in_table_c12(letter) else letter for letter in kept)
    normal = unicodedata.normalize("NFKC", mapped)
    forbidden = (
        stringprep.in_table_a1, stringprep.in_table_c12, stringprep.in_table_c21_c22, stringprep.in_table_c3,
        stringprep.in_table_c4, stringprep.in_table_c5, stringprep.in_table_c6, stringprep.in_table_c7,
        stringprep.in_table_c8, stringprep.in_table_c9,
    )
    is_forbidden = not normal or any(is_in(letter) for letter in normal for is_in in forbidden)
    from_right = [stringprep.in_table_d1(letter) for letter in normal]
    mixes = any(from_right) and (
        any(map(stringprep.in_table_d2, normal)) or not (from_right[0] and from_right[-1])
    )
    return password if is_forbidden or mixes else normal


def _hmac(key, message):
    return hmac.new(key, message, hashlib.sha256).digest()


class Select:
    """The prepared select of one step: the bytes of its request, and the reading of its answer."""

    def __init__(self, step, waits):
        number = waits.index(step.get("wait", 0))
        name = _text("s%d" % number)
        # Bind: the unnamed portal, one binary parameter of 8 bytes, and binary results.
        bind = b"\0" + name + struct.pack("!HHHI", 1, 1, 1, 8)
        results = struct.pack("!HH", 1, 1)
        execute = _message(b"E", b"\0" + struct.pack("!I", 0))
        self._start = b"B" + struct.pack("!I", 4 + len(bind) + 8 + len(results)) + bind
        self._rest = results + execute + _message(b"S")
        self._rows = step["rows"]

    def request(self, seed):
        """Bind, execute and sync for the row of this step seed."""
        number = 1 + nth(seed, 0) % self._rows
        return self._start + number.to_bytes(8, "big") + self._rest


class Answer:
    """The answer to one select, which is fed messages until it is complete."""

    __slots__ = ("crc", "complete", "_at")

    def __init__(self):
        self.crc = None
        self.complete = False
        self._at = 0

    def take(self, messages):
        """Takes more messages; whether the server is ready for the next request."""
        for kind, payload in messages:
            due = _ANSWER[self._at]
            if kind == due:
                self._at += 1
                if kind == b"D":
                    self._row(payload)
                elif kind == b"Z":
                    self.complete = True
            elif not _is_aside(kind):
                check(kind, payload)
                if (due, kind) == (b"D", b"C"):
                    raise PostgresError("no row where one was looked for")
                raise PostgresError("message %r where %r was due, while selecting" % (kind, due))
        return self.complete

    def _row(self, payload):
        columns, length = _unpack("!Hi", payload)
        if columns != 1 or length != len(payload) - 6 or length != ROW_BYTES:
            raise PostgresError("a row of the wrong shape")
        self.crc = crc32(memoryview(payload)[6:])


TERMINATE = _message(b"X")
