"""The frame record, the only source a frame is drawn from, and the report on the result."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from stage.maths.pose import Quaternion, Vector
from stage.messages.samples import LensState, Validity
from stage.model.look import Look

Readiness = Literal["loading", "ready", "failed"]
Plane = tuple[float, float]
"""Along x and y of the stage."""


@dataclass(frozen=True, slots=True)
class CameraState:
    """One camera predicted to the frame's present time: the pose of its entrance pupil, and its lens.

    `horizon_ns` is how far it was predicted beyond the newest sample (`captured_ns`). `sample_number` is
    None where no sample has arrived yet (validity LOST, pose from the stage file), `sender_counter` also where the
    device sends none. `more_margin_deg`: what its inner view's margin has grown by, because its tracker is lost.
    """

    name: str
    validity: Validity
    position_m: Vector
    orientation: Quaternion
    lens: LensState
    sensor_mm: tuple[float, float]
    sample_number: int | None
    sender_counter: int | None
    captured_ns: int
    received_ns: int
    horizon_ns: int
    more_margin_deg: float = 0.0


@dataclass(frozen=True, slots=True)
class Heavens:
    """Sun, moon and stars over the set. Pan: azimuth counter-clockwise from +Y seen from above; elevation upward.

    `moon_phase` is the lit share of the moon's disc. `stars` turns equatorial directions (x to the vernal equinox,
    z to the celestial north pole) into stage space.
    """

    sun_pan_deg: float = 0.0
    sun_elevation_deg: float = 45.0
    moon_pan_deg: float = 180.0
    moon_elevation_deg: float = -45.0
    moon_phase: float = 0.5
    stars: Quaternion = (1.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Show:
    """What the walls show instead of the set, until changed; not part of a look.

    `pattern` is one of `stage.model.wall_steps.PATTERNS`, or none, inserted before or after the calibration.
    `bypass` names steps of the walls' colour to skip: `stage.model.wall_steps.STEPS`.
    `lights_released`: the fixtures are released to the lighting desk.
    """

    black: bool = False
    pattern: str | None = None
    pattern_after_calibration: bool = False
    bypass: tuple[str, ...] = ()
    lights_released: bool = False


@dataclass(frozen=True, slots=True)
class CameraChoice:
    """Which cameras have inner views, until changed; not part of a look. `order`: every camera in the operator's order
    of priority. `off`: those without an inner view. `on_air`: those that the switcher has on air, the longest first;
    they come before all others (stage/show/camera_choice.py). `snaps` counts the times that all cameras were ordered to
    where their trackers say, at once."""

    order: tuple[str, ...] = ()
    off: tuple[str, ...] = ()
    on_air: tuple[str, ...] = ()
    snaps: int = 0


IN_THE_FILES_ORDER = CameraChoice()
"""Every camera on, as the stage file lists them."""


@dataclass(frozen=True, slots=True)
class Wind:
    """The wind since scene time `since_s`, and how far it had blown by then: as the look states it, and with gusts.

    From then on its way follows from scene time (stage/show/wind.py), so the record changes only when the wind does.
    """

    since_s: float
    velocity_mps: Plane
    way_m: Plane
    gusty_way_m: Plane


@dataclass(frozen=True, slots=True)
class LitBy:
    """What a set's bounced light is worked out for: of the look only what changes how light is spread (its other groups
    are as they are by default), sun, moon and stars, the scene time and the wind."""

    look: Look
    heavens: Heavens
    time_s: float
    wind: Wind | None


@dataclass(frozen=True, slots=True)
class LightSteps:
    """The bounced light of a frame: from scene time `since_s` on, over one step, it goes over from `before` to `after`;
    `ahead` is the next one, to be worked out in the meantime (stage/show/light_track.py)."""

    since_s: float
    before: LitBy
    after: LitBy
    ahead: LitBy


@dataclass(frozen=True, slots=True)
class Frame:
    """Everything frame `number` is drawn from, on every node, now and when the take is drawn again.

    `cameras` are in order of priority: where inner views overlap, the earlier camera wins. Those that `choice` has
    off come last and have no inner view. `outer_number` is the frame
    whose scene time the outer view shows: the outer view is redrawn only when it, the scene or the look changes.
    `wind` None: it has blown as the look states since scene time 0. `skipped`: frames just before this one that were
    never decided, because their tick was missed; None: the first of its process, nobody knows. `light` None: a set's
    bounced light is that of the frame itself.
    """

    number: int
    present_ns: int
    decided_ns: int
    scene: str
    scene_time_s: float
    outer_number: int
    outer_scene_time_s: float
    look: Look
    cameras: tuple[CameraState, ...]
    heavens: Heavens = Heavens()
    show: Show = Show()
    wind: Wind | None = None
    choice: CameraChoice = IN_THE_FILES_ORDER
    skipped: int | None = 0
    light: LightSteps | None = None

    @property
    def shown_cameras(self) -> tuple[CameraState, ...]:
        """The cameras that have inner views."""
        off = self.choice.off
        return tuple([camera for camera in self.cameras if camera.name not in off]) if off else self.cameras


@dataclass(frozen=True, slots=True)
class FrameReport:
    """What one render process did with a frame. `skipped` = frames it never drew since the last one;
    `late_ns` > 0 = presented after the present time. `digest`: SHA-256 of what all outputs carried, where the run was
    asked for it."""

    node: str
    number: int
    present_ns: int
    received_ns: int
    drawn_ns: int
    presented_ns: int
    late_ns: int
    skipped: int
    cpu_ns: int
    outer_drawn: bool
    digest: str | None = None


@dataclass(frozen=True, slots=True)
class CameraMargin:
    """How the inner view of a camera covered what it filmed in the last minute: of `frames` that were compared with the
    samples of their moment, `missed` showed some of the outer view in the picture, by `worst_deg` at most.
    `holds_deg_s`: how fast the camera may pan until the margin ends, if prediction did not help; None if unknown."""

    camera: str
    frames: int
    missed: int
    worst_deg: float
    holds_deg_s: float | None


ForecastMethod = Literal["blended", "voted", "held"]
"""How a camera is predicted, the best first: by the blend that served best of late; by the forecasters that did; not at
all, the newest sample is held."""


@dataclass(frozen=True, slots=True)
class CameraForecast:
    """How well a camera was predicted: for the moments that frames were drawn for, against the samples that came later,
    rms of the last ten seconds or so, `frames` of them compared in the last second. `held_*`: what holding the newest
    sample would have missed. `position` and `rotation` are predicted by the `ForecastMethod` that does best at present.
    `horizon_ms`: how far ahead."""

    camera: str
    frames: int
    horizon_ms: float
    missed_mm: float
    held_mm: float
    missed_deg: float
    held_deg: float
    position: ForecastMethod
    rotation: ForecastMethod


@dataclass(frozen=True, slots=True)
class CameraMemory:
    """Everything that the prediction of a camera knew when frame `frame_number` had been decided, written when a take
    begins: a replay goes on from there. `state`: stage/show/camera_memory.py."""

    camera: str
    frame_number: int
    state: bytes


@dataclass(frozen=True, slots=True)
class PassportLine:
    """One thing that a file asks for, and what becomes of it (stage/files/passport.py)."""

    file: str
    asks: str
    fate: Literal["drawn", "approximated", "lost"]
    why: str
    remedy: str


@dataclass(frozen=True, slots=True)
class SetPassport:
    """What the files of a set ask for on this stage: the verdict, how many things are lost and approximated, and the
    lines, those first that are not drawn; at most so many that the console can show them."""

    verdict: Literal["ready", "look at this", "not this"]
    lost: int
    approximated: int
    lines: tuple[PassportLine, ...]


@dataclass(frozen=True, slots=True)
class SetState:
    """Whether a render process can draw a set: `detail` says why it failed. Frames with a set that is not ready show
    the one before. `share` (0 to 1) of it is loaded, for `loading_s` so far. `passport`: once it was read."""

    node: str
    scene: str
    state: Readiness
    detail: str
    share: float = 1.0
    loading_s: float = 0.0
    passport: SetPassport | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """A small picture of one output as it is on the wall: RGBA, 8 bit, rows from the top."""

    node: str
    output: str
    frame_number: int
    width_px: int
    height_px: int
    pixels: bytes
