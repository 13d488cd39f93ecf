"""Types of OSC that the library does not know."""

from __future__ import annotations

import struct

import pytest

from stage.errors import PacketError
from stage.osc.wire import calls_of


@pytest.mark.parametrize("kind", [b"z", b"\xff", b"S", b"c", b" "])
def test_a_type_that_nobody_knows_is_refused_and_not_logged(kind: bytes, caplog: pytest.LogCaptureFixture) -> None:
    """The library writes a line into the log for each, and reads the next argument from the wrong place."""
    tags = b",f" + kind + b"f\0"
    with pytest.raises(PacketError, match="arguments"):
        calls_of(b"/a\0\0" + tags + bytes(-len(tags) % 4) + bytes(12))
    assert caplog.records == []


def test_an_impulse_carries_no_value(caplog: pytest.LogCaptureFixture) -> None:
    call = b"/a\0\0" + b",IfI" + bytes(4) + struct.pack(">f", 2.0)
    assert [each.arguments for each in calls_of(call)] == [(2.0,)]
    assert caplog.records == []
