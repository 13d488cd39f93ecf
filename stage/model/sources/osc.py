"""Senders of poses over Open Sound Control: which addresses and arguments tell what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from stage.model.base import Model
from stage.model.sources.base import Axes, Port, TrackerSource

ID = "{id}"
IGNORED = "_"
POSITION = ("x", "y", "z")
TURNS = {"quaternion": ("qw", "qx", "qy", "qz"), "euler": ("rx", "ry", "rz"), "pan_tilt_roll": ("pan", "tilt", "roll")}
"""The ways of telling a rotation."""
LENS = (
    "focal_length_mm", "focus_distance_m", "focus_distance_mm", "f_stop", "entrance_pupil_m",
    "zoom", "focus", "iris", "zoom_share", "focus_share",
)  # fmt: skip
OTHERS = ("id", "counter", "time_s")
SPATIAL = (*POSITION, *(name for names in TURNS.values() for name in names))
ARGUMENTS = (*SPATIAL, *LENS, *OTHERS, IGNORED)


def _is_argument(text: str) -> str:
    if text not in ARGUMENTS and not (text.startswith("-") and text[1:] in SPATIAL):
        raise ValueError(f"{text!r} is not a value that OSC can tell; use {', '.join(ARGUMENTS)}")
    return text


def _is_pattern(text: str) -> str:
    if not text.startswith("/") or text.count(ID) > 1 or "{" in text.replace(ID, "") or " " in text:
        raise ValueError("an address begins with /, and holds {id} at most once")
    return text


class OscRule(Model):
    """What the arguments of an address tell, in their order. `{id}` stands for the sender's name of a camera or prop,
    `*` for any other part of the address. A minus before x, y, z or an angle turns its sign."""

    address: Annotated[str, Field(max_length=200), AfterValidator(_is_pattern)]
    arguments: Annotated[tuple[Annotated[str, AfterValidator(_is_argument)], ...], Field(min_length=1, max_length=64)]

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        counts = Counter(name.removeprefix("-") for name in self.arguments if name != IGNORED)
        twice = [name for name, count in counts.items() if count > 1]
        if twice:
            raise ValueError(f"tells {' and '.join(twice)} twice")
        if "id" in counts and ID in self.address:
            raise ValueError("has the id in its address and among its arguments")
        return self


def _rules(*rules: tuple[str, str]) -> list[dict[str, Any]]:
    return [{"address": address, "arguments": arguments.split()} for address, arguments in rules]


UNITY = ("+x", "+z", "+y")
OPENVR = ("+x", "-z", "+y")
PRESETS: dict[str, Mapping[str, Any]] = {
    "openstage": {
        "rules": _rules(
            ("/stage/camera/{id}/pose", "x y z pan tilt roll"),
            ("/stage/camera/{id}/lens", "focal_length_mm focus_distance_m f_stop"),
        ),
    },
    "vrchat": {
        "rules": _rules(
            ("/tracking/trackers/{id}/position", "x y z"),
            ("/tracking/trackers/{id}/rotation", "rx ry rz"),
        ),
        "frame": UNITY,
        "euler": "yxz",
    },
    "vive": {"rules": _rules(("/*/{id}", "x y z rx ry rz")), "frame": OPENVR, "euler": "zyx"},
    "freed2osc": {
        "rules": _rules(
            ("/panasonic{id}/rotation", "-pan tilt roll"),
            ("/panasonic{id}/position", "x y z"),
            ("/panasonic{id}/lens", "zoom focus"),
        ),
        "position_unit": "mm",
        "lens": "table",
    },
    "none": {},
}
"""Rules of senders that are known, by `preset`; what the file gives goes before them."""


class OscSource(TrackerSource):
    """Poses over OSC, by rules. What no rule tells is at rest; the lens is taken as sent.

    `id` is what `{id}` stands for in the addresses of this source's camera or prop. `frame`: which of the sender's
    axes, with sign, are right, forward and up. `euler`: the order of the product of turns about the sender's axes, the
    outermost first (Unity: yxz). Pan, tilt and roll are the stage's own: pan to the left, tilt up.
    """

    protocol: Literal["osc"]
    preset: Literal["openstage", "vrchat", "vive", "freed2osc", "none"] = "openstage"
    port: Port = 9000
    id: Annotated[str, Field(max_length=64)] | None = None
    rules: Annotated[tuple[OscRule, ...], Field(max_length=32)] = ()
    frame: Axes = ("+x", "+y", "+z")
    euler: Literal["xyz", "xzy", "yxz", "yzx", "zxy", "zyx"] = "zxy"
    position_unit: Literal["m", "cm", "mm", "in", "ft"] = "m"
    angle_unit: Literal["deg", "rad"] = "deg"
    lens: Literal["table", "sent"] = "sent"

    @model_validator(mode="before")
    @classmethod
    def _by_its_preset(cls, given: Any) -> Any:
        """What the file leaves out, as the preset has it."""
        if not isinstance(given, Mapping):
            return given
        return {**PRESETS.get(str(given.get("preset", "openstage")), {}), **given}

    @model_validator(mode="after")
    def _tells_a_pose(self) -> Self:
        told = {name.removeprefix("-") for rule in self.rules for name in rule.arguments}
        ways = [names for names in TURNS.values() if told & set(names)]
        if len(ways) > 1:
            raise ValueError(f"rules tell a rotation in two ways: {' and '.join(_shown(way) for way in ways)}")
        if not ways and not told & set(POSITION):
            raise ValueError("no rule tells a position (x, y, z) or a rotation")
        for names in (POSITION, TURNS["quaternion"]):
            missing = [name for name in names if name not in told]
            if missing and len(missing) < len(names):
                raise ValueError(f"rules tell part of {_shown(names)}, but not {', '.join(missing)}")
        named = any(ID in rule.address or "id" in rule.arguments for rule in self.rules)
        if self.id is not None and not named:
            raise ValueError("no rule has {id} in its address, or id among its arguments")
        return self

    @property
    def subject(self) -> str | None:
        """The id in the sender's addresses."""
        return self.id


def _shown(names: Iterable[str]) -> str:
    return ", ".join(names)
