"""An OpenColorIO config of a wall, baked into one 3-D LUT: PQ-encoded light in, the wall's signal out."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from stage.errors import InputError
from stage.maths.colour_lut import Lut3d
from stage.maths.colour_transfer import pq_nits
from stage.maths.scene_linear import builtin_config, exact_cpu
from stage.units import NITS_PER_UNIT

SIZE = 64
BUILTIN = "ocio://"


def bake_ocio(config: str, of: str, into: str, beside: Path) -> Lut3d:
    """The LUT from linear light of the space `of` (1.0 = 100 nits) to the signal of the space `into`.

    `config` is a file beside the stage file, or `ocio://NAME` for one that comes with OpenColorIO.
    Raises InputError: no config, no such space.
    """
    import PyOpenColorIO as ocio

    where = config if config.startswith(BUILTIN) else str(beside / config)
    try:
        opened = (
            builtin_config(config.removeprefix(BUILTIN))
            if config.startswith(BUILTIN)
            else ocio.Config.CreateFromFile(where)
        )
        for folder in opened.getSearchPaths():
            if Path(folder).is_absolute() or ".." in Path(folder).parts:
                raise InputError(where, "search_path", f"leads outside, to {folder!r}", "Keep LUTs beside the config")
        known = [space.getName() for space in opened.getColorSpaces()]
        for field, name in (("ocio_from", of), ("ocio_to", into)):
            if opened.getColorSpace(name) is None:
                raise InputError(where, field, f"has no colour space {name!r}", f"It has: {', '.join(known[:24])}")
        processor = exact_cpu(opened.getProcessor(of, into))
    except (ocio.Exception, ocio.ExceptionMissingFile) as error:
        raise InputError(where, "", f"OpenColorIO cannot use it: {error}", "Check the config and its files") from error
    light = np.asarray(pq_nits(np.linspace(0.0, 1.0, SIZE)) / NITS_PER_UNIT, np.float32)
    blue, green, red = np.meshgrid(light, light, light, indexing="ij")
    table = np.ascontiguousarray(np.stack([red, green, blue], axis=-1).reshape(-1, 3))
    processor.applyRGB(table)
    if not np.isfinite(table).all():
        raise InputError(where, "ocio_to", f"{into!r} gives values that are not finite", "Choose a display space")
    return Lut3d(np.clip(table, 0.0, 1.0).reshape(SIZE, SIZE, SIZE, 3))
