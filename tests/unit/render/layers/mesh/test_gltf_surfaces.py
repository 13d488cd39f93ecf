"""Reading what makes glTF surfaces and lights: maps, their places, tangents, lamps, practicals."""

from __future__ import annotations

import math
from pathlib import Path

import cv2
import numpy as np
import pytest

from render.layers.mesh.gltf.document.uses import TextureTransform
from render.layers.mesh.gltf.surfaces.uv_rows import inverse_rows, joined_rows, uv_rows
from render.layers.mesh.mesh_data import SAME_UV, MeshMaterial, PictureUse
from render.scene.loading import load_scene_data
from stage.errors import InputError
from stage.model.scene import Scene
from tests.sets.tiny_glb import CORNERS, PIXELS, Glb, Json, tetrahedron, textured
from tests.unit.render.layers.mesh.test_animation import loaded

FIRST = {"offset": [0.2, -0.1], "rotation": 0.4, "scale": [2.0, 3.0]}
SECOND = {"offset": [0.5, 0.25], "rotation": -1.1, "scale": [0.5, 4.0]}


def info(texture: int, transform: Json | None = None, **more: object) -> Json:
    extensions = {"extensions": {"KHR_texture_transform": transform}} if transform else {}
    return {"index": texture, **extensions, **more}


def surface(material: Json) -> Glb:
    """A triangle with two sets of texture coordinates, normals and tangents, and this material; one image, twice."""
    glb = Glb()
    ok, png = cv2.imencode(".png", cv2.cvtColor(PIXELS, cv2.COLOR_RGBA2BGRA))
    assert ok
    glb.add("images", {"bufferView": glb.view(png.tobytes()), "mimeType": "image/png"})
    for _ in range(2):
        glb.add("textures", {"source": 0})
    glb.add("materials", material)
    uv = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]], dtype=np.float32)
    attributes = {
        "POSITION": glb.numbers(CORNERS[:3]),
        "NORMAL": glb.numbers(np.tile(np.array([0, 0, 1], dtype=np.float32), (3, 1))),
        "TANGENT": glb.numbers(np.tile(np.array([2, 0, 0, -1], dtype=np.float32), (3, 1))),
        "TEXCOORD_0": glb.numbers(uv),
        "TEXCOORD_1": glb.numbers(uv + np.float32(5.0)),
    }
    glb.add("nodes", {"mesh": glb.mesh(attributes, material=0)})
    return glb


def read(material: Json, folder: Path) -> MeshMaterial:
    return loaded(surface(material), folder).materials[0]


def test_rows_are_the_matrices_of_the_extension() -> None:
    transform = TextureTransform.model_validate(SECOND)
    c, s = math.cos(-1.1), math.sin(-1.1)
    translation, rotation = (
        np.array([[1, 0, 0.5], [0, 1, 0.25], [0, 0, 1]]),
        np.array([[c, s, 0], [-s, c, 0], [0, 0, 1]]),
    )
    expected = translation @ rotation @ np.diag([0.5, 4.0, 1.0])
    assert np.allclose(uv_rows(transform), expected[:2])
    rows = uv_rows(transform)
    assert np.allclose(np.array(joined_rows(rows, inverse_rows(rows))), SAME_UV, atol=1e-12)
    assert inverse_rows(uv_rows(TextureTransform(scale=(0.0, 1.0)))) is None


def test_factors_and_maps_of_a_surface(tmp_path: Path) -> None:
    material = {
        "name": "brass",
        "pbrMetallicRoughness": {"metallicFactor": 0.75, "roughnessFactor": 0.25, "metallicRoughnessTexture": info(0)},
        "normalTexture": info(0, scale=0.5),
        "occlusionTexture": info(0, strength=0.25),
        "emissiveTexture": info(0),
        "emissiveFactor": [1, 0.5, 0.25],
    }
    meshes = loaded(surface(material), tmp_path)
    (got,) = meshes.materials
    assert (got.name, got.metallic, got.roughness, got.normal_scale, got.occlusion_strength) == (
        "brass", 0.75, 0.25, 0.5, 0.25,
    )  # fmt: skip
    assert got.emissive == (1.0, 0.5, 0.25)
    assert got.picture is None
    assert got.metal_rough == got.normal == got.occlusion == PictureUse(0)
    assert got.emissive_picture == PictureUse(1)
    assert [picture.linear for picture in meshes.pictures] == [True, False]
    assert not got.plain


def test_a_default_material_is_metal_as_the_specification_says(tmp_path: Path) -> None:
    got = read({}, tmp_path)
    assert (got.metallic, got.roughness, got.plain) == (1.0, 1.0, False)


def test_tangents_have_length_one_and_keep_their_side(tmp_path: Path) -> None:
    (part,) = loaded(surface({"normalTexture": info(0)}), tmp_path).parts
    assert part.tangents is not None
    assert part.tangents.tolist() == [[1.0, 0.0, 0.0, -1.0]] * 3


