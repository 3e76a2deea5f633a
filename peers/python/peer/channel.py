"""Messages of bytes over a socket, for workers in other interpreters of this process, which multiprocessing's
connections cannot reach."""

import socket


class SocketChannel:
    """One end of a connection."""

    def __init__(self, connection):
        self._socket = connection

    @classmethod
    def of_descriptor(cls, descriptor):
        """The end with this descriptor, which another interpreter has made."""
        return cls(socket.socket(fileno=descriptor))

    def fileno(self):
        """The descriptor, for `select`."""
        return self._socket.fileno()

    def send_bytes(self, message):
        """Sends one message."""
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
        """Closes this end, after which the other receives no more."""
        self._socket.close()
