"""The console process: what the bus says, shown to the operator in a browser."""

from __future__ import annotations

import logging
import socket
from functools import partial
from pathlib import Path

from stage.bus.bus import Subscriber
from stage.clock import wall_clock_utc_s
from stage.console.app import WEB_DIST, build_app
from stage.console.check.api import figures_of
from stage.console.check.desk import CheckDesk
from stage.console.check.report import CheckState
from stage.console.desk import Desk
from stage.console.door.door import SESSIONS_FILE, Door
from stage.console.door.guard import is_loopback
from stage.console.door.keys import key_stamp, keys_of
from stage.console.door.operators import Operators
from stage.console.health.lookback import Lookback, LookbackFile
from stage.console.health.meter import LiveMeter
from stage.console.library.cue_desk import CueDesk
from stage.console.library.folder_watch import FolderWatch
from stage.console.library.preset_api import Presets
from stage.console.library.shelf import shelf_of, shelf_stamp
from stage.console.library.show_api import Shows
from stage.console.link.board import Board
from stage.console.link.description import StageDescription, describe
from stage.console.link.pictures import Gallery, Picture
from stage.console.link.plain import Plain, plain
from stage.console.link.viewing import viewings
from stage.console.link.web_server import (
    WebServer,
    inherited_socket,
    listening_socket,
    remembered_port,
    url_of,
    write_address,
)
from stage.console.orders.command_line import CommandLine
from stage.console.orders.control_api import Control
from stage.console.stills.api import Stills
from stage.console.stills.desk import StillDesk
from stage.console.stills.eye import StillEye
from stage.errors import ProcessError
from stage.library.completion import completed
from stage.messages.commands import CommandResult, OnAir
from stage.messages.frames import Preview
from stage.model.loading import load_stage
from stage.process.service import Service, run_service
from stage.units import NS_PER_S
from stage.walls.surface import surface_of

WINDOW_NS = NS_PER_S // 30
"""Browsers are sent the newest value per key of each such window."""
COMMAND_NS = NS_PER_S // 200
"""No command waits longer here before it is sent on."""
SHELF = "shelf/"
CHECK = "check/"
CUES = "cues/"
METER = "meter/"
METER_NS = NS_PER_S // 2
OPERATORS = "operators/"
EVERY_RECORD = (
    "tracking.health",
    "conductor.frame",
    "frame.report",
    "process.state",
    "process.heartbeat",
    "process.loop",
    "alert",
    "show.air",
    "command.result",
    "render.set",
    "lights.state",
)
NEWEST_ONLY = ("wall.preview", "still.drawn")

log = logging.getLogger("openstage.console")


def show(service: Service) -> None:
    """Listen to the bus; every window, hand what changed to the server's thread."""
    stage = load_stage(service.stage_path)
    surfaces = {wall.name: surface_of(wall, service.stage_path.parent) for wall in stage.walls}
    description = describe(stage, surfaces)
    meter = LiveMeter(stage, surfaces, description.outputs)
    metered_ns = 0
    records = service.bus.subscriber(*EVERY_RECORD)
    previews = service.bus.subscriber(*NEWEST_ONLY, newest_only=True)
    state: Board[Plain] = Board()
    state.put({"stage/": plain(description)})
    pictures = Gallery(viewings(stage.walls, description.outputs))
    folder = service.stage_path.parent
    line = CommandLine(service.clock, partial(completed, folder))
    state.put({SHELF: plain(shelf_of(folder))})
    watch = FolderWatch(shelf_stamp(folder))
    presets = Presets(folder, lambda: line.air, watch.hurry)
    cues = CueDesk(folder)
    shows = Shows(folder, cues.watch.hurry)
    stills = Stills(folder, presets, StillDesk(StillEye(description.stage_eye_m), service.clock.now_ns))
    check = _check_desk(service, state)
    bound = inherited_socket(service.listen_fd) or listening_socket(
        service.listen[0], service.listen[1] or remembered_port(service.run_dir)
    )
    door = _door(service, state, is_loopback(bound.getsockname()[0]))
    keys = FolderWatch(lambda: key_stamp(service.run_dir))
    control = Control(line, lambda: shelf_of(folder))
    server = _serve(
        service=service,
        state=state,
        pictures=pictures,
        control=control,
        check=check,
        presets=presets,
        shows=shows,
        stills=stills,
        door=door,
        bound=bound,
    )
    kept = LookbackFile(service.run_dir)
    lookback = Lookback(kept.read())
    desk = Desk(description, service.clock.now_ns(), lookback, lambda: door.tries.suspects)
    try:
        while not service.stopping:
            if not server.alive:
                raise ProcessError("the web server has ended: its error is above")
            _window(
                service=service,
                desk=desk,
                records=records,
                previews=previews,
                server=server,
                state=state,
                pictures=pictures,
                line=line,
                stills=stills.desk,
                meter=meter,
            )
            if (now_ns := service.clock.now_ns()) - metered_ns > METER_NS:
                metered_ns = now_ns
                server.call(state.put, {METER: plain(meter.reading())})
            kept.keep(lookback, now_ns)
            if check.running:
                server.call(check.look)
            if watch.changed(service.clock.now_ns()):
                server.call(state.put, {SHELF: plain(shelf_of(folder))})
            if (cue_list := cues.news(line.air, service.clock.now_ns())) is not None:
                server.call(state.put, {CUES: plain(cue_list)})
            if door.keys is not None and keys.changed(service.clock.now_ns()):
                server.call(door.take_keys, keys_of(service.run_dir))
            service.beat(ready=True)
    finally:
        server.stop()
        check.close()


