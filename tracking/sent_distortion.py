"""Distortion as a sender tells it: turned into our direction, with its overscan, no more often than it is worth. Pure.

Distortion only says which part of a wall a camera covers, never where it is. To work it out takes longer than a sample
may at hundreds of samples a second while the focus is pulled: so what was worked out holds for `KEPT_NS`.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from stage.maths.lens import LensModel, overscan
from stage.maths.lens_fit import from_distorted_to_undistorted
from stage.units import NS_PER_MS
from tracking.reading import SentLens

KEPT_NS = 40 * NS_PER_MS
MOST_SENT_OVERSCAN = 1.5
"""A larger one is a placeholder, as in the standard's examples: it is measured instead."""
FOLDED = "the distortion that is sent folds in the picture: none is drawn"

Worked = tuple[LensModel, float, str]
"""The lens with its distortion, its overscan, and what is wrong with it."""


class SentDistortion:
    """The distortion that one sender tells for one camera."""

    def __init__(self, sensor_mm: tuple[float, float]) -> None:
        self._sensor_mm = sensor_mm
        self._told: tuple[object, ...] = ()
        self._worked: Worked | None = None
        self._worked_ns = 0
        self.behind = False

    def of(self, sent: SentLens, table: LensModel, received_ns: int) -> Worked:
        """The lens of the table with the distortion that was sent. Distortion that cannot be is left out."""
        told = (sent.radial, sent.tangential, sent.projection_offset_mm, sent.inverse, sent.overscan, table)
        if self._worked is None or (told != self._told and received_ns - self._worked_ns >= KEPT_NS):
            self._told, self._worked_ns, self._worked = told, received_ns, self._work_out(sent, table)
        self.behind = told != self._told
        return self._worked

    def _work_out(self, sent: SentLens, table: LensModel) -> Worked:
        offset_mm = table.projection_offset_mm if sent.projection_offset_mm is None else sent.projection_offset_mm
        model = replace(table, projection_offset_mm=offset_mm)
        if sent.radial is not None:
            model = replace(model, radial=sent.radial, tangential=sent.tangential)
        try:
            with np.errstate(all="ignore"):
                if sent.radial is not None and sent.inverse and any((*sent.radial, *sent.tangential)):
                    model = from_distorted_to_undistorted(model, self._sensor_mm, live=True).model
                measured = overscan(model, self._sensor_mm)
                told = sent.overscan
                return model, measured if told is None or told > MOST_SENT_OVERSCAN else max(told, 1.0), ""
        except (ValueError, np.linalg.LinAlgError):
            return replace(model, radial=(), tangential=()), 1.0, FOLDED
