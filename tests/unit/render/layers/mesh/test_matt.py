"""Matt surfaces: what a machine without a graphics card draws, and what it keeps."""

from __future__ import annotations

from render.layers.mesh.matt import matt
from render.layers.mesh.mesh_data import MeshData, MeshMaterial, PictureUse
from stage.model.stagefile import Quality

STONE = MeshMaterial(picture=0, roughness=0.4, normal=PictureUse(1), metal_rough=PictureUse(2), occlusion=PictureUse(3))
GOLD = MeshMaterial(metallic=1.0, roughness=0.3)
GLASS = MeshMaterial(blend=True, roughness=0.1)
LAMP = MeshMaterial(roughness=0.5, emissive=(1.0, 1.0, 1.0), emissive_picture=PictureUse(4), practical=True)


def test_gloss_and_relief_go_and_all_else_stays() -> None:
    stone, gold, glass, lamp = matt(MeshData(materials=(STONE, GOLD, GLASS, LAMP))).materials
    assert stone.plain
    assert stone.picture == 0
    assert (gold, glass) == (GOLD, GLASS), "nothing without their gloss"
    assert (lamp.emissive_picture, lamp.practical, lamp.roughness) == (PictureUse(4), True, 1.0)


def test_in_software_the_stage_file_has_the_last_word() -> None:
    assert Quality().in_software() == Quality(shadow_px=0, surfaces="matt")
    said = Quality(shadow_px=1024, surfaces="full")
    assert said.in_software() == said
    assert Quality(msaa=4).in_software().msaa == 4
