"""FreeD senders: D1 messages as readings. Pure."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import NamedTuple

from stage.errors import PacketError
from stage.model.sources.freed import FreedSource
from tracking.counter import COUNTER_4, COUNTER_16, CounterKind
from tracking.protocols.freed import ANY_CAMERA, LENGTH, FreedPacket, decode, decode_all
from tracking.reading import Buffer, Reading, SentLens
from tracking.source_frame import SourceFrame

M_PER_MM = 0.001
COUNTERS: dict[str, tuple[CounterKind, int]] = {"user-16": (COUNTER_16, 0), "sony-mod-16": (COUNTER_4, 12)}
"""By the source's `counter`: its kind, and the lowest bit of the user field that it takes."""
BAD_CHECKSUM = ("checksum-accepted", "accept_bad_checksum is set")
CAUTION = ("quality-caution", "the tracker says that its pose is doubtful")
F_STOP_BITS, F_STOP_PER_UNIT = 0xFFF, 100.0
QUALITY_BITS, DOUBTFUL, BAD = 0xFF, 2, 3


class _Shape(NamedTuple):
    """How bytes become messages."""

    checksum: str
    accept_bad_checksum: bool
    allow_padding: bool
    body_offset: int


class FreedReader:
    """Reads D1 messages for one source."""

    def __init__(self, source: FreedSource) -> None:
        self._camera_id = source.camera_id
        shape = _Shape(source.checksum, source.accept_bad_checksum, source.allow_padding, source.body_offset)
        self._shape = shape
        self._frame = SourceFrame(source, M_PER_MM, pan_sense=-1)
        self._offset = source.encoder_offset
        self._zoom_per_mm, self._focus_per_mm = source.zoom_per_mm, source.focus_per_mm
        self._user = source.user
        in_user = self._user in ("iris", "f-stop")
        self._plain_lens = not (self._offset or self._zoom_per_mm or self._focus_per_mm or in_user)
        kind, self._shift = COUNTERS.get(source.counter, (None, 0))
        self.counter_kind: CounterKind | None = kind

    @property
    def decoding(self) -> Hashable:
        """What makes two sources read the same bytes differently."""
        return self._shape

    def packets(self, datagram: Buffer, sender: str, received_ns: int) -> Sequence[FreedPacket]:
        """The messages of a datagram. Raises PacketError."""
        checksum, accept_bad_checksum, allow_padding, body_offset = self._shape
        body = datagram[body_offset:] if body_offset else datagram
        if len(body) == LENGTH:
            return (decode(body, accept_bad_checksum=accept_bad_checksum, checksum=checksum),)
        return decode_all(body, accept_bad_checksum=accept_bad_checksum, allow_padding=allow_padding, checksum=checksum)

    def reading(self, packet: FreedPacket) -> Reading:
        """What the message says. Raises PacketError ("camera-id", "quality")."""
        id_, wanted, user = packet.camera_id, self._camera_id, packet.user
        if wanted is not None and id_ != wanted and id_ != ANY_CAMERA:
            raise PacketError("camera-id", f"camera id {id_}, this source wants {wanted}")
        remarks = () if packet.checksum_good else (BAD_CHECKSUM,)
        if self._user == "quality" and user & QUALITY_BITS in (DOUBTFUL, BAD):
            if user & QUALITY_BITS == BAD:
                raise PacketError("quality", "the tracker says that its pose is bad")
            remarks = (*remarks, CAUTION)
        place = (packet.x_mm, packet.y_mm, packet.z_mm)
        return Reading(
            str(id_),
            self._frame.from_angles(place, packet.pan_deg, packet.tilt_deg, packet.roll_deg),
            SentLens(packet.zoom_raw, packet.focus_raw) if self._plain_lens else self._lens(packet),
            None if self.counter_kind is None else user >> self._shift,
            None,
            remarks,
        )

    def _lens(self, packet: FreedPacket) -> SentLens:
        """The lens where encoders hold real values or an offset, or the user field holds the iris."""
        zoom, focus = (
            raw - self._offset if raw >= self._offset else raw for raw in (packet.zoom_raw, packet.focus_raw)
        )
        f_stop = (packet.user & F_STOP_BITS) / F_STOP_PER_UNIT
        return SentLens(
            zoom_raw=zoom,
            focus_raw=focus,
            iris_raw=packet.user if self._user == "iris" else None,
            focal_length_mm=zoom / self._zoom_per_mm if self._zoom_per_mm and zoom else None,
            focus_distance_m=focus / self._focus_per_mm * M_PER_MM if self._focus_per_mm and focus else None,
            f_stop=f_stop if self._user == "f-stop" and f_stop else None,
        )
