"""A set drawn by the path tracer, as files: what `openstage scene reference` does."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from render.scene.loading import load_scene_data
from render.stills.drawing import in_look, monitor_codes
from render.view.moment import Moment
from stage.files.loading import find_look, load_preset
from stage.show.heavens import heavens_of
from tools.bench.light.comparing import set_of
from tools.live.progress import progress
from tools.proof.picture_file import write_picture
from tools.scene.drawing import POSES, StillPose, view_of
from tools.tracing.bare_set import BareSet
from tools.tracing.likeness import noise
from tools.tracing.reference import Kept, ReferenceTracer
from tools.tracing.tracing import Camera
from tools.tracing.variant import tracer
from tools.tracing.world import Singles


def drawn_reference(
    what: tuple[str, str, float],
    poses: Sequence[StillPose] | None,
    how: tuple[float, tuple[int, int], int],
    folder: Path,
    as_json: bool,
) -> dict[str, object]:
    """Draw a set (its name, the look's, scene time) from poses (None: from the front) with a field of view (degrees),
    a size and samples a pixel; print what was drawn unless `as_json`. Raises InputError."""
    (text, look_name, time_s), (fov_deg, size_px, samples) = what, how
    look = load_preset(find_look(look_name)).look
    scene, home = set_of(text)
    mitsuba = tracer()
    data = load_scene_data(scene, home)
    moment = Moment(look, heavens_of(look.sun, scene, None), time_s)
    bare = BareSet(data)
    pictures, drawn = [], []
    with progress("scene reference", as_json) as tell:
        tell(mitsuba.line)
        tracing = ReferenceTracer(mitsuba.mi, data, bare, Kept(folder / "references"), samples)
        for pose in poses or POSES[:1]:
            camera = Camera(view_of(pose, fov_deg, size_px), size_px)
            found = tracing.reference(camera, moment, tell)
            target = folder / f"{pose.name}.png"
            write_picture(target, monitor_codes(in_look(found.light, look)))
            write_light(target.with_suffix(".exr"), found.light)
            drawn.append(found)
            pictures.append({"file": str(target), "noise_flip": noise(found), "notes": list(found.notes)})
    bare.close()
    if not as_json:
        print("\n".join(f"{one['file']}   noise: FLIP {one['noise_flip']:.3f}" for one in pictures))
        for note in dict.fromkeys(note for one in drawn for note in one.notes):
            print(note)
    return {"scene": scene.name, "look": look_name, "time_s": time_s, "tracer": mitsuba.line, "pictures": pictures}


def write_light(path: Path, light: Singles) -> None:
    """(h, w, 3) scene-linear light as OpenEXR, 16-bit floats, Rec.709 primaries."""
    import OpenEXR

    header = {"compression": OpenEXR.ZIP_COMPRESSION, "type": OpenEXR.scanlineimage}
    with OpenEXR.File(header, {"RGB": np.ascontiguousarray(light, np.float16)}) as file:
        file.write(str(path))
