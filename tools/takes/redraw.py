"""Frames of a take drawn again by the product's own renderer, from their records alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import moderngl
import numpy as np
from numpy.typing import NDArray

from render.frame import Renderer
from render.scene.loading import load_scene_data
from render.view.material import Material
from stage.calibration.wall_calibration import calibrations_of
from stage.errors import InputError
from stage.files.loading import find_look, find_scene, load_preset, load_scene, load_stage
from stage.messages.frames import Frame, FrameReport
from stage.model.look import Look
from stage.takes.take import Take
from stage.walls.surface import surface_of

Samples = Literal[0, 2, 4, 8]


@dataclass(frozen=True, slots=True)
class Wish:
    """What is drawn otherwise than it was: another look or set by name, more samples a pixel. Unset: as it was."""

    look: str | None = None
    scene: str | None = None
    samples: Samples | None = None

    @property
    def as_it_was(self) -> bool:
        """Whether nothing is drawn otherwise."""
        return self == Wish()


class Redraw:
    """Draws frames on their stage, offscreen; `scene` is the first frame's set. The context stays the caller's: several
    may draw on it. Raises InputError for a stage, set or look that is missing."""

    def __init__(
        self, ctx: moderngl.Context, stage_path: Path, scene: str, wish: Wish, material: Material = Material.LIT
    ) -> None:
        self._folder = stage_path.parent
        self._look: Look | None = None
        if wish.look is not None:
            self._look = load_preset(find_look(wish.look, self._folder)).look
        self._scene = wish.scene
        self.stage = load_stage(stage_path)
        if wish.samples is not None:
            quality = self.stage.quality.model_copy(update={"msaa": wish.samples})
            self.stage = self.stage.model_copy(update={"quality": quality})
        surfaces = {wall.name: surface_of(wall, self._folder) for wall in self.stage.walls}
        first = find_scene(wish.scene or scene, self._folder)
        self.renderer = Renderer(
            ctx,
            self.stage,
            surfaces,
            load_scene_data(load_scene(first), first.parent),
            material,
            calibrations=calibrations_of(self.stage, self._folder),
        )
        self._held = {self.renderer.sets.name}

    def draw(self, frame: Frame) -> Frame:
        """Draw a frame, with what was wished; returns the record that was drawn."""
        wished = replace(frame, look=self._look or frame.look, scene=self._scene or frame.scene)
        self._hold(wished.scene)
        self.renderer.draw(wished)
        self.renderer.finish()
        return wished

    def outputs(self) -> dict[str, NDArray[np.uint16]]:
        """(h, w, 3) code values of every output, in its own bits."""
        readback = self.renderer.readback
        return {output.name: readback.codes(output.name) for output in self.stage.outputs}

    def close(self) -> None:
        """Free everything on the graphics card."""
        self.renderer.release()

    def _hold(self, name: str) -> None:
        if name not in self._held:
            path = find_scene(name, self._folder)
            self.renderer.sets.hold(name, load_scene_data(load_scene(path), path.parent))
            self._held.add(name)


@dataclass(frozen=True, slots=True)
class Span:
    """Frames `first` to `last` by number, both included, every `step`th; unset: the take's own."""

    first: int | None = None
    last: int | None = None
    step: int = 1


def shown_frames(take: Take, span: Span, pre_roll: bool = False) -> list[int]:
    """The places (`Take.numbers`) of the frames to draw. Raises InputError where there are none."""
    numbers = take.numbers
    begin = 0 if pre_roll or span.first is not None else take.info.pre_roll
    chosen = [
        place
        for place in range(begin, len(numbers))
        if (span.first is None or numbers[place] >= span.first) and (span.last is None or numbers[place] <= span.last)
    ][:: span.step]
    if not chosen:
        held = f"It has frames {numbers[0]} to {numbers[-1]}" if len(numbers) else "It has none at all"
        raise InputError(take.name, "frames", "has no such frames", held)
    return chosen


def digests_of(take: Take) -> dict[int, str]:
    """By frame number: what all outputs carried when the take was shot, where render was asked to say so."""
    reports = take.records("frame.report")
    return {
        each.record.number: each.record.digest
        for each in reports
        if isinstance(each.record, FrameReport) and each.record.digest is not None
    }


def drawn_again(take: Take, redraw: Redraw, places: list[int]) -> Iterator[tuple[int, Frame]]:
    """Draw frame after frame; yields each place and the record drawn while its picture stands."""
    for place in places:
        yield place, redraw.draw(take.frame(place))
