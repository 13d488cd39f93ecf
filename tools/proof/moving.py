"""What a moving camera sees of the walls of a running stage: frames of the real processes, drawn again as positions."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from render.view.material import Material
from stage.messages.frames import Frame
from stage.model.camera import Camera
from tools.proof.exposure import middle_ns
from tools.proof.live import LiveRun
from tools.proof.rig import Rig, true_state
from tools.proof.walls.parallax import figures, measure_wall, wall_positions

FRAMES = 12


@dataclass(frozen=True, slots=True)
class MovingFigures:
    """Parallax error of live frames in px of the camera, over all walls: what prediction, timing and the network leave
    of it."""

    frames: int
    mean_px: float
    p99_px: float


def moving_figures(rig: Rig, seen: LiveRun, camera: Camera) -> MovingFigures | None:
    """Frames spread over a run, as they were decided, against the true pupil in the middle of their exposure. None if
    no wall showed the inner view."""
    drawn = [seen.frames[number] for number in sorted(seen.reports) if number in seen.frames]
    chosen = [drawn[index] for index in np.unique(np.linspace(0, len(drawn) - 1, FRAMES).astype(int))] if drawn else []
    renderer = rig.renderer(Material.PROBE)
    positions = {name: wall_positions(surface) for name, surface in rig.surfaces.items()}
    errors = []
    for frame in chosen:
        renderer.draw(_plain(frame))
        state = next(state for state in frame.cameras if state.name == camera.name)
        pupil = seen.true_pupil(camera.name, frame.present_ns + middle_ns(seen.stage, camera))
        true = replace(true_state(camera, pupil), lens=state.lens)
        for name, places in positions.items():
            shown = np.asarray(renderer.readback.wall(name), np.float32)
            errors.append(measure_wall(places, shown, true, state.position_m, camera.image_px))
    renderer.release()
    found = figures(errors) if errors else None
    return None if found is None else MovingFigures(len(chosen), found.mean, found.p99)


def _plain(frame: Frame) -> Frame:
    """The frame without what covers the set."""
    return replace(frame, look=replace(frame.look, frame_code=False), show=type(frame.show)())
