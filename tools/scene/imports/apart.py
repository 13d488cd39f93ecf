"""Runs a converter in a process of its own, with a limit of memory and of time. IO."""

from __future__ import annotations

import resource
import subprocess
from collections.abc import Sequence
from pathlib import Path

from stage.errors import InputError

MEMORY_BYTES = 12 * 2**30
"""Address space: a program of a gigabyte with its libraries, and a set."""
LONGEST_S = 600.0
LAST_LINES = 3


def run_apart(
    command: Sequence[str], where: str, memory_bytes: int = MEMORY_BYTES, longest_s: float = LONGEST_S
) -> str:
    """What it printed. Raises InputError where it fails, takes too long or needs more memory."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    try:
        done = subprocess.run(
            command, capture_output=True, text=True, errors="replace", timeout=longest_s, check=False,
            stdin=subprocess.DEVNULL, preexec_fn=limit,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise InputError(where, "", f"takes more than {longest_s:.0f} s to convert", "Export a lighter set") from error
    except OSError as error:
        problem = f"{command[0]} cannot be started: {error.strerror}"
        raise InputError(where, "", problem, "Name Blender with --blender") from error
    if done.returncode:
        lines = [line for line in (done.stderr + "\n" + done.stdout).splitlines() if line.strip()]
        said = " / ".join(line.strip()[:160] for line in lines[-LAST_LINES:]) or "nothing"
        problem = f"{Path(command[0]).name} failed ({done.returncode}) and said: {said}"
        raise InputError(where, "", problem, "Open it in its own program and export it as .glb")
    return done.stdout
