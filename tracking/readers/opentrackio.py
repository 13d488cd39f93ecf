"""OpenTrackIO senders: samples as readings. Pure: time is an argument."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import NamedTuple

from stage.errors import PacketError
from stage.model.sources.base import EncoderRange
from stage.model.sources.opentrackio import OpenTrackIoSource
from tracking.counter import COUNTER_16, CounterKind
from tracking.protocols.opentrackio import Segment, decode_payload, decode_segment
from tracking.protocols.opentrackio_joining import Joining
from tracking.protocols.opentrackio_sample import Sample, SampleLens, sample_of
from tracking.reading import Buffer, Reading, SentLens
from tracking.source_frame import SourceFrame

BAD_CHECKSUM = ("checksum-accepted", "accept_bad_checksum is set")
OLD_CHECKSUM = ("checksum-1.0.0", "the sender computes its checksum as version 1.0.0 did (modulo 255)")


class OpenTrackIoPacket(NamedTuple):
    """A whole sample, its count, and what was wrong with its datagrams."""

    sample: Sample
    counter: int
    remarks: tuple[tuple[str, str], ...]


class OpenTrackIoReader:
    """Reads samples for one source."""

    def __init__(self, source: OpenTrackIoSource) -> None:
        self._number, self._id = source.source_number, source.source_id
        self._accept_bad_checksum = source.accept_bad_checksum
        self._frame = SourceFrame(source)
        self._zoom, self._focus = source.zoom, source.focus
        self._joining = Joining()
        self.counter_kind: CounterKind | None = COUNTER_16 if source.counter == "sequence" else None

    @property
    def decoding(self) -> Hashable:
        """What makes two sources read the same bytes differently."""
        return self._accept_bad_checksum

    def packets(self, datagram: Buffer, sender: str, received_ns: int) -> Sequence[OpenTrackIoPacket]:
        """The sample that is complete with this datagram, if any. Raises PacketError."""
        segment = decode_segment(datagram, accept_bad_checksum=self._accept_bad_checksum)
        joined = self._joining.joined(segment, sender, received_ns)
        if joined is None:
            return ()
        whole = joined.segment
        sample = sample_of(decode_payload(whole.encoding, whole.payload))
        return (OpenTrackIoPacket(sample, joined.counter, _remarks(whole, sample)),)

    def reading(self, packet: OpenTrackIoPacket) -> Reading:
        """What the sample says. Raises PacketError ("source", "no-position")."""
        sample = packet.sample
        if self._number is not None and sample.source_number != self._number:
            raise PacketError("source", f"source number {sample.source_number}, this source wants {self._number}")
        if self._id is not None and sample.source_id != self._id:
            raise PacketError("source", f"source {sample.source_id}, this source wants {self._id}")
        if sample.pose is None:
            raise PacketError("no-position", "the sample has no transforms")
        counter = None if self.counter_kind is None else packet.counter
        return Reading(
            sample.source_id or str(sample.source_number),
            self._frame.from_turn(sample.pose.position_m, sample.pose.orientation),
            self._lens(sample.lens),
            counter,
            sample.stamp_ns,
            packet.remarks,
        )

    def _lens(self, told: SampleLens) -> SentLens:
        return SentLens(
            zoom_raw=_raw(told.zoom_raw, told.zoom, self._zoom),
            focus_raw=_raw(told.focus_raw, told.focus, self._focus),
            iris_raw=told.iris_raw,
            focal_length_mm=told.focal_length_mm,
            focus_distance_m=told.focus_distance_m,
            f_stop=told.f_stop,
            entrance_pupil_m=told.entrance_pupil_m,
            projection_offset_mm=told.projection_offset_mm,
            radial=told.radial,
            tangential=told.tangential,
            overscan=told.overscan,
            inverse=told.inverse,
        )


def _raw(raw: int | None, share: float | None, ends: EncoderRange) -> int | None:
    """The device's number of an encoder, told as such or as a share of its range."""
    if raw is not None or share is None:
        return raw
    return ends.device_raw(share)


def _remarks(whole: Segment, sample: Sample) -> tuple[tuple[str, str], ...]:
    """What was wrong with a sample that is taken all the same."""
    remarks = []
    if not whole.checksum_good:
        remarks.append(BAD_CHECKSUM)
    if whole.old_checksum:
        remarks.append(OLD_CHECKSUM)
    if sample.version is not None and sample.version[:2] != (1, 0):
        told = ".".join(map(str, sample.version))
        remarks.append(("version", f"the sender speaks OpenTrackIO {told}; 1.0 is read"))
    return tuple(remarks)
