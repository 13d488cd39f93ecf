"""`python -m tools.dev.readme_picture`: the picture of the README, filmed by two simulated cameras.

Left: what the tracked camera sees. Right: the same moment for an observer in the studio: on the wall, the inner view
drawn for that camera, within the outer view that lights the actors.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Literal

import cv2
import numpy as np

from render.view.material import Material
from stage.files.loading import find_stage, presets_directory
from stage.maths.pose import Pose, quaternion_from_pan_tilt_roll
from stage.messages.samples import LensState
from tools.proof.rig import Rig, true_state
from tools.sim.wall_picture import canvases_from_outputs
from tools.sim.witness import WallLight, Witness, display_codes

STAGE, SCENE = "volume", "courtyard"
CAMERA_PX, OBSERVER_PX = (960, 540), (760, 540)
OBSERVER = Pose((3.6, -8.4, 1.7), quaternion_from_pan_tilt_roll(23.0, 1.0, 0.0))
OBSERVER_FOCAL_MM = 15.0
GAP_PX = 16
STUDIO, PAPER = 0.006, 18
SAMPLES: Literal[4] = 4


def main() -> None:
    """Draw, film twice, write."""
    rig = Rig(find_stage(STAGE).resolve(), SCENE)
    camera = rig.camera(None)
    seen = true_state(camera, rig.pupil_home(camera))
    renderer = rig.renderer(Material.LIT, samples=SAMPLES)
    renderer.draw(rig.frame(0, (seen,)))
    pictures = {output.name: renderer.readback.output(output.name) for output in rig.stage.outputs}
    canvases = canvases_from_outputs(rig.stage, pictures)
    lights = {wall.name: WallLight.of(wall) for wall in rig.stage.walls}
    aside = replace(
        seen,
        position_m=OBSERVER.position_m,
        orientation=OBSERVER.orientation,
        lens=LensState(OBSERVER_FOCAL_MM),
        sensor_mm=(13.5 * OBSERVER_PX[0] / OBSERVER_PX[1], 13.5),
    )
    through_camera = Witness(rig.surfaces, lights, CAMERA_PX).film(seen, canvases, STUDIO)
    from_aside = Witness(rig.surfaces, lights, OBSERVER_PX).film(aside, canvases, STUDIO)
    gap = np.full((CAMERA_PX[1], GAP_PX, 3), PAPER, np.uint8)
    row = np.hstack([display_codes(through_camera), gap, display_codes(from_aside)])
    path = presets_directory() / "stages" / "volume.png"
    cv2.imwrite(str(path), cv2.cvtColor(row, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_PNG_COMPRESSION, 9])
    renderer.release()
    rig.close()
    print(f"{path}: {row.shape[1]} x {row.shape[0]}, {Path(path).stat().st_size // 1024} kB")


if __name__ == "__main__":
    main()
