"""A simulated tracker: real bytes of a moving camera, with a good tracker's noise, at exact moments."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction

from stage.maths.frame_clock import FrameClock
from stage.maths.lens import LensModel
from stage.maths.pose import Pose, quaternion_from_pan_tilt_roll
from stage.model.source import AnySource
from stage.model.sources.freed import FreedSource
from stage.model.stagefile import Stage
from stage.motions.kinds import NOTHING_SAID, Said
from stage.units import NS_PER_MS, NS_PER_S
from tools.sim.faults import Timed
from tools.sim.motion import Motion, Still, motion_named
from tools.sim.wire.table import datagram
from tools.sim.wire.told import Told, device_values

NOISE_MM = 0.1
NOISE_DEG = 0.005
"""Standard deviations per axis of a good optical tracker (data sheets: 0.1 mm, 0.005 degrees)."""

DEFAULT_CAMERA_ID = 1


@dataclass(frozen=True, slots=True)
class TrackerSettings:
    """A tracker on a camera.

    `motion` is that of the tracked point, or of the entrance pupil if `tracker_from_pupil` (rig and pupil) is
    given. `source` has the settings that undo the device's axes, signs, zeros and unit.
    `rate_hz` packets per second leave on the grid of the frame clock of that rate and epoch 0, `phase_ms` later
    (genlock). The motion's time 0 is `epoch_ns`; the first packet leaves at or after it. `captured_ms_before`: a
    packet's pose is older than its sending by this, as for a device that takes time to compute.
    """

    motion: Motion = field(default_factory=Still)
    rate_hz: Fraction = Fraction(60)
    epoch_ns: int = 0
    phase_ms: float = 0.0
    captured_ms_before: float = 0.0
    seed: int = 0
    noise_mm: float = NOISE_MM
    noise_deg: float = NOISE_DEG
    camera_id: int = DEFAULT_CAMERA_ID
    zoom_raw: int = 0
    focus_raw: int = 0
    lens: LensModel = field(default_factory=lambda: LensModel(35.0))
    entrance_pupil_m: float = 0.0
    source: AnySource = field(default_factory=lambda: FreedSource(name="simulated"))
    tracker_from_pupil: Pose = field(default_factory=Pose)


class SimulatedTracker:
    """Packet n of a tracker, at any time and in any order: a pure function of the settings and n."""

    def __init__(self, settings: TrackerSettings) -> None:
        self.settings = settings
        self._clock = FrameClock(settings.rate_hz, round(settings.phase_ms * 1e6))
        self._first = self._clock.number_at(settings.epoch_ns - 1) + 1
        self._pupil_from_tracker = settings.tracker_from_pupil.inverse()

    def sent_ns(self, n: int) -> int:
        """The moment packet n leaves."""
        return self._clock.present_ns(self._first + n)

    def true_pupil(self, n: int) -> Pose:
        """The motion's pose when packet n was captured: the entrance pupil, if the rig was given."""
        settings = self.settings
        captured_ns = self.sent_ns(n) - round(settings.captured_ms_before * 1e6)
        return settings.motion.pose_at((captured_ns - settings.epoch_ns) / NS_PER_S)

    def true_pose(self, n: int) -> Pose:
        """`stage_from_tracker` of packet n, without noise."""
        return self.true_pupil(n) @ self._pupil_from_tracker

    def packet(self, n: int) -> Timed:
        """When packet n leaves, and its bytes. Its count is n, as `source` reads it."""
        settings, sent_ns = self.settings, self.sent_ns(n)
        place_m, angles_deg = device_values(self._noisy(self.true_pose(n), n), settings.source)
        told = Told(
            n=n,
            place_m=place_m,
            angles_deg=angles_deg,
            camera_id=settings.camera_id,
            zoom_raw=settings.zoom_raw,
            focus_raw=settings.focus_raw,
            lens=settings.lens,
            entrance_pupil_m=settings.entrance_pupil_m,
            captured_ns=sent_ns - round(settings.captured_ms_before * NS_PER_MS),
        )
        return sent_ns, datagram(told, settings.source)

    def first_due(self, now_ns: int) -> int:
        """The first packet that leaves at or after a moment."""
        return max(0, self._clock.number_at(now_ns - 1) + 1 - self._first)

    def packets(self, count: int | None = None, first: int = 0) -> Iterator[Timed]:
        """`count` packets from number `first` on, or endless ones."""
        n = first
        while count is None or n < first + count:
            yield self.packet(n)
            n += 1

    def count_in(self, seconds: float) -> int:
        """How many packets leave in the first `seconds`."""
        return max(1, round(seconds * self.settings.rate_hz))

    def truth_header(self, motion_name: str) -> dict[str, object]:
        """The first line of a truth file."""
        settings = self.settings
        return {
            "motion": motion_name,
            "seed": settings.seed,
            "rate_hz": str(settings.rate_hz),
            "epoch_ns": settings.epoch_ns,
            "phase_ms": settings.phase_ms,
            "camera_id": settings.camera_id,
        }

    def truth_line(self, n: int) -> dict[str, object]:
        """The line of a truth file for packet n: the tracked point and the pupil, without noise."""
        tracked, pupil = self.true_pose(n), self.true_pupil(n)
        return {
            "n": n,
            "sent_ns": self.sent_ns(n),
            "position_m": tracked.position_m,
            "orientation": tracked.orientation,
            "pupil_m": pupil.position_m,
            "pupil_orientation": pupil.orientation,
        }

    def _noisy(self, pose: Pose, n: int) -> Pose:
        """The pose as measured: normal noise per axis, the same for the same seed and n."""
        settings = self.settings
        if settings.noise_mm == 0.0 and settings.noise_deg == 0.0:
            return pose
        chance = random.Random((settings.seed << 40) + n)
        off_m, off_deg = settings.noise_mm / 1000.0, settings.noise_deg
        pan, tilt, roll = (chance.gauss(0.0, off_deg) for _ in range(3))
        x, y, z = (value + chance.gauss(0.0, off_m) for value in pose.position_m)
        return Pose((x, y, z), (pose @ Pose(orientation=quaternion_from_pan_tilt_roll(pan, tilt, roll))).orientation)


