"""Records to bytes and back: nothing is lost, and what is not ours is refused."""

from __future__ import annotations

import typing
from dataclasses import fields, is_dataclass
from enum import Enum
from types import UnionType
from typing import Any

import msgpack
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stage.errors import MessageError
from stage.messages.codec import VERSION, decode, encode, key_of
from stage.messages.control import Heartbeat
from stage.messages.frames import Frame, Preview
from stage.messages.samples import LensState, TrackingSample, Validity
from stage.messages.topics import TOPIC_OF_RECORD, TOPICS, Record
from stage.model.look import Look

INTEGERS = st.integers(-(2**63), 2**64 - 1)
SIMPLE: dict[type[Any], st.SearchStrategy[Any]] = {
    int: INTEGERS,
    float: st.floats(allow_nan=False),
    str: st.text(max_size=20),
    bool: st.booleans(),
    bytes: st.binary(max_size=64),
    type(None): st.none(),
}
NAMES = st.text(max_size=8)
PLAIN = st.recursive(
    st.one_of(st.none(), st.booleans(), INTEGERS, st.floats(allow_nan=False), NAMES),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=3)),
    max_leaves=6,
)
"""What JSON can say."""


def values(hint: Any) -> st.SearchStrategy[Any]:
    """Any value of a field's type."""
    if typing.get_origin(hint) is tuple:
        items = typing.get_args(hint)
        if len(items) == 2 and items[1] is Ellipsis:
            return st.lists(values(items[0]), max_size=3).map(tuple)
        return st.tuples(*(values(item) for item in items))
    if isinstance(hint, type) and issubclass(hint, Enum):
        return st.sampled_from(hint)
    if typing.get_origin(hint) is typing.Literal:
        return st.sampled_from(typing.get_args(hint))
    if typing.get_origin(hint) in (UnionType, typing.Union):
        return st.one_of(*[values(inner) for inner in typing.get_args(hint)])
    if typing.get_origin(hint) is dict:
        return st.dictionaries(NAMES, PLAIN, max_size=3)
    return records(hint) if is_dataclass(hint) else SIMPLE[hint]


def records(kind: Any) -> st.SearchStrategy[Any]:
    """Any record of a type."""
    hints = typing.get_type_hints(kind)
    return st.builds(kind, *(values(hints[field.name]) for field in fields(kind)))


ANY_RECORD: st.SearchStrategy[Record] = st.one_of(*(records(topic.record) for topic in TOPICS))
SAMPLE = TrackingSample(
    camera="a",
    source="tracker-a",
    number=7,
    captured_ns=1_000,
    received_ns=2_000,
    position_m=(1.0, 2.0, 3.0),
    orientation=(1.0, 0.0, 0.0, 0.0),
    lens=LensState(35.0, radial=(-1e-4,)),
    sender_counter=99,
)


@settings(max_examples=1000, deadline=None, derandomize=True)
@given(ANY_RECORD)
def test_every_record_comes_back_equal_and_of_its_type(record: Record) -> None:
    back = decode(TOPIC_OF_RECORD[type(record)].name, encode(record))
    assert back == record
    assert type(back) is type(record)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.sampled_from([topic.name for topic in TOPICS]), st.binary(max_size=200))
def test_random_bytes_are_refused_and_nothing_else_happens(topic: str, payload: bytes) -> None:
    with pytest.raises(MessageError):
        decode(topic, payload)


@pytest.mark.parametrize("plain", [None, True, 1, 1.5, "", "text", b"", b"bytes", [], {}, {0: 1}, {"version": 1}, [[]]])
def test_msgpack_that_is_no_record_is_refused(plain: object) -> None:
    for topic in TOPICS:
        with pytest.raises(MessageError):
            decode(topic.name, msgpack.packb(plain))


@settings(max_examples=300, deadline=None, derandomize=True)
@given(ANY_RECORD, st.data())
def test_a_message_cut_short_is_refused(record: Record, data: st.DataObject) -> None:
    whole = encode(record)
    cut = data.draw(st.integers(0, len(whole) - 1))
    with pytest.raises(MessageError):
        decode(TOPIC_OF_RECORD[type(record)].name, whole[:cut])


def test_enums_and_whole_floats_keep_their_types() -> None:
    health = next(topic.record for topic in TOPICS if topic.name == "tracking.health")
    record = health("a", Validity.STALE, 60, 0.5, 1, 0, (("checksum", 3),), "", "", 5)
    back = decode("tracking.health", encode(record))
    assert type(getattr(back, "validity")) is Validity  # noqa: B009  (the type is only known at run time)
    assert type(getattr(back, "rate_hz")) is float  # noqa: B009


def test_another_version_is_refused_by_its_number() -> None:
    other = msgpack.packb([VERSION + 1, *msgpack.unpackb(encode(SAMPLE))[1:]])
    with pytest.raises(MessageError, match=f"version {VERSION + 1}, but this release uses {VERSION}"):
        decode("tracking.sample", other)


@pytest.mark.parametrize(
    ("field", "wrong"),
    [(0, 5), (2, "seven"), (2, 7.5), (5, [1.0, 2.0]), (5, [1.0, 2.0, "three"]), (7, [35.0]), (7, 35.0), (8, "none")],
)
def test_a_wrong_shape_is_refused(field: int, wrong: object) -> None:
    plain = msgpack.unpackb(encode(SAMPLE))
    plain[1 + field] = wrong
    with pytest.raises(MessageError, match="wrong shape"):
        decode("tracking.sample", msgpack.packb(plain))


def test_a_field_too_many_or_too_few_is_refused() -> None:
    plain = msgpack.unpackb(encode(SAMPLE))
    for broken in ([*plain, 1], plain[:-1]):
        with pytest.raises(MessageError, match="wrong shape"):
            decode("tracking.sample", msgpack.packb(broken))


def test_an_enum_that_does_not_exist_is_refused() -> None:
    health = next(topic.record for topic in TOPICS if topic.name == "tracking.health")
    plain = msgpack.unpackb(encode(health("a", Validity.LIVE, 60.0, 0.5, 1, 0, (), "", "", 5)))
    plain[2] = 77
    with pytest.raises(MessageError, match="wrong shape"):
        decode("tracking.health", msgpack.packb(plain))


def test_a_topic_of_another_release_is_refused() -> None:
    with pytest.raises(MessageError, match="unknown topic"):
        decode("tracking.dance", encode(SAMPLE))


def test_the_key_is_what_the_topic_table_says() -> None:
    assert key_of(SAMPLE) == "a"
    assert key_of(Heartbeat("render", 1, 2, 3, True)) == "render"
    assert key_of(Preview("render", "main", 4, 1, 1, b"rgba")) == "main"


def test_every_record_type_has_one_topic() -> None:
    assert len({topic.record for topic in TOPICS}) == len({topic.name for topic in TOPICS}) == len(TOPICS)


def test_a_frame_of_before_a_field_was_added_is_read_with_its_default() -> None:
    frame = Frame(
        number=1,
        present_ns=2,
        decided_ns=3,
        scene="yard",
        scene_time_s=0.5,
        outer_number=0,
        outer_scene_time_s=0.0,
        look=Look(),
        cameras=(),
    )
    values = msgpack.unpackb(encode(frame), use_list=True)
    assert decode("conductor.frame", msgpack.packb(values[:-1])) == frame
    assert frame.light is None
    with pytest.raises(MessageError, match="wrong shape"):
        decode("conductor.frame", msgpack.packb(values[:8]))
