"""The stills process: draws pictures of looks that are not on air, when there is time.

The show does not need it: it runs at the lowest priority, holds nothing until the first still is asked for, and draws
one small picture at a time.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from stage.errors import GraphicsError
from stage.files.loading import load_stage
from stage.messages.stills import StillAsked
from stage.process.service import Service, run_service
from stage.units import NS_PER_S

if TYPE_CHECKING:
    from render.stills.artist import StillThread

LOWEST = 19
"""The Unix priority (niceness): everything else goes first."""
WAIT_NS = NS_PER_S // 10


def draw_stills(service: Service) -> None:
    """Receive requests, draw them, answer."""
    os.nice(LOWEST)
    thread: StillThread | None = None
    asked = service.bus.subscriber("still.asked")
    try:
        while not service.stopping:
            for record in asked.receive(WAIT_NS):
                if isinstance(record, StillAsked):
                    thread = thread or _thread(service)
                    thread.ask(record)
            while thread is not None and (drawn := thread.take()) is not None:
                service.publish(drawn)
            if thread is not None and not thread.alive:
                raise GraphicsError("stills cannot be drawn: the error is above")
            service.beat(ready=True)
    finally:
        asked.close()
        if thread is not None:
            thread.close()


def _thread(service: Service) -> StillThread:
    """The thread that draws. OpenGL and its libraries are not loaded before the first still."""
    from render.stills.artist import StillThread

    stage = load_stage(service.stage_path)
    return StillThread(service.stage_path.parent, stage.quality, stage.place, service.clock)


def main() -> None:
    """`python -m render.stills.service --stage FILE --run-dir DIR`."""
    run_service("stills", draw_stills)


if __name__ == "__main__":
    main()
