"""What the commands may know of the environment they were called in. Only `tools.cli` reads the environment."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Surroundings:
    """`has_screen`: windows can be opened. `run_base`: where stages have their run directories. `kept_base`: what stays
    over restarts of the machine."""

    has_screen: bool
    run_base: Path
    kept_base: Path | None = None


def surroundings_of(environment: Mapping[str, str], user_id: int) -> Surroundings:
    """From environment variables: DISPLAY or WAYLAND_DISPLAY on Linux, XDG_RUNTIME_DIR and XDG_STATE_HOME where they
    are set."""
    has_screen = sys.platform != "linux" or bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))
    runtime = environment.get("XDG_RUNTIME_DIR")
    base = Path(runtime) / "openstage" if runtime else Path(tempfile.gettempdir()) / f"openstage-{user_id}"
    state = environment.get("XDG_STATE_HOME") or Path(environment.get("HOME") or Path.home()) / ".local" / "state"
    return Surroundings(has_screen, base, Path(state) / "openstage")
