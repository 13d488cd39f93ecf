"""Shows one frame of the small stage in two windows, saves what it drew, and stays until its input ends."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from render.frame import Renderer
from render.presenters.window import WindowPresenter
from stage.model.stagefile import Stage
from tests.shaders.small_stage import camera, frame, looking, small_stage, surfaces_of
from tests.shaders.tiny_set import box_set

SHOWN = ("flat", "ceiling")


def windowed_stage() -> Stage:
    """The small stage with two outputs as windows."""
    document = small_stage().model_dump(by_alias=True)
    for output in document["outputs"]:
        if output["name"] in SHOWN:
            output.update(screen=0, windowed=True)
    return Stage.model_validate(document)


def main(folder: Path) -> None:
    stage = windowed_stage()
    presenter = WindowPresenter(stage, "small")
    renderer = Renderer(presenter.ctx, stage, surfaces_of(stage), box_set(), presenter=presenter)
    renderer.warm_up()
    for number in range(5):
        renderer.draw(frame(number, camera(orientation=looking(5.0 * number, 20.0))))
        renderer.finish()
        renderer.present()
    for name in SHOWN:
        np.save(folder / f"{name}.npy", renderer.read_output(name))
    print("shown", flush=True)  # noqa: T201
    sys.stdin.read()
    renderer.release()
    presenter.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
