"""`tools/setup.sh`: never silent for long, and what fails is shown. The programs it calls are stand-ins."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.places import ROOT

PYTHON = "#!/bin/sh\nexit 0\n"
UV = """#!/bin/sh
[ "$1" = --version ] && exit 0
{work}
mkdir -p .venv/bin
printf '#!/bin/sh\\nexit 0\\n' > .venv/bin/python
chmod +x .venv/bin/python
cp .venv/bin/python .venv/bin/openstage
"""
EVERY_LIBRARY = "#!/bin/sh\necho libEGL.so.1 libGL.so.1 libgthread-2.0.so.0\n"


def project(folder: Path, work: str) -> dict[str, str]:
    """A project without anything in it, whose uv does this work; the environment in which uv is found."""
    (folder / "tools").mkdir()
    shutil.copy(ROOT / "tools" / "setup.sh", folder / "tools")
    programs = folder / "programs"
    programs.mkdir()
    for name, text in (("uv", UV.format(work=work)), ("ldconfig", EVERY_LIBRARY), ("python3", PYTHON)):
        (programs / name).write_text(text, encoding="utf-8")
        (programs / name).chmod(0o755)
    return {**os.environ, "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"}


def setup(folder: Path, environment: dict[str, str]) -> tuple[int, list[str]]:
    """Its exit code, and what it says."""
    done = subprocess.run(
        ["bash", "tools/setup.sh"], cwd=folder, env=environment, capture_output=True, text=True, timeout=60
    )
    assert done.stdout == ""
    return done.returncode, done.stderr.splitlines()


def test_long_work_is_named_and_told_of_every_few_seconds(tmp_path: Path) -> None:
    code, told = setup(tmp_path, project(tmp_path, "sleep 3.5"))
    assert code == 0
    assert told[:2] == [
        "setup: installing the Python packages into .venv",
        "setup: installing the Python packages into .venv: 3 s",
    ]


def test_the_first_time_it_says_how_the_program_is_called_and_later_nothing(tmp_path: Path) -> None:
    environment = project(tmp_path, "true")
    code, told = setup(tmp_path, environment)
    assert code == 0
    assert told[-1].startswith("setup: ready. Type .venv/bin/openstage, or `source .venv/bin/activate`")
    assert setup(tmp_path, environment) == (0, [])


@pytest.mark.parametrize("quick", [True, False])
def test_what_fails_is_shown_in_its_own_words(tmp_path: Path, quick: bool) -> None:
    wait = "true" if quick else "sleep 1"
    code, told = setup(tmp_path, project(tmp_path, f"{wait}; echo no route to the registry >&2; exit 7"))
    assert code == 2
    assert told[-2:] == ["no route to the registry", "setup: failed: installing the Python packages into .venv"]
