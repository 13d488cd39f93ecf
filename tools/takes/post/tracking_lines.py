"""Every sample of a take as OpenTrackIO, one JSON document a line."""

from __future__ import annotations

import json

from stage.messages.samples import TrackingSample
from stage.model.sends import OpenTrackIoSend
from stage.model.stagefile import Stage
from stage.takes.take import Take
from tracking.sends.opentrackio import OpenTrackIoWriter
from tracking.sends.outgoing import Numbering


def tracking_lines(take: Take, stage: Stage, send: OpenTrackIoSend) -> str:
    """The samples of the send's cameras, as they were used."""
    numbering, writer = Numbering(send, send.cameras), OpenTrackIoWriter(send, stage)
    lines: list[str] = []
    for each in take.records("tracking.sample"):
        if isinstance(each.record, TrackingSample):
            ahead_ns = each.calendar_ns - each.sent_ns
            lines += [json.dumps(writer.sample(told)) for told in numbering.of_sample(each.record, ahead_ns)]
    return "".join(f"{line}\n" for line in lines)
