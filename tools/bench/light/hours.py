"""The light that sets are compared under, and which of it fits a set. Pure, but for the looks' files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from render.scene.scene_data import SceneData
from stage.errors import InputError
from stage.files.loading import find_look, load_preset
from stage.model.look import Look

OVERCAST_COVER, OVERCAST_DENSITY = 1.0, 0.7


@dataclass(frozen=True, slots=True)
class Hour:
    """A light to compare under: the bundled look it comes from, what is changed of it, and whether it is night."""

    look: str
    night: bool = False
    change: Callable[[Look], Look] | None = None

    def of(self) -> Look:
        """The look."""
        look = load_preset(find_look(self.look)).look
        return self.change(look) if self.change else look


def _overcast(look: Look) -> Look:
    sky = replace(look.sky, cloud_cover=OVERCAST_COVER, cloud_density=OVERCAST_DENSITY)
    return replace(look, sky=sky, exposure=replace(look.exposure, ev=look.exposure.ev + 1.5))


HOURS: Mapping[str, Hour] = {
    "noon": Hour("noon"),
    "golden-hour": Hour("golden-hour"),
    "overcast": Hour("noon", change=_overcast),
    "dusk": Hour("sky-blue-hour"),
    "night": Hour("sky-night", night=True),
}
"""For sets with a sky of their own."""
PICTURE_HOURS: Mapping[str, Hour] = {
    "its own hour": Hour("clear"),
    "dusk": Hour("dusk"),
    "night": Hour("night", night=True),
}
"""For sets whose sky is a picture: its sun cannot move, so no other hour would be true."""


def hours_for(data: SceneData, asked: list[str]) -> dict[str, Hour]:
    """What a set is compared under: those asked for, or all that fit it. Other names are looks. Raises InputError for a
    look that moves the sun of a set whose sky is a picture, and for one that is not there."""
    own = HOURS if data.sky is not None or data.background is None else PICTURE_HOURS
    if not asked:
        return dict(own)
    return {name: own[name] if name in own else _look(name, data) for name in asked}


def _look(name: str, data: SceneData) -> Hour:
    hour = Hour(name)
    if data.background is not None and hour.of().sun.source != "scene":
        raise InputError(
            data.name, "--looks", f"{name} moves the sun, and this set's sky is a picture that holds it",
            f"Choose from: {', '.join(PICTURE_HOURS)}, or a look with sun.source = \"scene\"",
        )  # fmt: skip
    return hour
