"""The sheet a chart is drawn on: code values of one wall, with text. Pure, numpy and OpenCV."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from stage.maths.colour_transfer import TRANSFERS, code_range
from stage.names import ascii_letters

Codes = NDArray[np.float32]
FONT = cv2.FONT_HERSHEY_SIMPLEX
CAPITAL_PX = 22.0
"""Height of a capital at scale 1."""


@dataclass(frozen=True, slots=True)
class Signal:
    """How a wall's codes are read, and its peak brightness."""

    name: str
    transfer: str
    narrow: bool
    bits: int
    peak_nits: float

    def code(self, signal: ArrayLike) -> NDArray[np.float64]:
        """A signal (0 to 1, in a narrow range also a little beyond) as whole code values over the largest."""
        low, high = code_range(self.bits, self.narrow)
        most = (1 << self.bits) - 1
        return np.clip(np.round(low + (high - low) * np.asarray(signal, np.float64)), 0, most) / most

    def literal(self, code10: int) -> float:
        """A 10 bit code in this wall's bits (its upper ones), over the largest."""
        return (code10 >> (10 - self.bits)) / ((1 << self.bits) - 1)

    def of_nits(self, nits: ArrayLike) -> NDArray[np.float64]:
        """The code over the largest of grey light."""
        limited = np.clip(np.asarray(nits, np.float64), 0.0, self.peak_nits)
        signal = TRANSFERS[self.transfer][0](np.repeat(limited[..., None], 3, axis=-1), self.peak_nits)
        return self.code(signal[..., 0])


class Sheet:
    """(h, w, 3) code values over the largest, rows from the top, black at first."""

    def __init__(self, size_px: tuple[int, int], signal: Signal) -> None:
        self.width, self.height = size_px
        self.signal = signal
        self.codes: Codes = np.full((self.height, self.width, 3), signal.code(0.0), np.float32)

    def field(self, x0: float, y0: float, x1: float, y1: float, code: ArrayLike) -> None:
        """Fill a rectangle, given in shares of the sheet, with a code over the largest or three."""
        self.codes[self._rows(y0, y1), self._columns(x0, x1)] = np.asarray(code, np.float32)

    def ramp(self, x0: float, y0: float, x1: float, y1: float, signal: NDArray[np.float64], rgb: ArrayLike) -> None:
        """Fill a rectangle with signals from left to right, in the channels of `rgb` (0 or 1 each)."""
        columns = self._columns(x0, x1)
        wide = columns.stop - columns.start
        across = np.interp(np.linspace(0, 1, wide), np.linspace(0, 1, len(signal)), signal)
        self.codes[self._rows(y0, y1), columns] = self.signal.code(across[:, None] * np.asarray(rgb))

    def text(self, words: str, x: float, y: float, height: float, code: float | None = None) -> None:
        """Write words whose capitals are `height` of the sheet high; (x, y) is their lower left corner, in shares.
        The font has ASCII only: other letters are written by their numbers."""
        words = ascii_letters(words)
        code = float(self.signal.code(0.6)) if code is None else code
        scale = max(height * self.height / CAPITAL_PX, 0.3)
        place = (round(x * self.width), round(y * self.height))
        thick = max(1, round(scale * 1.6))
        cv2.putText(self.codes, words, place, FONT, scale, (code, code, code), thick, cv2.LINE_8)

    def centred(
        self, words: str, x: float, y: float, height: float, code: float | None = None, room: float = 1.0
    ) -> None:
        """Write words whose middle is at (x, y), smaller if they would be wider than `room` of the sheet."""
        scale = max(height * self.height / CAPITAL_PX, 0.3)
        wide, high = _size(words, scale)
        if wide > room * self.width:
            height *= room * self.width / wide
            wide, high = _size(words, max(height * self.height / CAPITAL_PX, 0.3))
        self.text(words, x - wide / 2 / self.width, y + high / 2 / self.height, height, code)

    def _rows(self, y0: float, y1: float) -> slice:
        return slice(round(y0 * self.height), round(y1 * self.height))

    def _columns(self, x0: float, x1: float) -> slice:
        return slice(round(x0 * self.width), round(x1 * self.width))


def _size(words: str, scale: float) -> tuple[int, int]:
    (wide, high), _ = cv2.getTextSize(ascii_letters(words), FONT, scale, max(1, round(scale * 1.6)))
    return wide, high
