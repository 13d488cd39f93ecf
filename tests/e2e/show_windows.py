"""Shows a frame of the small stage in windows, saves what it drew, and stays until its input ends.

`python -m tests.e2e.show_windows FOLDER windowed|full|deep|ordinary|flag|closed OUTPUT...`; deep = windows, walls of 10
bit; flag = full screen in the file, but ordinary windows are asked for; closed = ordinary, and closed by the mouse.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np

from render.frame import Renderer
from render.presenters.window import WindowPresenter
from render.warm_up import warm_up
from stage.model.stagefile import Stage
from stage.show.first_frame import first_frame
from tests.shaders.small_stage import camera, frame, looking, small_stage, surfaces_of
from tests.shaders.tiny_set import box_set

SHOWN: dict[str, dict[str, Any]] = {
    "full": {"screen": 0},
    "windowed": {"screen": 0, "windowed": True},
    "deep": {"screen": 0, "windowed": True},
    "ordinary": {"windowed": True},
    "flag": {"screen": 0},
    "closed": {"windowed": True},
}
"""By mode: what the stage file says of the outputs that are shown."""


def stage_with_windows(shown: list[str], mode: str) -> Stage:
    """The small stage with some outputs on the screen."""
    document = small_stage().model_dump(by_alias=True)
    for wall in document["walls"]:
        wall["bits"] = 10 if mode == "deep" else 8
    for output in document["outputs"]:
        if output["name"] in shown:
            output.update(SHOWN[mode])
    if mode == "flag":  # the flag opens a window for every output, and without a window manager they cover each other
        document["outputs"] = [output for output in document["outputs"] if output["name"] in shown]
    return Stage.model_validate(document)


def windows() -> list[Any]:
    """All windows of this process."""
    from pyglet import app

    return list(app.windows)


def main(folder: Path, mode: str, *shown: str) -> None:
    stage = stage_with_windows(list(shown), mode)
    presenter = WindowPresenter(stage, "small", windowed=mode == "flag")
    renderer = Renderer(presenter.ctx, stage, surfaces_of(stage), box_set(), presenter=presenter)
    warm_up(renderer, first_frame(stage))
    for number in range(5):
        if mode == "closed":
            for window in windows():
                window.dispatch_event("on_close")
        renderer.draw(frame(number, camera(orientation=looking(5.0 * number, 20.0))))
        renderer.finish()
        renderer.present()
    for name in shown:
        np.save(folder / f"{name}.npy", renderer.readback.output(name))
    np.save(folder / "windows.npy", [window.get_size() for window in windows()])
    print("shown", flush=True)  # noqa: T201
    sys.stdin.read()
    renderer.release()
    presenter.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
