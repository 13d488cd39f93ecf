"""Sets that nothing was tuned on, made when they are asked for."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from stage.errors import InputError

MAKER = "tools.sets.unseen"
"""Not in the wheel, and so started by its name."""


def unseen_sets(folder: Path) -> list[str]:
    """Their scene files, made in `folder`. Raises InputError where OpenStage is installed without its sources."""
    if find_spec("tools.sets") is None:
        raise InputError(
            "--own-sets", "", "what makes these sets is not installed", "Run it in a checkout of OpenStage"
        )
    made = subprocess.run(
        [sys.executable, "-m", MAKER, "--out", str(folder)], check=True, capture_output=True, text=True
    )
    return made.stdout.split()
