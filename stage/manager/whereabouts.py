"""Records stages with a run directory of their own, so other commands find them without `--run-dir`.

A stage's run directory is usually in a base folder, under the name of the stage file. For one elsewhere (`--run-dir`)
a small file in the base folder holds its path while it runs.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from stage.manager.run_dir import MANAGER_FILE, RunningStage, running_stage

SUFFIX = ".elsewhere"


@contextmanager
def announced(base: Path, run_dir: Path) -> Iterator[None]:
    """While entered, `running_stages(base)` finds the stage in the directory.

    Where the base folder cannot be written, other commands need `--run-dir` too.
    """
    sign = base / f"{os.getpid()}{SUFFIX}"
    elsewhere = run_dir.resolve().parent != base.resolve()
    if elsewhere:
        with suppress(OSError):
            base.mkdir(parents=True, exist_ok=True, mode=0o700)
            sign.write_text(str(run_dir.resolve()), encoding="utf-8")
    try:
        yield
    finally:
        with suppress(OSError):
            sign.unlink(missing_ok=True)


def running_stages(base: Path) -> list[RunningStage]:
    """Every stage that runs in the base folder, or is recorded there; records of killed stages are removed."""
    folders = [file.parent for file in base.glob(f"*/{MANAGER_FILE}")]
    for sign in base.glob(f"*{SUFFIX}"):
        with suppress(OSError, ValueError):
            folder = Path(sign.read_text(encoding="utf-8"))
            if running_stage(folder) is None:
                sign.unlink(missing_ok=True)
            else:
                folders.append(folder)
    found = {folder.resolve(): stage for folder in folders if (stage := running_stage(folder)) is not None}
    return [found[folder] for folder in sorted(found)]
