"""The bytes of HTTP/1.1 for one connection, without I/O: whoever owns the connection reads into `free()` and
says how much came. One codec for threads and for asyncio, as the Rust models share one."""

from zlib import crc32

from peer.errors import RunError

BUFFER_BYTES = 16384
MAX_HEAD = 8192


class HttpError(RunError):
    """The response is not the one that was asked for."""

    def __init__(self, problem):
        super().__init__("http: " + problem)


def address(text):
    """(host, port) of `127.0.0.1:80` or `[::1]:80`."""
    host, port = text.rsplit(":", 1)
    return host.strip("[]"), int(port)


class HttpGet:
    """What one step asks for."""

    def __init__(self, host, step):
        self.bytes = step["bytes"]
        self.keep = keeps(step)
        self._start = "GET /body/%d/%d/" % (step["bytes"], step.get("latency", 0))
        self._end = " HTTP/1.1\r\nHost: %s\r\n\r\n" % host

    def request(self, key):
        """The GET for the body with this key."""
        return ("%s%016x%s" % (self._start, key, self._end)).encode("ascii")


def keeps(step):
    """Whether the connection is kept from one task of the lane to the next."""
    return step.get("connection", "keep-alive") == "keep-alive"


class HttpCodec:
    """One connection, used by one task at a time."""

    def __init__(self):
        self._buffer = bytearray(BUFFER_BYTES)
        self._view = memoryview(self._buffer)
        self._get = None
        self._filled = 0
        self._left = -1
        self._crc = 0

    def expect(self, get):
        """Expects the response to this GET from now on."""
        self._get = get
        self._filled = 0
        self._left = -1

    def free(self):
        """The part of the buffer into which the next bytes are to be read."""
        return self._view[self._filled :] if self._filled else self._view

    def feed(self, count):
        """Takes this many bytes that have been read; the CRC-32 of the body once it is complete, None until then."""
        if count == 0:
            raise HttpError(self._early_end())
        filled = self._filled + count
        start = 0
        if self._left < 0:
            start = self._buffer.find(b"\r\n\r\n", 0, filled) + 4
            if start < 4:
                if filled >= MAX_HEAD:
                    raise HttpError("malformed response head: longer than %d bytes" % MAX_HEAD)
                self._filled = filled
                return None
            if start > MAX_HEAD:
                # It came with one read, and was never seen in part.
                raise HttpError("malformed response head: longer than %d bytes" % MAX_HEAD)
            self._read_head(bytes(self._view[:start]))
            self._left = self._get.bytes
            self._crc = 0
        here = filled - start
        if here > self._left:
            raise HttpError("%d bytes after the response" % (here - self._left))
        self._crc = crc32(self._view[start:filled], self._crc)
        self._left -= here
        self._filled = 0
        return self._crc if self._left == 0 else None

    def _early_end(self):
        what, got = ("head", self._filled) if self._left < 0 else ("body", self._get.bytes - self._left)
        return "the connection ended after %d bytes of the %s" % (got, what)

    def _read_head(self, head):
        status_line, *lines = head[:-4].split(b"\r\n")
        version, _, rest = status_line.partition(b" ")
        if version not in (b"HTTP/1.1", b"HTTP/1.0") or not rest[:3].isdigit():
            raise HttpError("malformed response head: %r" % status_line[:40])
        if rest[:3] != b"200":
            raise HttpError("status %d" % int(rest[:3]))
        headers = {}
        for line in lines:
            name, _, value = line.partition(b":")
            if name.lower() == b"transfer-encoding":
                # Beside a length it is ambiguous where the response ends.
                raise HttpError("malformed response head: it has a Transfer-Encoding")
            if name.lower() == b"content-length" and b"content-length" in headers:
                raise HttpError("malformed response head: it has two lines of Content-Length")
            headers[name.lower()] = value.strip()
        length = headers.get(b"content-length", b"")
        if not length.isdigit():
            raise HttpError("malformed response head: no usable Content-Length")
        if int(length) != self._get.bytes:
            raise HttpError("a body of %d bytes instead of %d" % (int(length), self._get.bytes))
        closes = version == b"HTTP/1.0" or headers.get(b"connection", b"").lower() == b"close"
        if closes and self._get.keep:
            raise HttpError("the server closes the connection after a response")
