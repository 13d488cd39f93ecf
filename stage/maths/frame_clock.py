"""The frame clock: numbers of frames and the moments they are presented at. Pure: it reads no clock."""

from __future__ import annotations

from fractions import Fraction

from stage.units import NS_PER_S


class FrameClock:
    """Numbers frames and gives each its present time, without drift.

    Frame n is presented at `epoch_ns + n / rate`, in integer arithmetic, so frame 2,000,000 of a
    24000/1001 clock is as exact as frame 1.
    """

    def __init__(self, rate_hz: Fraction, epoch_ns: int = 0) -> None:
        if rate_hz <= 0:
            raise ValueError(f"a frame rate must be positive, not {rate_hz}")
        self.rate_hz = rate_hz
        self.epoch_ns = epoch_ns
        self._period_num = rate_hz.denominator * NS_PER_S
        self._period_den = rate_hz.numerator

    @property
    def period_ns(self) -> int:
        """One frame, rounded down."""
        return self._period_num // self._period_den

    def present_ns(self, number: int) -> int:
        """The moment frame `number` is to be on the wall."""
        return self.epoch_ns + number * self._period_num // self._period_den

    def number_at(self, moment_ns: int) -> int:
        """The newest frame whose present time is not after `moment_ns`."""
        since_ns = moment_ns - self.epoch_ns
        number = since_ns * self._period_den // self._period_num
        return number + 1 if self.present_ns(number + 1) <= moment_ns else number
