"""PosiStageNet servers: trackers of a data packet as readings. Pure."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from stage.errors import PacketError
from stage.maths.pose import IDENTITY, quaternion_from_rotation_vector
from stage.model.sources.psn import PsnSource
from stage.units import NS_PER_US
from tracking.counter import COUNTER_8, CounterKind
from tracking.device_axes import DeviceAxes
from tracking.protocols.psn import PsnData, PsnHeader, PsnTracker, decode
from tracking.reading import NO_LENS, Buffer, Reading
from tracking.source_frame import SourceFrame


class PsnReader:
    """Reads one tracker of a server."""

    def __init__(self, source: PsnSource) -> None:
        self._tracker = source.tracker
        self._axes = DeviceAxes(source.frame)
        self._frame = SourceFrame(source)
        self._least_status = source.least_status
        self.counter_kind: CounterKind | None = COUNTER_8 if source.counter == "frame-id" else None

    @property
    def decoding(self) -> Hashable:
        """All sources read packets alike."""
        return None

    def packets(self, datagram: Buffer, sender: str, received_ns: int) -> Sequence[tuple[PsnTracker, PsnHeader]]:
        """The trackers of a data packet; none of an info packet. Raises PacketError."""
        packet = decode(datagram)
        return [(tracker, packet.header) for tracker in packet.trackers] if isinstance(packet, PsnData) else ()

    def reading(self, packet: tuple[PsnTracker, PsnHeader]) -> Reading:
        """What is said of the tracker. Raises PacketError ("tracker", "no-position", "quality")."""
        tracker, header = packet
        if tracker.id != self._tracker:
            raise PacketError("tracker", f"tracker {tracker.id}, this source wants {self._tracker}")
        if tracker.position_m is None:
            raise PacketError("no-position", f"tracker {tracker.id} comes without a position")
        if tracker.status is not None and not tracker.status >= self._least_status:
            raise PacketError("quality", f"status {tracker.status:.2f} is below {self._least_status:g}")
        turn = IDENTITY if tracker.orientation is None else quaternion_from_rotation_vector(tracker.orientation)
        time_us = header.time_us if tracker.time_us is None else tracker.time_us
        return Reading(
            str(tracker.id),
            self._frame.from_turn(self._axes.place(tracker.position_m), self._axes.turn(turn)),
            NO_LENS,
            None if self.counter_kind is None else header.frame_id,
            time_us * NS_PER_US if time_us else None,
        )