def description_of(stage_path: Path) -> StageDescription:
    """The stage file, its walls as triangles. Raises InputError."""
    stage = load_stage(stage_path)
    return describe(stage, {wall.name: surface_of(wall, stage_path.parent) for wall in stage.walls})


def _check_desk(service: Service, state: Board[Plain]) -> CheckDesk:
    def tell(now: CheckState) -> None:
        state.put({CHECK: plain(now)})

    return CheckDesk(
        service.stage_path, service.run_dir, service.clock, wall_clock_utc_s, tell, lambda: figures_of(state)
    )


def _door(service: Service, state: Board[Plain], loopback: bool) -> Door:
    """Who is let in: at an address of the network with keys, on loopback without."""

    def tell(people: Operators) -> None:
        state.put({OPERATORS: plain(people)})

    keys = None if loopback else keys_of(service.run_dir)
    name = socket.gethostname()
    door = Door(service.clock, keys, service.run_dir / SESSIONS_FILE, (name, f"{name}.local"))
    door.told = tell
    state.put({OPERATORS: plain(Operators())})
    return door


def _serve(
    service: Service,
    state: Board[Plain],
    pictures: Board[Picture],
    control: Control,
    check: CheckDesk,
    presets: Presets,
    shows: Shows,
    stills: Stills,
    door: Door,
    bound: socket.socket,
) -> WebServer:
    app = build_app(
        state,
        pictures,
        loopback_only=door.keys is None,
        control=control,
        check=check,
        presets=presets,
        shows=shows,
        stills=stills,
        door=door,
    )
    server = WebServer(app, bound)
    server.start()
    write_address(service.run_dir, bound)
    log.info("the console is at %s", url_of(bound))
    if door.keys is not None:
        log.info("it is on the network: a PIN is asked for (`openstage console pin` shows it)")
    if not WEB_DIST.is_dir():
        log.warning("the page is not built: run `python -m tools.dev.build_console`; the API works")
    return server


def _window(
    service: Service,
    desk: Desk,
    records: Subscriber,
    previews: Subscriber,
    server: WebServer,
    state: Board[Plain],
    pictures: Gallery,
    line: CommandLine,
    stills: StillDesk,
    meter: LiveMeter,
) -> None:
    ends_ns = service.clock.now_ns() + WINDOW_NS
    while (left_ns := ends_ns - service.clock.now_ns()) > 0:
        heard = records.receive(min(left_ns, COMMAND_NS))
        for command in line.fetch():
            service.publish(command)
        for record in heard:
            stills.hear(record)
            if isinstance(record, CommandResult):
                server.call(line.answered, record)
            elif isinstance(record, OnAir):
                line.air = record
        desk.hear(heard, service.clock.now_ns())
    _show_pictures(service, previews, server, pictures, stills, meter)
    changes = desk.changes(service.clock.now_ns())
    if changes.changed or changes.gone:
        server.call(state.put, changes.changed, changes.gone)
    for alert in changes.alerts:
        service.publish(alert)


def _show_pictures(
    service: Service,
    previews: Subscriber,
    server: WebServer,
    pictures: Gallery,
    stills: StillDesk,
    meter: LiveMeter,
) -> None:
    """What the outputs show, its light, and stills of what they could show."""
    seen = previews.receive()
    for record in seen:
        stills.hear(record)
        if isinstance(record, Preview):
            meter.hear(record)
    if (asked := stills.fetch()) is not None:
        service.publish(asked)
    new = pictures.hung(seen)
    if new:
        server.call(pictures.put, new)


def main() -> None:
    """`python -m stage.console.service --stage FILE --run-dir DIR`."""
    run_service("console", show)


if __name__ == "__main__":
    main()
