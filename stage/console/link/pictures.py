"""Previews as JPEG: each encoded once, and only when a browser requests it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property

import cv2
import numpy as np

from stage.console.link.board import Board
from stage.console.link.viewing import Viewing
from stage.messages.frames import Preview

QUALITY = 80


class OutputPicture:
    """One output as it was on the wall at a frame. `viewing`: how its codes are shown; None = unchanged."""

    def __init__(self, preview: Preview, viewing: Viewing | None = None) -> None:
        self.output = preview.output
        self.node = preview.node
        self.frame_number = preview.frame_number
        self.size_px = (preview.width_px, preview.height_px)
        self._pixels = preview.pixels
        self._viewing = viewing

    @classmethod
    def of(cls, preview: Preview, viewing: Viewing | None = None) -> OutputPicture | None:
        """The picture, or None where the record's pixels do not fill its size."""
        width, height = preview.width_px, preview.height_px
        whole = width > 0 and height > 0 and width * height * 4 == len(preview.pixels)
        return cls(preview, viewing) if whole else None

    @cached_property
    def jpeg(self) -> bytes:
        """The encoded file."""
        width, height = self.size_px
        rgb = np.frombuffer(self._pixels, np.uint8).reshape(height, width, 4)[..., :3]
        shown = self._viewing.shown(rgb) if self._viewing is not None else rgb
        good, encoded = cv2.imencode(
            ".jpg", cv2.cvtColor(shown, cv2.COLOR_RGB2BGR), (cv2.IMWRITE_JPEG_QUALITY, QUALITY)
        )
        if not good:
            raise ValueError(f"{self.output}: {width}x{height} px cannot be encoded as JPEG")
        return encoded.tobytes()


class Gallery(Board[OutputPicture]):
    """The newest picture of every output. `viewings`: how each output's codes are shown."""

    def __init__(self, viewings: Mapping[str, Viewing]) -> None:
        super().__init__()
        self._viewings = viewings

    def hung(self, records: Iterable[object]) -> dict[str, OutputPicture]:
        """The pictures among records of the bus; incomplete ones are left out."""
        previews = [record for record in records if isinstance(record, Preview)]
        pictures = {each.output: OutputPicture.of(each, self._viewings.get(each.output)) for each in previews}
        return {name: picture for name, picture in pictures.items() if picture is not None}
