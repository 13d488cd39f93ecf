"""A forwarder on this machine that changes nothing: what a plain proxy, a tunnel or a port forward is to a console."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress

CHUNK = 65_536


class Forwarder:
    """Listens on loopback and passes every connection on to `place`."""

    def __init__(self, place: tuple[str, int]) -> None:
        self._place = place
        self._ear = socket.create_server(("127.0.0.1", 0))
        self._ended = False
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def place(self) -> tuple[str, int]:
        """Where it listens."""
        return "127.0.0.1", int(self._ear.getsockname()[1])

    def close(self) -> None:
        """Accept no more connections."""
        self._ended = True
        with suppress(OSError):
            socket.create_connection(self.place).close()
        self._ear.close()

    def _serve(self) -> None:
        while not self._ended:
            near, _ = self._ear.accept()
            try:
                far = socket.create_connection(self._place)
            except OSError:
                near.close()
                continue
            threading.Thread(target=_joined, args=(near, far), daemon=True).start()


def _joined(near: socket.socket, far: socket.socket) -> None:
    """Pass on both ways until both have ended."""
    with near, far:
        back = threading.Thread(target=_pump, args=(far, near), daemon=True)
        back.start()
        _pump(near, far)
        back.join()


def _pump(near: socket.socket, far: socket.socket) -> None:
    with suppress(OSError):
        while data := near.recv(CHUNK):
            far.sendall(data)
    with suppress(OSError):
        far.shutdown(socket.SHUT_WR)
