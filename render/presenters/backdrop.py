"""The backdrop process: windows beneath those of render, showing each output's last picture.

When render dies and its windows close, the wall keeps its picture until render is back.
"""

from __future__ import annotations

import moderngl
import numpy as np
from numpy.typing import NDArray

from render.gl.context import GL_VERSION
from render.presenters.last_picture import LastPictureReader, picture_path
from render.presenters.placement import WindowKind, window_places
from stage.files.loading import load_stage
from stage.process.service import Service, run_service
from stage.units import NS_PER_S

LOOK_NS = NS_PER_S // 4


def keep_pictures(service: Service) -> None:
    """Check for newer pictures four times a second and show them, beneath all other windows."""
    from render.presenters.desktop import PictureWindow, screens  # pyglet needs a display

    stage = load_stage(service.stage_path)
    sizes = {output.name: output.size_px for output in stage.outputs}
    places = [
        place
        for place in window_places(stage, screens(), str(service.stage_path), service.windowed)
        if place.kind is not WindowKind.ORDINARY
    ]
    windows = {place.output: PictureWindow(place, f"{stage.name}: backdrop", False, visible=False) for place in places}
    if not windows:
        return
    next(iter(windows.values())).switch_to()
    ctx = moderngl.create_context(require=GL_VERSION)
    textures = {name: ctx.texture(sizes[name], 4) for name in windows}
    readers = {name: LastPictureReader(picture_path(service.run_dir, name)) for name in windows}
    for name, window in windows.items():
        textures[name].write(np.zeros((*sizes[name][::-1], 4), np.uint8).tobytes())
        window.show_texture(textures[name].glo, sizes[name])
        window.show_below()
    next_look_ns = service.clock.now_ns()
    while not service.stopping:
        for name, window in windows.items():
            if (picture := readers[name].read()) is not None and fits(picture, sizes[name]):
                next(iter(windows.values())).switch_to()
                textures[name].write(picture[::-1].tobytes())
                ctx.finish()
            window.copy()
            window.flip()
            window.dispatch_events()
        service.beat(ready=True)
        next_look_ns += LOOK_NS
        service.clock.sleep_until_ns(next_look_ns)
    for window in reversed(windows.values()):
        window.close()


def fits(picture: NDArray[np.uint8], size_px: tuple[int, int]) -> bool:
    """Whether a picture has this output's size; it does not if the stage file has changed since."""
    return picture.shape[:2] == size_px[::-1]


def main() -> None:
    """`python -m render.presenters.backdrop --stage FILE --run-dir DIR`."""
    run_service("backdrop", keep_pictures)


if __name__ == "__main__":
    main()
