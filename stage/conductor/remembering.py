"""Which camera's memory is written next when a take rolls: one a frame, so that no frame is late for it. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from stage.messages.commands import Slate


class Remembering:
    """Asked once a frame. A process that begins while a take rolls writes them, too."""

    def __init__(self, cameras: Iterable[str]) -> None:
        self._cameras = tuple(cameras)
        self._left: list[str] = []
        self._since_ns: int | None = None

    def due(self, slate: Slate) -> str | None:
        """The camera whose turn it is."""
        if slate.rolling and slate.since_ns != self._since_ns:
            self._since_ns, self._left = slate.since_ns, list(self._cameras)
        return self._left.pop(0) if self._left and slate.rolling else None