def settings_for_source(
    stage: Stage, source: AnySource, motion: str, seed: int = 0, said: Said = NOTHING_SAID
) -> TrackerSettings:
    """The tracker that a source of a stage expects, set up so that the entrance pupil of the source's first camera
    follows the motion around the camera's home, with the lens at its first point.

    Raises InputError for an unknown motion.
    """
    camera = next((camera for camera in stage.cameras if camera.source == source.name), None)
    settings = TrackerSettings(
        rate_hz=Fraction(source.rate_hz).limit_denominator(1001),
        seed=seed,
        camera_id=camera_id_of(source),
        source=source,
    )
    if camera is None:
        return replace(settings, motion=motion_named(motion, seed=seed, said=said))
    point = camera.lens.points[0]
    sensor_from_pupil = Pose((0.0, point.entrance_pupil_m, 0.0))
    return replace(
        settings,
        motion=motion_named(motion, camera.home.pose() @ sensor_from_pupil, seed, said=said),
        tracker_from_pupil=camera.rig.pose() @ sensor_from_pupil,
        zoom_raw=source.zoom.table_raw(point.zoom_raw),
        focus_raw=source.focus.table_raw(point.focus_raw),
        lens=point.knot().model,
        entrance_pupil_m=point.entrance_pupil_m,
    )


def camera_id_of(source: AnySource) -> int:
    """The FreeD camera id that a source takes."""
    wanted = source.camera_id if isinstance(source, FreedSource) else None
    return DEFAULT_CAMERA_ID if wanted is None else wanted
