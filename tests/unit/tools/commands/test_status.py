"""What `openstage status` says of a source's packets."""

from __future__ import annotations

from dataclasses import replace

from stage.messages.samples import SourceHealth, Validity
from tools.commands.status import told_of

GOOD = SourceHealth(
    source="t", validity=Validity.LIVE, rate_hz=60.0, jitter_ms=0.1, accepted=5, gaps=0, rejected=(), sender="10.0.0.1",
    warning="", observed_ns=0,
)  # fmt: skip


def test_nothing_is_said_where_nothing_is_wrong() -> None:
    assert told_of(GOOD) == []


def test_what_was_left_out_is_counted_by_reason_and_warnings_stand_below() -> None:
    odd = replace(
        GOOD, rejected=(("camera-id", 840), ("checksum", 2)), warning="the counter stands still",
        refusal="840 packets refused: camera id 1, this source wants 2",
    )  # fmt: skip
    assert told_of(odd) == [
        "840 packets refused: camera id 1, this source wants 2",
        "left out or doubted: 840 camera-id, 2 checksum",
        "the counter stands still",
    ]
