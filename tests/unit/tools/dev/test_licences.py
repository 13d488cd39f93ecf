"""The licences of what is shipped: all known, and those that bind are named."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest

from tests.places import ROOT
from tools.dev.licences import UNKNOWN, Part, _library, canonical, npm_packages, packages


@pytest.fixture(scope="module")
def parts() -> list[Part]:
    return list(packages())


def test_every_dependency_is_listed_once_and_every_licence_is_known(parts: list[Part]) -> None:
    listed = [canonical(part.name) for part in parts if part.kind == "python"]
    assert len(listed) == len(set(listed))
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    assert {canonical(re.split(r"[<>=; \[]", each)[0]) for each in wanted} <= set(listed)
    assert [part for part in parts if part.licence == UNKNOWN] == []


def test_what_lies_inside_wheels_under_the_gpl_is_said(parts: list[Part]) -> None:
    if not any(part.kind == "library" for part in parts):
        pytest.skip("wheels of this platform carry no libraries of their own")
    inside = {(part.name.split()[0], part.inside): part for part in parts if part.kind == "library"}
    assert inside["x264", "wheel av"].licence == "GPL-2.0-or-later"
    assert inside["x265", "wheel av"].binds
    assert inside["Qt", "wheel opencv-python"].licence.startswith("LGPL")


@pytest.mark.parametrize(
    ("name", "gpl", "licence"),
    [
        ("libavcodec-5e6b81c2.so.62", True, "GPL-2.0-or-later"),
        ("libavcodec-57aca189.so.62", False, "LGPL-2.1-or-later"),
        ("libx264.165.dylib", False, "GPL-2.0-or-later"),
        ("libsomething-new.so.1", False, UNKNOWN),
    ],
)
def test_a_library_is_known_by_its_name_or_not_at_all(name: str, gpl: bool, licence: str) -> None:
    found = _library(name, gpl)
    assert found is not None
    assert found[0] == licence


def test_npm_packages_are_those_of_the_page_alone(tmp_path: Path) -> None:
    lock = {
        "packages": {
            "": {"name": "console"},
            "node_modules/three": {"version": "1.0.0", "license": "MIT"},
            "node_modules/vite": {"version": "2.0.0", "license": "MIT", "dev": True},
            "node_modules/a/node_modules/@b/c": {"version": "3.0.0"},
        }
    }
    path = tmp_path / "package-lock.json"
    path.write_text(json.dumps(lock))
    assert [(part.name, part.licence) for part in npm_packages(path)] == [("three", "MIT"), ("@b/c", UNKNOWN)]
    assert all(part.licence != UNKNOWN for part in npm_packages())


def test_uv_is_pinned_with_the_hashes_of_every_platform() -> None:
    told = (ROOT / "tools" / "uv.txt").read_text()
    assert re.match(r"uv==\d+\.\d+\.\d+ \\\n", told)
    assert told.count("--hash=sha256:") >= 10
    setup = (ROOT / "tools" / "setup.sh").read_text()
    assert "--require-hashes" in setup
    assert not re.search(r"pip install[^\n]* uv$", setup, re.MULTILINE), "nothing installs it without"