def test_a_map_with_a_transform_of_its_own_is_told_from_the_base_colours(tmp_path: Path) -> None:
    base = {"baseColorTexture": info(0, FIRST), "metallicRoughnessTexture": info(1, SECOND)}
    meshes = loaded(surface({"pbrMetallicRoughness": base}), tmp_path)
    use = meshes.materials[0].metal_rough
    assert use is not None
    assert not use.second_uv
    plain = np.array([[0.0, 0.0, 1.0], [1.0, 0.0, 1.0], [0.0, 1.0, 1.0]])
    own = np.concatenate([meshes.parts[0].vertices[:, 6:8], np.ones((3, 1))], axis=1)
    expected = plain @ np.array(uv_rows(TextureTransform.model_validate(SECOND))).T
    assert np.allclose(own @ np.array(use.uv_rows).T, expected, atol=1e-5)


def test_a_map_on_the_second_coordinates_reads_those(tmp_path: Path) -> None:
    base = {"baseColorTexture": info(0, FIRST)}
    material = {"pbrMetallicRoughness": base, "occlusionTexture": info(1, SECOND, texCoord=1)}
    meshes = loaded(surface(material), tmp_path)
    use, (part,) = meshes.materials[0].occlusion, meshes.parts
    assert use == PictureUse(1, uv_rows(TextureTransform.model_validate(SECOND)), second_uv=True)
    assert part.second_uv is not None
    assert part.second_uv.tolist() == [[5.0, 5.0], [6.0, 5.0], [5.0, 6.0]]


def test_an_unlit_material_has_no_maps(tmp_path: Path) -> None:
    got = read({"extensions": {"KHR_materials_unlit": {}}, "normalTexture": info(0)}, tmp_path)
    assert (got.unlit, got.plain, got.normal) == (True, True, None)


