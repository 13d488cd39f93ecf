"""Reads a set in its own process: a thread beside the drawing would delay it, and would starve on a slow machine.

`python -m render.scene.read_apart --scene NAME --folder FOLDER --quality JSON --out FILE` reads a set and writes it as
arrays and records (`set_file`), or the problem as JSON; `read_apart` starts it and loads the set. The file never
leaves the machine: it is in the run directory, which only its owner can read.

The process then draws the set once: graphics drivers keep compiled shaders on disk (Mesa's and NVIDIA's caches), so
the render process, which must not wait for a compiler, finds them there.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import moderngl

from render.gl.context import create_offscreen_context
from render.plan.panels import ANY_VIEW
from render.scene.loading import load_scene_data
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
LOWEST = 19
"""The Unix priority (niceness): drawing the walls goes first."""


def read_apart(folder: Path, run_dir: Path, quality: Quality, name: str) -> SceneData:
    """The named set, from the stage file's folder or the presets, to be drawn in a `quality`.

    Raises InputError if it cannot be read or if the process that reads it dies.
    """
    out = run_dir / f"set-{name}-{secrets.token_hex(8)}.npz"
    given = ["--scene", name, "--folder", str(folder), "--quality", quality.model_dump_json(), "--out", str(out)]
    command = [sys.executable, "-m", "render.scene.read_apart", *given]
    alone = {**os.environ, "LP_NUM_THREADS": "1"}  # a software renderer leaves the other cores to the walls
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST_S, check=False, env=alone)
        if done.returncode == EXIT_BAD_INPUT:
            raise InputError(*json.loads(done.stdout))
        if done.returncode:
            last = (done.stderr.strip().splitlines() or [f"it ended with {done.returncode}"])[-1]
            raise InputError(name, "", f"cannot be read: {last}", "See the log of the render process")
        return read_set(out)
    except subprocess.TimeoutExpired as error:
        raise InputError(name, "", f"took more than {LONGEST_S:.0f} s to read", "Use a lighter set") from error
    except (OSError, MessageError) as error:
        raise InputError(name, "", f"cannot be read: {error}", "Is the disk full?") from error
    finally:
        out.unlink(missing_ok=True)


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
    try:
        path = named_scene(given.scene, given.folder)
        scene = load_scene_data(load_scene(path), path.parent)
    except InputError as error:
        sys.stdout.write(json.dumps([error.where, error.field, error.problem, error.remedy]))
        sys.exit(EXIT_BAD_INPUT)
    write_set(scene, given.out)
    compile_once(scene, given.quality)


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
