"""Whatever `--out` is given, no command ends with a traceback: one line that names the option and says what to do."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from typer.main import get_command

from stage.errors import EXIT_BAD_INPUT, InputError
from tests.places import ROOT
from tests.unit.tools.commands.test_cli import commands
from tools.cli import app
from tools.commands.out_folder import out_folder

ROOT_COMMAND = get_command(app)
FOLDERS: dict[tuple[str, ...], tuple[str, ...]] = {
    ("chart",): ("two-walls",),
    ("check",): ("two-walls",),
    ("shot",): ("two-walls",),
    ("schema",): (),
    ("scene", "preview"): ("marker_board",),
    ("scene", "reference"): ("marker_board",),
    ("bench", "light"): (),
    ("bench", "soak"): (),
    ("take", "export"): ("12A_t001",),
    ("take", "render"): ("12A_t001",),
    ("day", "export"): (),
    ("scene", "import"): ("hall.glb",),
}
"""Commands that write into the folder `--out`, and what else they need."""
FILES = {
    ("preset", "picture"),
    ("show", "import"),
    ("motion",),
    ("lens", "import"),
    ("align", "pose"),
    ("day", "schedule"),
}
"""Commands whose `--out` is a file."""


def options_of(command: tuple[str, ...]) -> set[str]:
    """The options that a command takes."""
    found = ROOT_COMMAND
    for name in command:
        found = getattr(found, "commands")[name]  # noqa: B009 (a group, which click types only at run time)
    return {option for each in found.params for option in each.opts}


def test_every_command_with_an_out_is_known_here() -> None:
    with_out = {command for command in commands() if "--out" in options_of(command)}
    assert with_out == {*FOLDERS, *FILES}


@pytest.mark.parametrize("command", FOLDERS, ids=" ".join)
@pytest.mark.parametrize(("out", "told"), [("file", "is a file, not a folder"), ("/proc/pictures", "cannot be made")])
def test_an_out_that_is_no_folder_is_one_line_and_bad_input(
    command: tuple[str, ...], out: str, told: str, tmp_path: Path
) -> None:
    if out.startswith("/proc") and sys.platform != "linux":
        out = "/dev/null/pictures"
    (tmp_path / "file").write_text("kept", encoding="utf-8")
    given = tmp_path / out
    done = subprocess.run(
        [sys.executable, "-m", "tools.cli", *command, *FOLDERS[command], "--out", str(given)],
        cwd=ROOT, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == EXIT_BAD_INPUT, done.stderr
    assert done.stderr.splitlines() == [line for line in done.stderr.splitlines() if line.startswith("error: --out: ")]
    assert told in done.stderr
    assert (tmp_path / "file").read_text(encoding="utf-8") == "kept"


def test_a_folder_is_made_with_its_parents_and_one_that_is_there_is_taken(tmp_path: Path) -> None:
    assert out_folder(tmp_path / "a" / "b").is_dir()
    assert out_folder(tmp_path / "a" / "b") == tmp_path / "a" / "b"


def test_a_write_protected_folder_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.access", lambda path, mode: False)
    with pytest.raises(InputError, match="takes no files: it is write-protected"):
        out_folder(tmp_path)
