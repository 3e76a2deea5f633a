"""Messages of bytes over a socket, for workers that multiprocessing's connections cannot reach: other interpreters
of this process. What messages mean is left to `worker`."""

import socket


class SocketChannel:
    """One end."""

    def __init__(self, connection):
        self._socket = connection

    @classmethod
    def of_descriptor(cls, descriptor):
        """An end that another interpreter has made."""
        return cls(socket.socket(fileno=descriptor))

    def fileno(self):
        """What can be waited for."""
        return self._socket.fileno()

    def send_bytes(self, message):
        """One message."""
        self._socket.sendall(len(message).to_bytes(8, "little") + message)

    def recv_bytes(self):
        """The next message, whole; EOFError where there will be none."""
        return self._exactly(int.from_bytes(self._exactly(8), "little"))

    def _exactly(self, count):
        whole = b""
        while len(whole) < count:
            piece = self._socket.recv(count - len(whole))
            if not piece:
                raise EOFError
            whole += piece
        return whole

    def close(self):
        """The other end receives no more."""
        self._socket.close()
