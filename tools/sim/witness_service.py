"""The live witness: what the first camera would see of the walls, filmed from the outputs' previews.

Not part of the show: it supplies the console's picture on a stage whose wall is simulated.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stage.bus.inbox import Inbox
from stage.files.loading import load_stage
from stage.messages.frames import Frame, Preview
from stage.model.wall import canvas_px
from stage.process.service import Service, run_service
from stage.units import NS_PER_S
from stage.walls.surface import surface_of
from tools.sim.wall_picture import canvases_from_outputs
from tools.sim.witness import WallLight, Witness, display_codes

OUTPUT_NAME = "witness"
PERIOD_NS = NS_PER_S // 2
WIDTH_PX = 480
CANVAS_WIDTH_PX = 480
SURROUND = 0.012


def watch(service: Service) -> None:
    """Twice a second, film the newest previews for the newest frame and publish the picture."""
    stage = load_stage(service.stage_path)
    if not stage.cameras:
        return
    beside = service.stage_path.parent
    surfaces = {wall.name: surface_of(wall, beside) for wall in stage.walls}
    lights = {wall.name: WallLight.of(wall) for wall in stage.walls}
    image_px = stage.cameras[0].image_px
    size_px = (WIDTH_PX, round(WIDTH_PX * image_px[1] / image_px[0]))
    witness, inbox = Witness(surfaces, lights, size_px), Inbox()
    scale = min(1.0, CANVAS_WIDTH_PX / max(canvas_px(wall)[0] for wall in stage.walls))
    records = service.bus.subscriber("conductor.frame", "wall.preview", newest_only=True)
    moment_ns = service.clock.now_ns()
    while not service.stopping:
        moment_ns = max(moment_ns + PERIOD_NS, service.clock.now_ns())
        service.clock.sleep_until_ns(moment_ns)
        inbox.put(records.receive(), moment_ns)
        previews = {p.output: _pixels(p) for p in inbox.all_newest(Preview) if p.output != OUTPUT_NAME}
        frame = inbox.newest(Frame)
        service.beat(ready=bool(previews))
        if frame is None or not frame.cameras or not previews:
            continue
        light = witness.film(frame.cameras[0], canvases_from_outputs(stage, previews, scale), SURROUND)
        pixels = np.full((*light.shape[:2], 4), 255, np.uint8)
        pixels[..., :3] = display_codes(light)
        service.publish(Preview("witness", OUTPUT_NAME, frame.number, *size_px, pixels.tobytes()))
    records.close()


def _pixels(preview: Preview) -> NDArray[np.uint8]:
    return np.frombuffer(preview.pixels, np.uint8).reshape(preview.height_px, preview.width_px, 4)


def main() -> None:
    """`python -m tools.sim.witness_service --stage FILE --run-dir DIR`."""
    run_service("witness", watch)


if __name__ == "__main__":
    main()
