"""What another release wrote is read by field names."""

from __future__ import annotations

import msgpack
import pytest

from stage.errors import MessageError
from stage.messages.codec import VERSION, encode
from stage.messages.fields import decode_written, fields_of
from stage.messages.frames import Frame
from tests.unit.stage.takes.letters import frame


def older(names: dict[str, list[str]], **without: str) -> tuple[bytes, dict[str, list[str]]]:
    """A frame as a release wrote it whose records had no field `without[record]`."""
    values = list(msgpack.unpackb(encode(frame(7)), use_list=False))[1:]
    written = {kind: list(fields) for kind, fields in names.items()}
    if (field := without.get("Frame")) is not None:
        place = written["Frame"].index(field)
        del values[place], written["Frame"][place]
    if (field := without.get("Look")) is not None:
        look = written["Frame"].index("look")
        inside = list(msgpack.unpackb(values[look], use_list=False))
        place = written["Look"].index(field)
        del inside[place], written["Look"][place]
        values[look] = msgpack.packb(inside)
    return msgpack.packb([VERSION - 1, *values]), written


def test_todays_records_name_all_their_fields() -> None:
    names = fields_of(Frame)
    assert names["Frame"][:2] == ["number", "present_ns"]
    assert {"Look", "CameraState", "LensState", "Wind", "Show", "Heavens"} <= set(names)


def test_a_field_that_came_later_has_its_default() -> None:
    payload, names = older(fields_of(Frame), Frame="wind")
    assert decode_written(Frame, "conductor.frame", payload, VERSION - 1, names) == frame(7)
    payload, names = older(fields_of(Frame), Look="haze")
    assert decode_written(Frame, "conductor.frame", payload, VERSION - 1, names) == frame(7)


def test_a_field_that_is_gone_is_left_out() -> None:
    values = list(msgpack.unpackb(encode(frame(7)), use_list=False))[1:]
    names = fields_of(Frame)
    names["Frame"] = ["gone", *names["Frame"]]
    payload = msgpack.packb([VERSION - 1, "something", *values])
    assert decode_written(Frame, "conductor.frame", payload, VERSION - 1, names) == frame(7)


def test_a_missing_field_without_a_default_is_told() -> None:
    payload, names = older(fields_of(Frame), Frame="scene")
    with pytest.raises(MessageError, match="scene"):
        decode_written(Frame, "conductor.frame", payload, VERSION - 1, names)


@pytest.mark.parametrize("payload", [b"", b"\xc1", msgpack.packb(3), msgpack.packb([1, 2])])
def test_what_is_no_record_is_told(payload: bytes) -> None:
    with pytest.raises(MessageError):
        decode_written(Frame, "conductor.frame", payload, VERSION - 1, fields_of(Frame))
