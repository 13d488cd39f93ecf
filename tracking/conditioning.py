"""From a source's readings to a camera's samples: rig and lens. Pure.

`stage_from_tracker` (what the source told) @ `tracker_from_sensor` (rig of the camera) @ `sensor_from_pupil` (entrance
pupil of the lens at its encoders' values, along the optical axis).
"""

from __future__ import annotations

from stage.maths.lens import LensModel, overscan
from stage.maths.lens_table import LensReading
from stage.maths.pose import Pose
from stage.messages.samples import LensState, TrackingSample
from stage.model.camera import Camera
from stage.model.source import Source
from tracking.reading import Reading, SentLens

FOLDED = "the distortion that is sent folds in the picture: none is drawn"


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
        if reading.lens != self._sent:
            self._turn_lens(reading.lens)
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

    def _turn_lens(self, sent: SentLens) -> None:
        """Look the lens up, only when it moved; for most samples it is unchanged."""
        reading = self._lens_of.reading(sent)
        model = reading.model
        self._lens = LensState(
            model.focal_length_mm, model.projection_offset_mm, model.radial, model.tangential, reading.overscan
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
        self._sensor_mm = camera.sensor_mm

    def reading(self, sent: SentLens) -> LensReading:
        """The lens now. An encoder that is not sent stands where the first point of the table is."""
        zoom, focus = (
            still if raw is None else ends.table_raw(raw)
            for raw, ends, still in zip(sent[:2], (self._zoom, self._focus), self._still, strict=True)
        )
        found = self._table.reading(zoom, focus)
        return self._as_sent(sent, found) if self._takes_sent else found

    def _as_sent(self, sent: SentLens, table: LensReading) -> LensReading:
        """The table's lens with every value that was sent in its place. Distortion that cannot be is left out."""
        model, distorts = table.model, sent.radial is not None
        told = LensModel(
            sent.focal_length_mm or model.focal_length_mm,
            model.projection_offset_mm if sent.projection_offset_mm is None else sent.projection_offset_mm,
            model.radial if sent.radial is None else sent.radial,
            sent.tangential if distorts else model.tangential,
        )
        pupil_m = table.entrance_pupil_m if sent.entrance_pupil_m is None else sent.entrance_pupil_m
        outside = "" if sent.focal_length_mm is not None else table.outside
        focus_m = sent.focus_distance_m or table.focus_m
        if not distorts and sent.projection_offset_mm is None:
            return LensReading(told, pupil_m, table.overscan, outside, focus_m)
        try:
            factor = sent.overscan or overscan(told, self._sensor_mm)
        except ValueError:
            undistorted = LensModel(told.focal_length_mm, told.projection_offset_mm)
            return LensReading(undistorted, pupil_m, 1.0, FOLDED, focus_m)
        return LensReading(told, pupil_m, factor, outside, focus_m)
