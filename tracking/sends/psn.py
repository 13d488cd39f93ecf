"""PosiStageNet of cameras that are sent on. Pure.

Its axes are x right, y up, z away from the audience: stage x, z, y. That is a reflection, so a rotation's axis (times
its angle) turns round as well: -(x, z, y).
"""

from __future__ import annotations

from collections.abc import Sequence

from stage.maths.pose import Vector, rotation_vector_from_quaternion
from stage.model.sends import PsnSend
from stage.model.stagefile import Stage
from stage.units import NS_PER_S, NS_PER_US
from tracking.protocols.psn import PsnData, PsnHeader, PsnInfo, PsnTracker, encode
from tracking.sends.outgoing import Outgoing

INFO_NS = NS_PER_S
TRACKERS_A_PACKET = 20
"""Of about 60 bytes each: under the 1500 bytes that the specification allows."""


class PsnWriter:
    """A frame of all cameras that are told together; once a second who they are."""

    def __init__(self, send: PsnSend, stage: Stage) -> None:
        names = send.cameras or tuple(camera.name for camera in stage.cameras)
        self._point, self._system = send.point, stage.name
        self._names = tuple((send.first_number + index, name) for index, name in enumerate(names))
        self._frame = 0
        self._begun_ns: int | None = None
        self._info_ns = 0

    def datagrams(self, told: Sequence[Outgoing]) -> list[bytes]:
        if not told:
            return []
        moment_ns = told[0].moment_ns
        if self._begun_ns is None:
            self._begun_ns = self._info_ns = moment_ns
        groups = [told[at : at + TRACKERS_A_PACKET] for at in range(0, len(told), TRACKERS_A_PACKET)]
        header = PsnHeader(self._since_us(moment_ns), frame_id=self._frame, packets=len(groups))
        self._frame = (self._frame + 1) % 256
        packets = [encode(PsnData(header, tuple(self._tracker(each) for each in group))) for group in groups]
        if moment_ns >= self._info_ns:
            self._info_ns = moment_ns + INFO_NS
            packets.append(encode(PsnInfo(header._replace(packets=1), self._system, self._names)))
        return packets

    def _tracker(self, told: Outgoing) -> PsnTracker:
        pose = told.at(self._point)
        x, y, z = rotation_vector_from_quaternion(pose.orientation)
        return PsnTracker(
            told.number,
            position_m=_psn(pose.position_m),
            orientation=(-x, -z, -y),
            status=1.0 if told.live else 0.0,
            time_us=self._since_us(told.moment_ns),
        )

    def _since_us(self, moment_ns: int) -> int:
        """Microseconds since the server's first packet."""
        return max(0, moment_ns - (self._begun_ns or 0)) // NS_PER_US


def _psn(place: Vector) -> Vector:
    return (place[0], place[2], place[1])
