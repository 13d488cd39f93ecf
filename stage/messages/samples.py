"""Records of the tracking process."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from stage.maths.pose import Quaternion, Vector


class Validity(IntEnum):
    """How fresh a source is: live (packets within 3 intervals), stale (held, warn), lost (over 1 s)."""

    LOST = 0
    STALE = 1
    LIVE = 2


@dataclass(frozen=True, slots=True)
class LensState:
    """The lens at one moment, OpenLensIO terms: pinhole focal length, distortion in mm^-n.

    `radial` = k1.. interleaved numerator/denominator, `tangential` = p1, p2 (undistorted to distorted,
    "Brown-Conrady U-D"); empty = no distortion. `overscan` is the factor (>= 1) by which the undistorted
    picture must be wider to cover the distorted one. `entrance_pupil_m` is in front of the sensor. `focus_m` (infinite
    at infinity) and `f_stop` are None where neither the tracker nor the lens file says them, `zoom_raw` and `focus_raw`
    (the device's own values) where the tracker does not send them.
    """

    focal_length_mm: float
    projection_offset_mm: tuple[float, float] = (0.0, 0.0)
    radial: tuple[float, ...] = ()
    tangential: tuple[float, ...] = ()
    overscan: float = 1.0
    entrance_pupil_m: float = 0.0
    focus_m: float | None = None
    f_stop: float | None = None
    zoom_raw: int | None = None
    focus_raw: int | None = None


@dataclass(frozen=True, slots=True)
class TrackingSample:
    """One measurement for one camera, in stage space: the pose of its **entrance pupil** and its lens.

    `number` counts accepted samples of the camera from 0. `sender_counter` is the device's own counter where
    the protocol carries one (FreeD: the user field). `jumped`: before it the tracker's origin jumped, not the camera.
    """

    camera: str
    source: str
    number: int
    captured_ns: int
    received_ns: int
    position_m: Vector
    orientation: Quaternion
    lens: LensState
    sender_counter: int | None
    jumped: bool = False


@dataclass(frozen=True, slots=True)
class SendState:
    """One send of poses to another program: where to, which cameras, `packets` since its start and in the last second.
    `error`: why the last could not leave, "" where it did."""

    name: str
    protocol: str
    to: str
    cameras: tuple[str, ...]
    rate_hz: float
    packets: int
    error: str
    observed_ns: int


@dataclass(frozen=True, slots=True)
class SourceClock:
    """What is known of the clock of a source's newest sender, which says when its poses were captured.

    `state`: "learning"; "locked" to a steady sender; or "free-running": poses are taken to be captured when they
    arrive, because their sender keeps no steady clock, or is silent. `rate_hz`: poses a second, as found, 0.0 while
    unknown. `lateness_ms`: the mean delay beyond the least; `spread_ms`: how far the least late arrivals scatter.
    `habit`: what the sender does with its packets, in words, "" where nothing is remarkable; `kind` names that in the
    table of alerts.
    """

    state: str = "learning"
    rate_hz: float = 0.0
    lateness_ms: float = 0.0
    spread_ms: float = 0.0
    habit: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """The state of one source in the tracking process; counts since the process started. `sender`: the address of the
    last packet, if any; `warning`: what is wrong with its packets, "" where nothing is. `refusal`: why those that come
    cannot be used, "" where they can or none come. `faults`: rows of the table of alerts, each with its figures."""

    source: str
    validity: Validity
    rate_hz: float
    jitter_ms: float
    accepted: int
    gaps: int
    rejected: tuple[tuple[str, int], ...]
    sender: str | None
    warning: str
    observed_ns: int
    clock: SourceClock = SourceClock()
    refusal: str = ""
    faults: tuple[tuple[str, str], ...] = ()
