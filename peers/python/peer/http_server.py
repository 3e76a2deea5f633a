"""The server's side of HTTP, without I/O: a GET in, an answer out. Both variants that serve use it."""

from peer.digests import fill, mix, nth
from peer.errors import told

TASK_PATH = b"/task/"
MOST_HEAD = 8192
BAD_REQUEST = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
NOT_FOUND = b"HTTP/1.1 404 Not Found\r\nContent-Length: 13\r\n\r\nno such path\n"


class BadRequest(Exception):
    """What was sent is no GET of a client that this program is for."""


def take_request(received):
    """(index of the task that is asked for, -1 for another path; what follows the request), or None as long as more must
    come."""
    end = received.find(b"\r\n\r\n")
    if end < 0:
        if len(received) >= MOST_HEAD:
            raise BadRequest
        return None
    words = received[: received.find(b"\r\n")].split(b" ")
    if len(words) != 3 or words[0] != b"GET" or words[2] != b"HTTP/1.1":
        raise BadRequest
    digits = words[1][len(TASK_PATH) :]
    is_task = words[1].startswith(TASK_PATH) and digits.isdigit()
    return int(digits) if is_task else -1, received[end + 4 :]


class Answers:
    """What the answers of a run are made of."""

    def __init__(self, work):
        self._seed = work.setup.workload.seed
        self._bytes = work.setup.workload.answer_bytes
        self._head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % self._bytes

    def body(self, index, digest):
        """The answer to the request for a task whose steps came to `digest`."""
        return self._head + fill(mix(nth(self._seed, index), digest), self._bytes)

    def failed(self, error):
        """The answer to a request whose task failed."""
        text = (told(error) + "\n").encode("utf-8", "replace")
        return b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: %d\r\n\r\n%s" % (len(text), text)