def test_a_map_that_is_not_there_is_an_error_with_its_place(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read({"normalTexture": info(7)}, tmp_path)
    assert caught.value.field == "materials[0].normalTexture.index"


def test_pictures_of_a_second_layer_count_on(tmp_path: Path) -> None:
    (tmp_path / "a.glb").write_bytes(textured().glb())
    (tmp_path / "b.glb").write_bytes(surface({"normalTexture": info(0), "emissiveTexture": info(1)}).glb())
    layers = [{"kind": "gltf", "file": name} for name in ("a.glb", "b.glb")]
    content = {"schema": "scene/1", "name": "two", "layers": layers}
    first, second = load_scene_data(Scene.model_validate(content), tmp_path).meshes.materials
    assert first.picture == 0
    assert (second.picture, second.normal, second.emissive_picture) == (None, PictureUse(1), PictureUse(2))


def lamp(**light: object) -> Glb:
    """A node with a light, 2 m up, turned so that it shines along +x of the file."""
    glb = tetrahedron()
    half = math.sqrt(0.5)
    use = {"extensions": {"KHR_lights_punctual": {"light": 0}}}
    glb.add("nodes", {"name": "lantern left", "translation": [1, 2, 3], "rotation": [0, -half, 0, half], **use})
    glb.document["extensions"] = {"KHR_lights_punctual": {"lights": [light]}}
    return glb


def test_a_spot_stands_and_shines_where_the_layer_places_it(tmp_path: Path) -> None:
    spot = {"innerConeAngle": 0.1, "outerConeAngle": 0.6}
    glb = lamp(type="spot", color=[1.0, 0.5, 0.25], intensity=40.0, range=3.0, spot=spot)
    (light,) = loaded(glb, tmp_path, position_m=[10.0, 0.0, 0.0], unit_m=2.0).lights
    assert light.kind == "spot"
    assert light.intensity == (40.0, 20.0, 10.0)
    assert np.allclose(light.position_m, (12.0, -6.0, 4.0))
    assert np.allclose(light.direction, (1.0, 0.0, 0.0), atol=1e-6)
    assert (light.range_m, light.inner_rad, light.outer_rad, light.practical) == (6.0, 0.1, 0.6, False)


@pytest.mark.parametrize(("pattern", "practical"), [("lantern*", True), ("bulb", True), ("moon", False)])
def test_a_practical_is_known_by_its_name_or_its_nodes(pattern: str, practical: bool, tmp_path: Path) -> None:
    glb = lamp(type="point", name="bulb")
    (light,) = loaded(glb, tmp_path, practicals=[pattern]).lights
    assert light.practical is practical


def test_a_light_that_is_not_there_is_an_error_with_its_place(tmp_path: Path) -> None:
    glb = lamp(type="point")
    glb.document["extensions"]["KHR_lights_punctual"]["lights"] = []
    with pytest.raises(InputError) as caught:
        loaded(glb, tmp_path)
    assert caught.value.field == "nodes[1].extensions.KHR_lights_punctual.light"


def test_a_layer_says_what_casts_no_shadow(tmp_path: Path) -> None:
    meshes = loaded(tetrahedron(), tmp_path, casts_shadow=False)
    assert meshes.instance_casts is not None
    assert not meshes.instance_casts.any()


def test_a_variant_changes_the_materials_of_the_meshes_that_name_it(tmp_path: Path) -> None:
    glb = surface({"name": "red"})
    glb.add("materials", {"name": "blue"})
    glb.document["extensions"] = {"KHR_materials_variants": {"variants": [{"name": "day"}, {"name": "night"}]}}
    mapped = {"mappings": [{"material": 1, "variants": [1]}]}
    glb.document["meshes"][0]["primitives"][0]["extensions"] = {"KHR_materials_variants": mapped}
    assert [one.name for one in loaded(glb, tmp_path, variant="night").materials] == ["blue"]
    assert [one.name for one in loaded(glb, tmp_path, variant="day").materials] == ["red"]
    (entry,) = loaded(glb, tmp_path).passport
    assert "day, night" in entry.why
    with pytest.raises(InputError, match="has no 'noon'"):
        loaded(glb, tmp_path, variant="noon")


def test_lamps_without_a_unit_are_said_and_a_gain_makes_them_seen(tmp_path: Path) -> None:
    glb = tetrahedron(extensions={"KHR_lights_punctual": {"light": 0}})
    glb.document["extensions"] = {"KHR_lights_punctual": {"lights": [{"type": "point", "intensity": 2.0}]}}
    weak, strong = loaded(glb, tmp_path), loaded(glb, tmp_path, lamp_gain=1000.0)
    assert [entry.asks for entry in weak.passport] == ["1 lamp of at most 2"]
    assert "lamp_gain" in weak.passport[0].remedy
    assert (strong.lights[0].intensity, strong.passport) == ((2000.0, 2000.0, 2000.0), ())


def test_finishes_are_read_and_said(tmp_path: Path) -> None:
    extensions = {
        "KHR_materials_transmission": {"transmissionFactor": 0.5},
        "KHR_materials_volume": {"thicknessFactor": 2, "attenuationDistance": 1, "attenuationColor": [1, 0.5, 0.25]},
        "KHR_materials_ior": {"ior": 2.0},
        "KHR_materials_clearcoat": {"clearcoatFactor": 1.0, "clearcoatTexture": info(0)},
        "KHR_materials_sheen": {"sheenColorFactor": [0.2, 0, 0]},
        "KHR_materials_iridescence": {"iridescenceFactor": 1.0},
        "KHR_materials_anisotropy": {"anisotropyStrength": 0.5},
        "KHR_materials_dispersion": {"dispersion": 1},
    }
    meshes = loaded(surface({"extensions": extensions, "pbrMetallicRoughness": {"roughnessFactor": 0.3}}), tmp_path)
    (made,), said = meshes.materials, {entry.asks: str(entry.fate) for entry in meshes.passport}
    finish = made.finish
    assert finish is not None
    assert made.blend
    assert (finish.clear, finish.tint) == (0.5, (1.0, 0.25, 0.0625))
    assert finish.mirror == pytest.approx([1 / 9] * 3)
    assert finish.coat == pytest.approx(PIXELS[..., 0].mean() / 255.0)
    assert max(finish.sheen_share) > 0.1
    assert len(finish.film) == 8
    assert made.roughness > 0.3, "as wide as the long and the narrow side of the highlight together"
    assert {name: said[f"KHR_materials_{name} on 1 material"] for name in (
        "transmission", "volume", "clearcoat", "sheen", "iridescence", "anisotropy", "dispersion",
    )} == {
        "transmission": "approximated", "volume": "approximated", "clearcoat": "approximated", "sheen": "drawn",
        "iridescence": "drawn", "anisotropy": "approximated", "dispersion": "lost",
    }  # fmt: skip


def test_specular_and_gloss_become_metal_and_roughness_that_reflect_the_same(tmp_path: Path) -> None:
    """Gold: all mirrored, nothing scattered. Plastic: 0.04 mirrored. Both have one solution."""
    for diffuse, specular, base, metal in (
        ([0.0, 0.0, 0.0], [1.0, 0.7, 0.3], [1.0, 0.7, 0.3], 1.0),
        ([0.6, 0.3, 0.1], [0.04, 0.04, 0.04], [0.6, 0.3, 0.1], 0.0),
    ):
        given = {"diffuseFactor": [*diffuse, 0.5], "specularFactor": specular, "glossinessFactor": 0.75}
        extension = {"KHR_materials_pbrSpecularGlossiness": given}
        made = read({"extensions": extension}, tmp_path)
        assert made.base_colour == pytest.approx([*base, 0.5], abs=2e-3)
        assert (made.metallic, made.roughness) == pytest.approx((metal, 0.25), abs=2e-3)
        given["diffuseTexture"] = given["specularGlossinessTexture"] = info(0)
        pictured = loaded(surface({"extensions": extension}), tmp_path)
        assert len(pictured.pictures) == 2
        gloss = pictured.pictures[1].rgba[..., 1] / 255.0
        assert gloss == pytest.approx(1.0 - 0.75 * PIXELS[..., 3] / 255.0, abs=0.005)
