"""The table of orders: one row is all that an order is, beside its address for remote controls."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stage.console.orders import control_api
from stage.errors import InputError
from stage.library.completion import completed
from stage.messages.codec import decode, encode
from stage.messages.commands import Command
from stage.model.base import Model
from stage.osc.addresses import ROWS
from stage.show.orders import alerts, cameras, cues, lights, looks, sets, shot, takes, walls
from stage.show.orders.given import checked, command_of, obey
from stage.show.orders.order import Order, When
from stage.show.orders.table import ORDERS
from stage.show.show_control import ShowControl
from tests.unit.stage.show.test_show_control import control
from tools.dev import order_words

ROOT = Path(control_api.__file__).parents[3]
NAME = re.compile(r"[a-z]+\.(?!toml$)[a-z_]+")
"""As an order is called: a noun and what is done; no name of a file."""
DEPTHS = ("*.py", "*/*.py", "*/*/*.py")
GIVING = {"give", "_give", "tell", "command_of", "give_command", "_row", "order_of"}
"""Functions that are given an order by its name."""


def test_no_two_rows_have_one_name() -> None:
    rows = [row for noun in (looks, sets, cues, shot, takes, cameras, lights, walls, alerts) for row in noun.ROWS]
    assert sorted(row.name for row in rows) == sorted(ORDERS)


@pytest.mark.parametrize("row", ORDERS.values(), ids=ORDERS)
def test_every_row_says_what_it_is_in_words(row: Order[Any]) -> None:
    assert NAME.fullmatch(row.name)
    assert re.fullmatch(r"[A-Z][a-z]+( [a-z]+)*", row.words)
    assert row.takes.__doc__


@pytest.mark.parametrize("row", ORDERS.values(), ids=ORDERS)
def test_every_row_has_an_address_or_says_why_it_has_none(row: Order[Any]) -> None:
    assert (row.name in {address.order for address in ROWS}) == (row.no_address is None)


def names_in(source: Path) -> Iterator[str]:
    """Names of orders that a file writes out: given to a function, in a pair with their arguments, compared."""
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        texts: list[ast.expr] = []
        if isinstance(node, ast.Call):
            function = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            texts = node.args if function in GIVING else []
        elif isinstance(node, ast.Tuple) and len(node.elts) == 2 and isinstance(node.elts[1], ast.Dict):
            texts = node.elts[:1]
        elif isinstance(node, ast.Compare) and isinstance(node.left, ast.Attribute) and node.left.attr == "name":
            texts = node.comparators
        for text in texts:
            if isinstance(text, ast.Constant) and isinstance(text.value, str) and NAME.fullmatch(text.value):
                yield text.value


def test_every_order_that_is_written_out_is_in_the_table() -> None:
    """In the browser the compiler says so: `OrderName` is made of the table."""
    files = [file for room in ("stage", "tools") for depth in DEPTHS for file in (ROOT / room).glob(depth)]
    written = {name: file for file in files for name in names_in(file)}
    assert {name: file for name, file in written.items() if name not in ORDERS} == {}
    assert {"look.recall", "cue.fire", "shot.roll", "lights.identify", "show.black"} <= set(written)


class Flash(Model):
    """All walls white for a moment."""

    level: float = 1.0


def flashed(show: ShowControl, order: Flash, when: When) -> str:
    show.held = True
    return f"to {order.level:g}"


def test_a_new_order_is_one_row(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Given, checked, carried, obeyed, described and known to the browser, without another line anywhere."""
    monkeypatch.setitem(ORDERS, "show.flash", Order("show.flash", "Flash", Flash, flashed))
    command = command_of("show.flash", completed(tmp_path, None, "show.flash", {"level": 0.5}), "ann", 0)
    show = control()
    result = obey(show, carried(command), 7, When(0, 5))
    assert (result.accepted, result.text, result.frame_number, show.held) == (True, "to 0.5", 7, True)
    assert '"show.flash": "Flash",' in order_words.typescript()
    with pytest.raises(InputError, match=r"Flash: level: .*number"):
        command_of("show.flash", {"level": "bright"}, "ann", 0)


def carried(command: Command) -> Command:
    back = decode("command.given", encode(command))
    assert isinstance(back, Command)
    return back


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("look.set", {"values": {"grade.slope": [1.0, 0.9, 0.8], "walls": [{"name": "main"}]}, "fade_s": 2}),
        ("look.recall", {"preset": "dusk", "part": {"sun": {"gain": 2}}, "transition": {"duration_s": 3}}),
        ("look.ab", {}),
        ("cue.load", {"cue_list": ""}),
        ("cue.fire", {"cue_list": "day", "cue": "1", "expected": "", "prepare": ["desert"]}),
        ("show.bypass", {"steps": ["grade", "trim"]}),
        ("show.pattern", {"name": ""}),
    ],
)
def test_what_was_checked_is_read_the_same_behind_the_bus(name: str, arguments: dict[str, Any]) -> None:
    command = command_of(name, arguments, "ann", 5)
    assert carried(command) == command
    assert checked(ORDERS[name], carried(command).arguments) == checked(ORDERS[name], arguments)


def nested(levels: int) -> list[Any]:
    inner: list[Any] = []
    for _ in range(levels):
        inner = [inner]
    return inner


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("look.set", {"values": {"exposure.ev": 10**30}}),
        ("look.set", {"values": {"sun.date": "\ud800"}}),
        ("look.set", {"values": {"exposure": nested(700)}}),
    ],
    ids=["a number too large", "half a letter", "too deep"],
)
def test_what_the_bus_cannot_carry_is_refused_at_the_edge(name: str, arguments: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="cannot be sent"):
        command_of(name, arguments, "ann", 0)


PLAIN = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-9, 9), st.floats(), st.text(max_size=5)),
    lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(st.text(max_size=5), inner, max_size=2)),
    max_leaves=4,
)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.data(), st.sampled_from([*ORDERS, "show.of-another-release"]))
def test_a_command_that_no_edge_has_checked_is_obeyed_or_refused(data: st.DataObject, name: str) -> None:
    """Written to the bus by another program, or another release: never a crash."""
    fields = list(ORDERS[name].takes.model_fields) if name in ORDERS else []
    keys = st.sampled_from([*fields, "unknown"])
    command = Command("1", name, data.draw(st.dictionaries(keys, PLAIN, max_size=3)), "a program", 0)
    show = control()
    before = show.on_air()
    result = obey(show, command, 7, When(0, 5))
    assert result.accepted or (result.text, result.frame_number, show.on_air()) == (result.text, None, before)
    assert result.accepted or result.text
    show.air_at(0)
