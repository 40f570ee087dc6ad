"""A line between a browser and the app that a test may cut, as a train does in a tunnel."""

from __future__ import annotations

import contextlib
import socket
import threading

from services.embedded.ports import LOOPBACK, find_free_port

_CHUNK = 65_536


class Cable:
    """Carries bytes from a port of its own to the app's. Cut, it ends and refuses connections.

    Args:
        target: The app's port, known before the app listens on it.
    """

    def __init__(self, target: int) -> None:
        self.port = find_free_port()
        self._target = target
        self._lock = threading.Lock()
        self._ends: set[socket.socket] = set()
        self._listener: socket.socket | None = None
        self.mend()

    @property
    def url(self) -> str:
        """What a browser opens, without a slash at the end."""
        return f"http://localhost:{self.port}"

    def mend(self) -> None:
        """Carry again."""
        listener = socket.create_server((LOOPBACK, self.port))
        self._listener = listener
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()

    def cut(self) -> None:
        """End every connection and take no new one."""
        with self._lock:
            listener, self._listener = self._listener, None
            ends, self._ends = self._ends, set()
        if listener is not None:
            # Closing alone would leave the thread that waits for a connection waiting.
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()
        for end in ends:
            _hang_up(end)

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                near, _ = listener.accept()
            except OSError:
                return
            try:
                far = socket.create_connection((LOOPBACK, self._target))
            except OSError:
                near.close()
                continue
            with self._lock:
                is_cut = self._listener is not listener
                self._ends |= set() if is_cut else {near, far}
            if is_cut:
                _hang_up(near)
                _hang_up(far)
                return
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=self._carry, args=(source, sink), daemon=True).start()

    def _carry(self, source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(_CHUNK):
                sink.sendall(data)
        with self._lock:
            self._ends -= {source, sink}
        _hang_up(source)
        _hang_up(sink)


def _hang_up(end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
