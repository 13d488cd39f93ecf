"""The frame before anything was tracked: what warm-up draws. Pure."""

from __future__ import annotations

from stage.messages.frames import Frame
from stage.model.look import Look
from stage.model.stagefile import Stage
from stage.show.camera_choice import first_choice
from stage.show.home import home_state


def first_frame(stage: Stage) -> Frame:
    """Every camera at home, the stage's own set, a neutral look with the frame's code."""
    return Frame(
        number=0,
        present_ns=0,
        decided_ns=0,
        scene=stage.scene,
        scene_time_s=0.0,
        outer_number=0,
        outer_scene_time_s=0.0,
        look=Look(frame_code=True),
        cameras=tuple([home_state(camera) for camera in stage.cameras]),
        choice=first_choice(stage.cameras),
    )
