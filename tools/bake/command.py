"""`openstage scene bake`: from a scene file to the bake beside it, and what it took."""

from __future__ import annotations

import os
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

from render.layers.mesh.gltf.layer import read_meshes
from render.layers.mesh.merging import merged
from render.transport.file import bake_file, write_bake
from stage.clock import MonotonicClock
from stage.model.layers import GltfLayer
from stage.model.scene import Scene
from tools.bake.baking import Settings, Tell, baked

MB = 1e6


@dataclass(frozen=True, slots=True)
class BakeReport:
    """What was baked, and what it took."""

    file: str
    seconds: float
    size_mb: float
    receivers: int
    patches: int
    vertices: int
    lamps: int

    def document(self) -> dict[str, object]:
        """The report as JSON values."""
        return asdict(self)

    def text(self) -> str:
        """For people."""
        return (
            f"{self.file}: {self.size_mb:.1f} MB in {self.seconds:.0f} s; {self.receivers} receivers for "
            f"{self.vertices} vertices, {self.patches} patches, {self.lamps} lamps"
        )


def bake_scene(scene: Scene, path: Path, how: tuple[int, float, int], tell: Tell) -> BakeReport:
    """Bake a set; `how`: rays, size of patches (m), cores (0 = all). Raises InputError."""
    rays, cell_m, cores = how
    clock = MonotonicClock()
    begun_ns, target = clock.now_ns(), bake_file(scene.name, path.parent)
    meshes = merged([read_meshes(layer, path.parent) for layer in scene.layers if isinstance(layer, GltfLayer)])
    kept = path.parent / f".{scene.name}.light"
    made = baked(meshes, Settings(rays, cell_m), kept, cores or os.cpu_count() or 1, tell)
    write_bake(target, made, {"rays": float(rays), "cell_m": cell_m})
    shutil.rmtree(kept)
    return BakeReport(
        file=str(target),
        seconds=round((clock.now_ns() - begun_ns) / 1e9, 1),
        size_mb=round(target.stat().st_size / MB, 3),
        receivers=len(made.on_receivers.rays),
        patches=len(made.on_patches.rays),
        vertices=len(made.front),
        lamps=len(made.lamps.materials) + len(made.lamps.lights),
    )
