"""`python -m tools.sets [NAME ...] [--out DIR]`: regenerates the demo sets."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path

from stage.files.loading import presets_directory
from stage.model.scene import Scene
from tools.sets.boxes import boxes
from tools.sets.courtyard.courtyard import courtyard
from tools.sets.desert import desert
from tools.sets.marker_board import marker_board
from tools.sets.open_sky import open_sky
from tools.sets.painted_valley import painted_valley
from tools.sets.scene_folder import write_set
from tools.sets.snowfield import snowfield
from tools.sets.street.street import street

SETS: Mapping[str, Callable[[], Mapping[str, bytes | Scene]]] = {
    "courtyard": courtyard,
    "boxes": boxes,
    "marker_board": marker_board,
    "open_sky": open_sky,
    "snowfield": snowfield,
    "painted_valley": painted_valley,
    "desert": desert,
    "street": street,
}


def main() -> None:
    """Write each named set, or all of them, and print their sizes."""
    parser = argparse.ArgumentParser(prog="python -m tools.sets", description="Regenerate the demo sets.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(SETS))
    parser.add_argument("--out", type=Path, default=presets_directory() / "scenes", help="the folder of scenes")
    arguments = parser.parse_args()
    if unknown := set(arguments.names) - set(SETS):
        parser.error(f"no such set: {', '.join(sorted(unknown))}. Choose from: {', '.join(SETS)}")
    for name in arguments.names or SETS:
        files = SETS[name]()
        write_set(arguments.out / name, files)
        sizes = ", ".join(f"{file} {len(data)} B" for file, data in files.items() if isinstance(data, bytes))
        print(f"{arguments.out / name}: {sizes}")


if __name__ == "__main__":
    main()
