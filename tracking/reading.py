"""What one packet says of one camera or prop, whatever the protocol."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any, NamedTuple, Protocol

from stage.maths.pose import Pose
from tracking.counter import CounterKind

Buffer = bytes | bytearray | memoryview


class SentLens(NamedTuple):
    """The lens as the sender tells it: raw encoder values (the device's), and real values. None = not told.

    `focus_distance_m` and `entrance_pupil_m` are measured from the imaging plane. `radial`, `tangential` and
    `projection_offset_mm` as in `LensState`; `overscan` as the sender computed it for its distortion. `inverse`: the
    coefficients map distorted to undistorted points ("Brown-Conrady D-U").
    """

    zoom_raw: int | None = None
    focus_raw: int | None = None
    iris_raw: int | None = None
    focal_length_mm: float | None = None
    focus_distance_m: float | None = None
    f_stop: float | None = None
    entrance_pupil_m: float | None = None
    projection_offset_mm: tuple[float, float] | None = None
    radial: tuple[float, ...] | None = None
    tangential: tuple[float, ...] = ()
    overscan: float | None = None
    inverse: bool = False


NO_LENS = SentLens()


class Reading(NamedTuple):
    """What one packet says of one camera or prop.

    `pose`: the tracked point in stage space, by the source's axes, signs, unit and zeros.
    `subject`: which camera or prop, in the sender's words.
    `counter`: the sender's own count, modulo the reader's `counter_kind`; None = it has none.
    `stamp_ns`: the sender's own time of capture, on the sender's clock; None = it tells none.
    `remarks`: (reason, detail) of what was wrong with a packet that was taken all the same.
    """

    subject: str
    pose: Pose
    lens: SentLens = NO_LENS
    counter: int | None = None
    stamp_ns: int | None = None
    remarks: tuple[tuple[str, str], ...] = ()


class SourceReader(Protocol):
    """One source's way from a datagram to readings. May hold parts of a packet that wait for others."""

    counter_kind: CounterKind | None
    """How the sender counts; None where it does not, or is not to be trusted."""

    @property
    def decoding(self) -> Hashable:
        """Readers with equal `decoding` make the same packets of a datagram: one of them decodes for all."""
        ...

    def packets(self, datagram: Buffer, sender: str, received_ns: int) -> Sequence[Any]:
        """The packets that are complete with this datagram, of all cameras and props. Raises PacketError, and nothing
        else, whatever the bytes."""
        ...

    def reading(self, packet: Any) -> Reading:
        """What a packet says to this source. Raises PacketError where it is not this source's."""
        ...
