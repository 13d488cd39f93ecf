"""Reads a set in its own process: a thread beside the drawing would delay it, and would starve on a slow machine.

`python -m render.scene.read_apart --scene NAME --folder FOLDER --quality JSON --out FILE` reads a set and writes it as
arrays and records (`set_file`), or the problem as JSON; lines `read SHARE` say how far it is. `read_apart` starts it
and loads the set. The file never leaves the machine: it is in the run directory, which only its owner can read. Its
memory is bounded (`memory`).

The process then draws the set once: graphics drivers keep compiled shaders on disk (Mesa's and NVIDIA's caches), so
the render process, which must not wait for a compiler, finds them there.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import signal
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

import moderngl

from render.gl.context import create_offscreen_context
from render.plan.panels import ANY_VIEW
from render.scene.loading import load_scene_data
from render.scene.memory import lift_limit, limit_memory, out_of_memory
from render.scene.reader import Tell
from render.scene.scene_data import SceneData
from render.scene.scene_pass import ScenePass
from render.scene.set_file import read_set, write_set
from render.view.material import Material
from render.view.targets import TargetMaker
from stage.errors import EXIT_BAD_INPUT, GraphicsError, InputError, MessageError
from stage.files.loading import load_scene, named_scene
from stage.model.stagefile import Quality
from stage.process.lifeline import die_with_parent

LONGEST_S = 300.0
SHARE_LINE = "read "
"""How a line of its output begins that says how much was read, 0 to 1."""
LOWEST = 19
"""The Unix priority (niceness): drawing the walls goes first."""


def _unheard(share: float) -> None:
    """Nobody wants to know how far it is."""


def read_apart(folder: Path, run_dir: Path, quality: Quality, name: str, tell: Tell = _unheard) -> SceneData:
    """The named set, from the stage file's folder or the presets, to be drawn in a `quality`. `tell` is called with the
    share that was read.

    Raises InputError if it cannot be read, needs too much memory, or if the process that reads it dies.
    """
    out = run_dir / f"set-{name}-{secrets.token_hex(8)}.npz"
    given = ["--scene", name, "--folder", str(folder), "--quality", quality.model_dump_json(), "--out", str(out)]
    command = [sys.executable, "-m", "render.scene.read_apart", *given]
    try:
        code, said, problems = _run(command, tell)
        if code == EXIT_BAD_INPUT:
            raise InputError(*json.loads(said))
        if code == -signal.SIGKILL:
            raise InputError(name, "", "was ended while being read: memory ran out", "Use a lighter set")
        if code:
            last = (problems.strip().splitlines() or [f"it ended with {code}"])[-1]
            raise InputError(name, "", f"cannot be read: {last}", "See the log of the render process")
        return read_set(out)
    except subprocess.TimeoutExpired as error:
        raise InputError(name, "", f"took more than {LONGEST_S:.0f} s to read", "Use a lighter set") from error
    except (OSError, MessageError) as error:
        raise InputError(name, "", f"cannot be read: {error}", "Is the disk full?") from error
    finally:
        out.unlink(missing_ok=True)


def _run(command: list[str], tell: Tell) -> tuple[int, str, str]:
    """Run a reader: its exit code, the last thing it said that was no share, and its errors. Raises TimeoutExpired."""
    alone = {**os.environ, "LP_NUM_THREADS": "1"}  # a software renderer leaves the other cores to the walls
    said = ""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as problems:
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=problems, text=True, env=alone) as child:
            late = threading.Timer(LONGEST_S, child.kill)
            late.start()
            try:
                for line in child.stdout or ():
                    if line.startswith(SHARE_LINE):
                        tell(float(line.removeprefix(SHARE_LINE)))
                    else:
                        said = line
                child.wait()
            finally:
                in_time = late.is_alive()
                late.cancel()
        if not in_time:
            raise subprocess.TimeoutExpired(command, LONGEST_S)
        problems.seek(0)
        return child.returncode, said, problems.read()


def main() -> None:
    """Read one set for another process."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--scene", required=True)
    parser.add_argument("--folder", required=True, type=Path)
    parser.add_argument("--quality", required=True, type=Quality.model_validate_json)
    parser.add_argument("--out", required=True, type=Path)
    given = parser.parse_args()
    die_with_parent()
    os.nice(LOWEST)
    limit_memory()
    try:
        path = named_scene(given.scene, given.folder)
        scene = load_scene_data(load_scene(path), path.parent, _say)
        write_set(scene, given.out)
    except InputError as error:
        _end(error)
    except MemoryError as error:
        _end(out_of_memory(given.scene, "", error))
    lift_limit()
    compile_once(scene, given.quality)


def _say(share: float) -> None:
    sys.stdout.write(f"{SHARE_LINE}{share:.3f}\n")
    sys.stdout.flush()


def _end(error: InputError) -> NoReturn:
    """Say what is wrong in one line, and end."""
    sys.stdout.write(json.dumps([error.where, error.field, error.problem, error.remedy]) + "\n")
    sys.exit(EXIT_BAD_INPUT)


def compile_once(scene: SceneData, quality: Quality) -> None:
    """Draw every variant of a set into a scratch target, to fill the driver's cache. If this process cannot, the
    render process waits for its compiler."""
    with suppress(GraphicsError, moderngl.Error, MemoryError):
        context = create_offscreen_context()
        targets = TargetMaker(context, Material.LIT, quality.msaa)
        drawn = ScenePass(context, scene, quality, Material.LIT, exact=False)
        drawn.warm_up(targets.scratch, ANY_VIEW)
        drawn.release()
        targets.release()
        context.release()


if __name__ == "__main__":
    main()
