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
    over restarts of the machine, `config_base` where programs have their settings. `notify_socket`: where the service
    manager that started this program wants to be told how it does."""

    has_screen: bool
    run_base: Path
    kept_base: Path | None = None
    config_base: Path = Path()
    notify_socket: str | None = None


def surroundings_of(environment: Mapping[str, str], user_id: int) -> Surroundings:
    """From environment variables: DISPLAY or WAYLAND_DISPLAY on Linux, XDG_RUNTIME_DIR, XDG_STATE_HOME,
    XDG_CONFIG_HOME and systemd's NOTIFY_SOCKET where they are set."""
    has_screen = sys.platform != "linux" or bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))
    runtime = environment.get("XDG_RUNTIME_DIR")
    base = Path(runtime) / "openstage" if runtime else Path(tempfile.gettempdir()) / f"openstage-{user_id}"
    home = Path(environment.get("HOME") or Path.home())
    state = Path(environment.get("XDG_STATE_HOME") or home / ".local" / "state")
    config = Path(environment.get("XDG_CONFIG_HOME") or home / ".config")
    return Surroundings(has_screen, base, state / "openstage", config, environment.get("NOTIFY_SOCKET"))
