"""OpenGL is seen by the passes, its own room, what makes and shows the walls' pixels, and the loops: by nobody else."""

from __future__ import annotations

import re
from pathlib import Path

import render

ROOMS = {"gl", "light", "presenters", "stills", "wall"}
BESIDE = {"frame.py", "scene/read_apart.py", "view/targets.py"}
"""The frame path, the process that reads sets, and what views are drawn into."""


def test_only_these_modules_of_render_see_opengl() -> None:
    house = Path(render.__file__).parent
    sees = re.compile(r"^\s*(import|from) moderngl\b", re.MULTILINE)
    found = {path.relative_to(house) for path in house.rglob("*.py") if sees.search(path.read_text(encoding="utf-8"))}
    passes = {path for path in found if path.name.endswith("_pass.py")}
    assert {path.as_posix() for path in found - passes if path.parts[0] not in ROOMS} == BESIDE
