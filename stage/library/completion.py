"""The parts of an order that are in files: a preset's part, a show's cues, whether a set exists. IO: reads files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from stage.files.loading import load_preset, named_look, named_scene, read_document
from stage.library.show_store import ShowStore
from stage.messages.commands import OnAir
from stage.model.preset import Transition
from stage.model.show import ShowFile
from stage.show.orders.order import Given
from stage.show.orders.table import order_of


class StageFiles:
    """The files beside the stage file, and those that come with OpenStage (`stage.show.orders.order.Files`)."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def part_of(self, preset: str) -> tuple[Mapping[str, Any], Transition]:
        path = named_look(preset, self._folder)
        kept, document = load_preset(path), read_document(path)
        part: Mapping[str, Any] = document.get("look", {})  # type: ignore[assignment]  # checked by load_preset
        return part, kept.transition

    def look_for(self, scene: str) -> None:
        named_scene(scene, self._folder)

    def show(self, name: str) -> ShowFile:
        return ShowStore(self._folder).good(name)


def completed(folder: Path, air: OnAir | None, name: str, arguments: Mapping[str, Any]) -> Given:
    """The arguments of an order, completed from its files. `folder` is the stage file's, `air` what is on air.

    Raises InputError: no such order, preset, set or show, or its file is broken.
    """
    row, given = order_of(name), dict(arguments)
    return given if row.complete is None else row.complete(StageFiles(folder), air, given)
