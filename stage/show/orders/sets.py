"""Orders about the set: which one is on the walls, which are kept ready. Pure."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from stage.messages.commands import OnAir
from stage.model.base import Model, Name
from stage.show.admission import AwaitedError
from stage.show.orders.order import Files, Given, Order, When
from stage.show.show_control import ShowControl

MOST_PREPARED = 4
"""The most sets kept ready besides those of the stage file, to limit memory."""
Prepared = Annotated[tuple[Name, ...], Field(max_length=MOST_PREPARED)]


class SwitchScene(Model):
    """Switch to another set on the next frame. One that is not ready on every render node is refused, and prepared;
    `when_ready`: the switch waits until it is ready."""

    scene: Name
    when_ready: bool = False


class PrepareScenes(Model):
    """The sets to keep ready besides those of the stage file; others may be dropped."""

    scenes: Prepared = ()


def admit(show: ShowControl, scene: str, when_ready: bool, now_ns: int) -> None:
    """Raises InputError where the set is not ready, after requesting it; with `when_ready`, AwaitedError: the order
    waits. It replaces any order that was waiting."""
    show.find(scene)
    show.stop_waiting()
    refusal = None if scene == show.scene else show.admission.refusal(scene, now_ns)
    if refusal is None:
        return
    if scene not in show.prepared:
        show.prepared = (*show.prepared, scene)[-MOST_PREPARED:]
    if when_ready and not show.admission.failed(scene, now_ns):
        raise AwaitedError(scene)
    raise refusal


def _look_for(files: Files, air: OnAir | None, given: Given) -> Given:
    if isinstance(given.get("scene"), str):
        files.look_for(given["scene"])
    return given


def _switch(show: ShowControl, order: SwitchScene, when: When) -> str:
    admit(show, order.scene, order.when_ready, when.now_ns)
    show.put_on(order.scene, show.look)
    return order.scene


def _prepare(show: ShowControl, order: PrepareScenes, when: When) -> str:
    for name in order.scenes:
        show.find(name)
    show.prepared = order.scenes
    return ", ".join(order.scenes) or "none besides those of the stage file"


ROWS: tuple[Order[Any], ...] = (
    Order("scene.switch", "Set", SwitchScene, _switch, complete=_look_for, lock="sets"),
    Order("scene.prepare", "Sets kept ready", PrepareScenes, _prepare, no_address="cues prepare the sets that follow"),
)
