"""`python -m tools.sets.unseen --out DIR`: makes them, and prints their scene files."""

from __future__ import annotations

import argparse
from pathlib import Path

from tools.sets.scene_folder import write_set
from tools.sets.unseen.hills import forest_edge, hill_town
from tools.sets.unseen.rooms import glossy_hall, one_window
from tools.sets.unseen.street import canyon

SETS = {
    "one_window": one_window,
    "canyon": canyon,
    "forest_edge": forest_edge,
    "glossy_hall": glossy_hall,
    "hill_town": hill_town,
}


def main() -> None:
    """Write all of them."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.sets.unseen", description="Make the sets nothing is tuned on."
    )
    parser.add_argument("--out", type=Path, required=True, help="the folder of scenes")
    folder = parser.parse_args().out
    for name, make in SETS.items():
        write_set(folder / name, make())
        print(folder / name / "scene.toml")


if __name__ == "__main__":
    main()
