"""What the commands may know of the environment they were called in. Only `tools.cli` reads the environment."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Surroundings:
    """`has_screen`: windows can be opened. `run_base`: where stages have their run directories."""

    has_screen: bool
    run_base: Path


def surroundings_of(environment: Mapping[str, str], user_id: int) -> Surroundings:
    """From environment variables: DISPLAY or WAYLAND_DISPLAY on Linux, XDG_RUNTIME_DIR where there is one."""
    has_screen = sys.platform != "linux" or bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))
    runtime = environment.get("XDG_RUNTIME_DIR")
    base = Path(runtime) / "openstage" if runtime else Path(tempfile.gettempdir()) / f"openstage-{user_id}"
    return Surroundings(has_screen, base)
