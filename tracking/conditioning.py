"""From a source's readings to a camera's samples: rig and lens. Pure.

`stage_from_tracker` (what the source told) @ `tracker_from_sensor` (rig of the camera) @ `sensor_from_pupil` (entrance
pupil of the lens at its encoders' values, along the optical axis).
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from stage.maths.lens_table import LensReading
from stage.maths.pose import Pose
from stage.messages.samples import LensState, TrackingSample
from stage.model.camera import Camera
from stage.model.source import Source
from tracking.reading import Reading, SentLens
from tracking.sent_distortion import SentDistortion


class CameraConditioner:
    """One camera on a source: rig and lens. Makes its samples, numbered from 0."""

    def __init__(self, camera: Camera, source: Source) -> None:
        self._camera, self._source = camera.name, source.name
        self._lens_of = SampleLens(camera, source)
        self._tracker_from_sensor = camera.rig.pose()
        self._number = 0
        self._sent: SentLens | None = None
        self._lens = LensState(camera.lens.points[0].focal_length_mm)
        self._tracker_from_pupil = self._tracker_from_sensor
        self.lens_outside = ""
        """What is wrong with the lens, with the camera's name; "" where nothing is."""

    def sample(self, reading: Reading, captured_ns: int, received_ns: int) -> TrackingSample:
        """The camera's next sample."""
        if reading.lens != self._sent or self._lens_of.behind:
            self._turn_lens(reading.lens, received_ns)
        pupil = reading.pose @ self._tracker_from_pupil
        number = self._number
        self._number += 1
        return TrackingSample(
            camera=self._camera,
            source=self._source,
            number=number,
            captured_ns=captured_ns,
            received_ns=received_ns,
            position_m=pupil.position_m,
            orientation=pupil.orientation,
            lens=self._lens,
            sender_counter=reading.counter,
        )

    def _turn_lens(self, sent: SentLens, received_ns: int) -> None:
        """Look the lens up, only when it moved; for most samples it is unchanged."""
        reading = self._lens_of.reading(sent, received_ns)
        model = reading.model
        self._lens = LensState(
            model.focal_length_mm,
            model.projection_offset_mm,
            model.radial,
            model.tangential,
            reading.overscan,
            entrance_pupil_m=reading.entrance_pupil_m,
            focus_m=reading.focus_m,
            f_stop=sent.f_stop if sent.f_stop is not None else self._lens_of.f_stop(sent.iris_raw),
            zoom_raw=sent.zoom_raw,
            focus_raw=sent.focus_raw,
        )
        self._tracker_from_pupil = self._tracker_from_sensor @ Pose((0.0, reading.entrance_pupil_m, 0.0))
        self.lens_outside = f"{self._camera}: {reading.outside}" if reading.outside else ""
        self._sent = sent


class SampleLens:
    """A camera's lens on a source: from its table by the encoders' values, or as the sender tells it."""

    def __init__(self, camera: Camera, source: Source) -> None:
        self._table = camera.lens_table()
        self._zoom, self._focus = source.zoom, source.focus
        first = camera.lens.points[0]
        self._still = (first.zoom_raw, first.focus_raw)
        self._takes_sent = source.lens == "sent"
        self._distortion = SentDistortion(camera.sensor_mm)
        self._iris = sorted((point.iris_raw, math.log(point.f_stop)) for point in camera.lens.iris)

    @property
    def behind(self) -> bool:
        """Whether the lens is not yet what was sent last, though nothing new may be sent."""
        return self._distortion.behind

    def reading(self, sent: SentLens, received_ns: int) -> LensReading:
        """The lens now. An encoder that is not sent stands where the first point of the table is."""
        zoom, focus = (
            still if raw is None else ends.table_raw(raw)
            for raw, ends, still in zip(sent[:2], (self._zoom, self._focus), self._still, strict=True)
        )
        found = self._table.reading(zoom, focus)
        return self._as_sent(sent, found, received_ns) if self._takes_sent else found

    def f_stop(self, iris_raw: int | None) -> float | None:
        """The aperture by the lens' iris table, even in stops between its points; None without one."""
        if iris_raw is None or not self._iris:
            return None
        raws, logs = zip(*self._iris, strict=True)
        return float(np.exp(np.interp(iris_raw, raws, logs)))

    def _as_sent(self, sent: SentLens, table: LensReading, received_ns: int) -> LensReading:
        """The table's lens with every value that was sent in its place."""
        model = table.model
        if sent.radial is not None or sent.projection_offset_mm is not None:
            model, factor, outside = self._distortion.of(sent, model, received_ns)
        else:
            factor, outside = table.overscan, ""
        if sent.focal_length_mm is None:
            outside = outside or table.outside
        else:
            model = replace(model, focal_length_mm=sent.focal_length_mm)
        pupil_m = table.entrance_pupil_m if sent.entrance_pupil_m is None else sent.entrance_pupil_m
        return LensReading(model, pupil_m, factor, outside, sent.focus_distance_m or table.focus_m)
