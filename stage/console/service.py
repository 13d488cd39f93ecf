"""The console process: shows the stage to operators in a browser and sends on their commands."""

from __future__ import annotations

import logging
import socket
from contextlib import closing

from fastapi import FastAPI

from stage.bus.bus import Subscriber
from stage.console.app import WEB_DIST, build_app
from stage.console.door.door import Door
from stage.console.door.keys import keys_of
from stage.console.link.board import Board
from stage.console.link.description import describe
from stage.console.link.ensemble import Ensemble
from stage.console.link.ground import Ground
from stage.console.link.web_server import (
    ADDRESS_FILE,
    Entrance,
    WebServer,
    address_of,
    inherited_socket,
    listening_socket,
    own_socket,
    remembered_port,
    tls_of,
    url_of,
)
from stage.console.parts import PARTS
from stage.errors import InputError, ProcessError
from stage.files.loading import load_stage
from stage.library import preset_store as presets
from stage.library import show_store as shows
from stage.library.kept_file import remove_drafts
from stage.process.service import Service, run_service
from stage.units import NS_PER_S
from stage.walls.surface import surface_of

WINDOW_NS = NS_PER_S // 30
"""Once per window, browsers are sent the newest value of each changed key."""
COMMAND_NS = NS_PER_S // 200
"""The longest a command waits here before it is sent on."""

ADDRESS = "the console's address"
"""Its name in the alert, where it cannot be kept."""

log = logging.getLogger("openstage.console")


def show(service: Service) -> None:
    """Listen to the bus; once per window, hand the changes to the server's thread."""
    bound = inherited_socket(service.listen_fd) or listening_socket(
        service.listen[0], service.listen[1] or remembered_port(service.run_dir)
    )
    tls = None if service.tls is None else tls_of(*service.tls)
    own = own_way_in(service)
    with closing(WebServer(bound, service.edge, Entrance(own, tls, service.pins))) as server:
        ground = ground_of(service, server)
        ensemble = Ensemble(PARTS, ground, service.edge)
        records = service.bus.subscriber(*ensemble.hears)
        pictures = service.bus.subscriber(*ensemble.sees, newest_only=True)
        try:
            server.call(ground.board.put, ensemble.turn(service.clock.now_ns()).shown)
            _open(service, server, build_app(ground.board, ground.door, ensemble.parts))
            while not service.stopping:
                if not server.alive:
                    raise ProcessError("the web server has ended: its error is above")
                _hear(service, ensemble, records)
                ensemble.hear(pictures.receive(), service.clock.now_ns())
                changes = ensemble.turn(service.clock.now_ns())
                if changes.shown or changes.gone:
                    server.call(ground.board.put, changes.shown, changes.gone)
                service.beat(ready=True)
                if service.keeping.is_failing(ADDRESS):
                    _keep_address(service, server)
        finally:
            server.close()
            ensemble.close()


def own_way_in(service: Service) -> socket.socket | None:
    """The owner's own socket. A console that comes back while its folder takes no files does without: whoever stands
    at the stage needs a console more than a way past the PIN."""
    try:
        return own_socket(service.run_dir)
    except InputError as error:
        log.warning("whoever runs the stage needs a PIN as well until it is started anew: %s", error)
        return None


def _hear(service: Service, ensemble: Ensemble, records: Subscriber) -> None:
    """Take in records and publish what the parts have to send, until the window ends."""
    ends_ns = service.clock.now_ns() + WINDOW_NS
    while (left_ns := ends_ns - service.clock.now_ns()) > 0:
        heard = records.receive(min(left_ns, COMMAND_NS))
        for record in ensemble.fetch():
            service.publish(record)
        ensemble.hear(heard, service.clock.now_ns())


def _open(service: Service, server: WebServer, app: FastAPI) -> None:
    """Start serving browsers, and publish the address."""
    server.start(app)
    secure = server.entrance.tls is not None
    _keep_address(service, server)
    log.info("the console is at %s", url_of(server.bound, secure))
    if service.pins:
        log.info("whoever opens it needs a PIN (`openstage console pin` shows it)")
    if not WEB_DIST.is_dir():
        log.warning("the page is not built: run `python -m tools.dev.build_console`. The API works without it")


def _keep_address(service: Service, server: WebServer) -> None:
    """Write the address into the run directory; tried again while that is not possible."""
    address = address_of(server.bound, server.entrance.tls is not None)
    service.keeping.write(service.run_dir / ADDRESS_FILE, address, ADDRESS, service.clock.now_ns())


def ground_of(service: Service, server: WebServer) -> Ground:
    """What all parts share; drafts of saves that were killed are removed. Raises InputError where the stage file cannot
    be read."""
    own = service.stage_path.parent
    for folder in (own, own / presets.FOLDER, own / shows.FOLDER):
        remove_drafts(folder)
    stage = load_stage(service.stage_path)
    surfaces = {wall.name: surface_of(wall, service.stage_path.parent) for wall in stage.walls}
    return Ground(
        stage_path=service.stage_path,
        run_dir=service.run_dir,
        clock=service.clock,
        stage=stage,
        surfaces=surfaces,
        description=describe(stage, surfaces),
        board=Board(),
        door=_door(service),
        keeping=service.keeping,
        call=server.call,
    )


def _door(service: Service) -> Door:
    """The door: with keys where visitors need a PIN."""
    keys = keys_of(service.run_dir) if service.pins else None
    name = socket.gethostname()
    door = Door(service.clock, keys, service.run_dir, (name, f"{name}.local"))
    door.edge = service.edge
    door.keep_with(service.keeping)
    return door


def main() -> None:
    """`python -m stage.console.service --stage FILE --run-dir DIR`."""
    run_service("console", show)


if __name__ == "__main__":
    main()
