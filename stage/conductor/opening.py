"""The show as a conductor opens it: from the stage file, or as it was before this process restarted."""

from __future__ import annotations

import logging

from stage.conductor.kept_show import Kept, ShowKeeper
from stage.errors import InputError
from stage.files.loading import load_preset, load_scene, named_look, named_scene
from stage.model.scene import Scene
from stage.model.stagefile import Stage
from stage.process.service import Service
from stage.show.camera_choice import first_choice
from stage.show.show_control import ShowControl

log = logging.getLogger("openstage.conductor")


def opened_show(service: Service, stage: Stage) -> ShowControl:
    """The show of a stage as its file has it. Raises InputError where its look or its set cannot be read."""
    folder = service.stage_path.parent

    def find(name: str) -> Scene:
        return load_scene(named_scene(name, folder))

    control = ShowControl(
        preset=load_preset(named_look(stage.look, folder)),
        scene=find(stage.scene),
        scene_name=stage.scene,
        place=stage.place,
        find=find,
        walls=tuple(wall.name for wall in stage.walls),
        fixtures=tuple(fixture.name for fixture in stage.fixtures),
        choice=first_choice(stage.cameras),
    )
    control.take_locks = stage.take_locks
    return control


def gone_on(control: ShowControl, keeper: ShowKeeper, now_ns: int) -> Kept | None:
    """Go on with the show as the conductor before this one left it; None where there was none."""
    if (before := keeper.kept(now_ns)) is None:
        return None
    try:
        control.restore(before.memory, now_ns)
    except InputError as error:
        log.error("the show starts afresh: %s", error)
        return None
    return before
