"""Shows a frame of the small stage in windows, saves what it drew, and stays until its input ends.

`python -m tests.e2e.show_windows FOLDER windowed|full|deep OUTPUT...`; deep = windows, walls of 10 bit.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from render.frame import Renderer
from render.presenters.window import WindowPresenter
from render.warm_up import warm_up
from stage.model.stagefile import Stage
from stage.show.first_frame import first_frame
from tests.shaders.small_stage import camera, frame, looking, small_stage, surfaces_of
from tests.shaders.tiny_set import box_set


def stage_with_windows(shown: list[str], windowed: bool, bits: int) -> Stage:
    """The small stage with some outputs on the screen."""
    document = small_stage().model_dump(by_alias=True)
    for wall in document["walls"]:
        wall["bits"] = bits
    for output in document["outputs"]:
        if output["name"] in shown:
            output.update(screen=0, windowed=windowed)
    return Stage.model_validate(document)


def main(folder: Path, mode: str, *shown: str) -> None:
    stage = stage_with_windows(list(shown), mode != "full", 10 if mode == "deep" else 8)
    presenter = WindowPresenter(stage, "small")
    renderer = Renderer(presenter.ctx, stage, surfaces_of(stage), box_set(), presenter=presenter)
    warm_up(renderer, first_frame(stage))
    for number in range(5):
        renderer.draw(frame(number, camera(orientation=looking(5.0 * number, 20.0))))
        renderer.finish()
        renderer.present()
    for name in shown:
        np.save(folder / f"{name}.npy", renderer.readback.output(name))
    print("shown", flush=True)  # noqa: T201
    sys.stdin.read()
    renderer.release()
    presenter.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
