"""FreeD senders: D1 messages as readings. Pure."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from stage.errors import PacketError
from stage.model.sources.freed import FreedSource
from tracking.counter import COUNTER_4, COUNTER_16, CounterKind
from tracking.protocols.freed import ANY_CAMERA, FreedPacket, decode
from tracking.reading import Buffer, Reading, SentLens
from tracking.source_frame import SourceFrame

M_PER_MM = 0.001
COUNTERS: dict[str, tuple[CounterKind, int]] = {"user-16": (COUNTER_16, 0), "sony-mod-16": (COUNTER_4, 12)}
"""By the source's `counter`: its kind, and the lowest bit of the user field that it takes."""
BAD_CHECKSUM = (("checksum-accepted", "accept_bad_checksum is set"),)


class FreedReader:
    """Reads D1 messages for one source."""

    def __init__(self, source: FreedSource) -> None:
        self._camera_id = source.camera_id
        self._shape = (source.accept_bad_checksum, source.allow_padding)
        self._frame = SourceFrame(source, M_PER_MM, pan_sense=-1)
        kind, self._shift = COUNTERS.get(source.counter, (None, 0))
        self.counter_kind: CounterKind | None = kind

    @property
    def decoding(self) -> Hashable:
        """What makes two sources read the same bytes differently."""
        return self._shape

    def packets(self, datagram: Buffer, sender: str, received_ns: int) -> Sequence[FreedPacket]:
        """The message of a datagram. Raises PacketError."""
        accept_bad_checksum, allow_padding = self._shape
        return (decode(datagram, accept_bad_checksum=accept_bad_checksum, allow_padding=allow_padding),)

    def reading(self, packet: FreedPacket) -> Reading:
        """What the message says. Raises PacketError ("camera-id")."""
        id_, wanted = packet.camera_id, self._camera_id
        if wanted is not None and id_ != wanted and id_ != ANY_CAMERA:
            raise PacketError("camera-id", f"camera {id_}, not {wanted}")
        place = (packet.x_mm, packet.y_mm, packet.z_mm)
        return Reading(
            str(id_),
            self._frame.from_angles(place, packet.pan_deg, packet.tilt_deg, packet.roll_deg),
            SentLens(packet.zoom_raw, packet.focus_raw),
            None if self.counter_kind is None else packet.user >> self._shift,
            None,
            () if packet.checksum_good else BAD_CHECKSUM,
        )
