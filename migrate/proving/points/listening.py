"""A port that only notices whether somebody comes."""

from __future__ import annotations

import socket
import threading
from typing import Self

from migrate.proving.processes import LOOPBACK


class Listener:
    """Open inside the block; `reached` tells whether a connection came."""

    def __init__(self) -> None:
        self._socket = socket.create_server((LOOPBACK, 0))
        self._came = threading.Event()
        self._thread = threading.Thread(target=self._accept, daemon=True)

    @property
    def address(self) -> str:
        """Host and port."""
        host, port = self._socket.getsockname()[:2]
        return f"{host}:{port}"

    @property
    def reached(self) -> bool:
        """Whether somebody has connected."""
        return self._came.is_set()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self._came.set()
            connection.close()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()
