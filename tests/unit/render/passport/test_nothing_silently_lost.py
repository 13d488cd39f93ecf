"""Files that ask for one thing each that is not drawn as they ask: the passport names every one of them."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from render.scene.loading import load_scene_data
from stage.files.clip_rate import rate_entry
from stage.files.passport import Fate, PassportEntry, Verdict, verdict_of
from stage.model.scene import Scene
from tests.unit.render.passport.lossy_gltf import GLTF, plain, write
from tests.unit.render.passport.lossy_pictures import PICTURES

RATES = ["24000/1001", "25", "30000/1001", "30", "50", "18", "16", "15", "23"]
"""Clips on a stage of 24."""


def not_drawn(folder: Path, layer: dict[str, object]) -> list[PassportEntry]:
    scene = Scene.model_validate({"schema": "scene/1", "name": "s", "layers": [layer]})
    passport = load_scene_data(scene, folder).passport
    found = [entry for entry in passport if entry.fate is not Fate.DRAWN]
    assert verdict_of(passport) is (Verdict.LOOK if found else Verdict.READY)
    return found


def test_the_plain_triangle_is_ready(tmp_path: Path) -> None:
    """So that what is said of the others is of their one loss."""
    write(plain(), tmp_path)
    assert not_drawn(tmp_path, {"kind": "gltf", "file": "a.gltf"}) == []


@pytest.mark.parametrize("lost", list(GLTF))
def test_what_a_gltf_loses_is_named(lost: str, tmp_path: Path) -> None:
    document, word = GLTF[lost]
    write(document, tmp_path)
    named(word, not_drawn(tmp_path, {"kind": "gltf", "file": "a.gltf"}))


@pytest.mark.parametrize("lost", list(PICTURES))
def test_what_a_picture_loses_is_named(lost: str, tmp_path: Path) -> None:
    writer, word = PICTURES[lost]
    named(word, not_drawn(tmp_path, writer(tmp_path)))


@pytest.mark.parametrize("rate", RATES)
def test_a_rate_that_does_not_divide_is_named(rate: str) -> None:
    named("frames/s", [rate_entry("a.mov", Fraction(rate), Fraction(24))])


def named(word: str, found: list[PassportEntry]) -> None:
    assert [entry for entry in found if word in entry.asks], f"{word!r} is not among {[str(entry) for entry in found]}"
    assert all(entry.fate is not Fate.DRAWN and entry.why for entry in found)


def test_there_are_sixty_of_them() -> None:
    assert len(GLTF) + len(PICTURES) + len(RATES) >= 60
