"""A set read by a process of its own: a thread beside the drawing would hold it up, and starve where it is slow.

`python -m render.read_apart --scene NAME --folder FOLDER --out FILE` reads a set and writes it as Python's pickle,
or the problem as JSON beside it; `read_apart` starts it, waits, and takes the set in. The file never leaves the
machine: it lies in the run directory, which is its owner's alone.
"""

from __future__ import annotations

import argparse
import json
import pickle
import subprocess
import sys
from pathlib import Path

from render.scene.loading import load_scene_data
from render.scene.scene_data import SceneData
from stage.errors import EXIT_BAD_INPUT, InputError
from stage.lifeline import die_with_parent
from stage.model.loading import find_scene, load_scene

LONGEST_S = 300.0


def read_apart(folder: Path, run_dir: Path, name: str) -> SceneData:
    """The set of a name, as the stage file's folder or the presets have it.

    Raises InputError where it cannot be read, also where the process that reads it dies.
    """
    out = run_dir / f"set-{name}.pickle"
    command = [sys.executable, "-m", "render.read_apart", "--scene", name, "--folder", str(folder), "--out", str(out)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST_S, check=False)
        if done.returncode == EXIT_BAD_INPUT:
            raise InputError(*json.loads(done.stdout))
        if done.returncode:
            last = (done.stderr.strip().splitlines() or [f"it ended with {done.returncode}"])[-1]
            raise InputError(name, "", f"cannot be read: {last}", "See the log of the render process")
        with out.open("rb") as file:
            scene: SceneData = pickle.load(file)
        return scene
    except subprocess.TimeoutExpired as error:
        raise InputError(name, "", f"took more than {LONGEST_S:.0f} s to read", "Use a lighter set") from error
    except OSError as error:
        raise InputError(name, "", f"cannot be read: {error}", "Is the disk full?") from error
    finally:
        out.unlink(missing_ok=True)


def main() -> None:
    """Read one set for another process."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--scene", required=True)
    parser.add_argument("--folder", required=True, type=Path)
    parser.add_argument("--out", required=True, type=Path)
    given = parser.parse_args()
    die_with_parent()
    try:
        path = find_scene(given.scene, given.folder)
        scene = load_scene_data(load_scene(path), path.parent)
    except InputError as error:
        sys.stdout.write(json.dumps([error.where, error.field, error.problem, error.remedy]))
        sys.exit(EXIT_BAD_INPUT)
    with given.out.open("wb") as file:
        pickle.dump(scene, file, protocol=pickle.HIGHEST_PROTOCOL)


if __name__ == "__main__":
    main()
