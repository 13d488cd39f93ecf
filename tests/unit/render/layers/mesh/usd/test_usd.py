"""USD files become meshes of a set: places, units, axes, materials, instances, lamps; what is lost is said."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from pxr import Gf, Sdf, Usd, UsdGeom, UsdLux, UsdShade

from render.layers.mesh.mesh_data import MeshData
from render.layers.mesh.usd.layer import read_usd
from stage.errors import InputError
from stage.files.passport import Fate
from stage.model.layers import UsdLayer

UV = slice(6, 8)
QUAD = [(0, 0, 0), (2, 0, 0), (2, 1, 0), (0, 1, 0)]


def _made(path: Path, up: str = "Y", unit_m: float = 1.0) -> Any:
    stage = Usd.Stage.CreateNew(str(path))
    UsdGeom.SetStageUpAxis(stage, up)
    UsdGeom.SetStageMetersPerUnit(stage, unit_m)
    return stage


def _quad(stage: Any, path: str, scheme: str = "none", points: list[tuple[float, ...]] | None = None) -> Any:
    mesh = UsdGeom.Mesh.Define(stage, path)
    mesh.CreatePointsAttr(points or QUAD)
    mesh.CreateFaceVertexCountsAttr([4])
    mesh.CreateFaceVertexIndicesAttr([0, 1, 2, 3])
    mesh.CreateSubdivisionSchemeAttr(scheme)
    return mesh


def _read(path: Path, **settings: object) -> MeshData:
    return read_usd(UsdLayer.model_validate({"kind": "usd", "file": path.name, **settings}), path.parent)


def _corners(data: MeshData, number: int = 0) -> np.ndarray[Any, Any]:
    """Points of an instance in the stage."""
    part = data.parts[int(data.instance_part[number])]
    points = part.vertices[:, :3].astype(float)
    whole = np.concatenate([points, np.ones((len(points), 1))], axis=1)
    return np.asarray((whole @ data.stage_from_instance[number].T)[:, :3])


def _said(data: MeshData) -> str:
    return "\n".join(map(str, data.passport))


@pytest.mark.parametrize("suffix", ["usda", "usdc", "usd"])
@pytest.mark.parametrize(("up", "unit_m"), [("Y", 1.0), ("Z", 1.0), ("Z", 0.01)])
def test_a_mesh_stands_where_the_file_says(tmp_path: Path, suffix: str, up: str, unit_m: float) -> None:
    stage = _made(tmp_path / f"a.{suffix}", up, unit_m)
    _quad(stage, "/set/quad").AddTranslateOp().Set(Gf.Vec3d(10, 20, 30))
    UsdGeom.Xformable(stage.GetPrimAtPath("/set/quad")).AddRotateXYZOp().Set(Gf.Vec3f(0, 0, 90))
    stage.GetRootLayer().Save()
    turned = np.array(QUAD, float) @ np.array([[0, 1, 0], [-1, 0, 0], [0, 0, 1]]) + (10, 20, 30)
    stage_axes = turned if up == "Z" else turned @ np.array([[1, 0, 0], [0, 0, 1], [0, -1, 0]])
    seen = _corners(_read(tmp_path / f"a.{suffix}"))
    for corner in stage_axes * unit_m:
        assert np.abs(seen - corner).sum(axis=1).min() < 1e-4
    moved = _corners(_read(tmp_path / f"a.{suffix}", scale=2.0, position_m=(1.0, 0.0, 0.0)))
    assert np.allclose(np.sort(moved, axis=0), np.sort(seen * 2.0 + (1.0, 0.0, 0.0), axis=0), atol=1e-4)


def _material(stage: Any, path: str, **inputs: object) -> Any:
    material = UsdShade.Material.Define(stage, path)
    shader = UsdShade.Shader.Define(stage, f"{path}/surface")
    shader.CreateIdAttr("UsdPreviewSurface")
    kinds = {float: Sdf.ValueTypeNames.Float, tuple: Sdf.ValueTypeNames.Color3f}
    for name, given in inputs.items():
        shader.CreateInput(name, kinds[type(given)]).Set(given)
    material.CreateSurfaceOutput().ConnectToSource(shader.ConnectableAPI(), "surface")
    return material, shader


def _textured(stage: Any, path: str, shader: Any, name: str, file: str) -> None:
    reader = UsdShade.Shader.Define(stage, f"{path}/reader")
    reader.CreateIdAttr("UsdPrimvarReader_float2")
    reader.CreateInput("varname", Sdf.ValueTypeNames.Token).Set("uv0")
    texture = UsdShade.Shader.Define(stage, f"{path}/{name}")
    texture.CreateIdAttr("UsdUVTexture")
    texture.CreateInput("file", Sdf.ValueTypeNames.Asset).Set(file)
    texture.CreateInput("wrapS", Sdf.ValueTypeNames.Token).Set("clamp")
    texture.CreateInput("st", Sdf.ValueTypeNames.Float2).ConnectToSource(reader.ConnectableAPI(), "result")
    kind = Sdf.ValueTypeNames.Color3f if name == "diffuseColor" else Sdf.ValueTypeNames.Float
    output = "rgb" if name == "diffuseColor" else "r"
    shader.CreateInput(name, kind).ConnectToSource(texture.ConnectableAPI(), output)


def test_preview_surfaces_are_materials(tmp_path: Path) -> None:
    stage = _made(tmp_path / "a.usda")
    material, _ = _material(
        stage, "/m", diffuseColor=(0.8, 0.4, 0.2), metallic=0.25, roughness=0.75, emissiveColor=(3.0, 0.0, 0.0),
        opacity=0.5, clearcoat=1.0,
    )  # fmt: skip
    UsdShade.MaterialBindingAPI.Apply(_quad(stage, "/quad").GetPrim()).Bind(material)
    stage.GetRootLayer().Save()
    data = _read(tmp_path / "a.usda")
    (own,) = {data.parts[number].material for number in data.instance_part.tolist()}
    made = data.materials[own]
    assert made.base_colour == pytest.approx((0.8, 0.4, 0.2, 0.5), abs=1e-6)
    assert (made.metallic, made.roughness) == pytest.approx((0.25, 0.75))
    assert made.emissive == pytest.approx((3.0, 0.0, 0.0))
    assert "clearcoat is approximated" in _said(data)


def test_textures_and_their_primvar(tmp_path: Path) -> None:
    pixels = np.zeros((4, 4, 3), np.uint8)
    pixels[0, 0] = (0, 0, 255)
    cv2.imwrite(str(tmp_path / "t.png"), pixels)
    cv2.imwrite(str(tmp_path / "rough.png"), np.full((4, 4), 99, np.uint8))
    stage = _made(tmp_path / "a.usda")
    material, shader = _material(stage, "/m")
    _textured(stage, "/m", shader, "diffuseColor", "./t.png")
    _textured(stage, "/m", shader, "roughness", "./rough.png")
    mesh = _quad(stage, "/quad")
    primvar = UsdGeom.PrimvarsAPI(mesh).CreatePrimvar("uv0", Sdf.ValueTypeNames.TexCoord2fArray, "faceVarying")
    primvar.Set([(0, 0), (1, 0), (1, 1), (0, 1)])
    UsdShade.MaterialBindingAPI.Apply(mesh.GetPrim()).Bind(material)
    stage.GetRootLayer().Save()
    data = _read(tmp_path / "a.usda")
    assert sorted(picture.linear for picture in data.pictures) == [False, True]
    colour = next(picture for picture in data.pictures if not picture.linear)
    packed = next(picture for picture in data.pictures if picture.linear)
    assert colour.rgba[0, 0, 0] == 255
    assert not colour.repeat_x
    assert (packed.rgba[:, :, 1] == 99).all()
    part = data.parts[0]
    top_left = part.vertices[:, :2].tolist().index([0.0, 1.0])
    assert part.vertices[top_left, UV] == pytest.approx((0.0, 0.0)), "v runs down in glTF, up in USD"
    assert all(entry.fate is Fate.DRAWN for entry in data.passport), _said(data)


def test_instances_and_scattered_prototypes(tmp_path: Path) -> None:
    stage = _made(tmp_path / "a.usda", "Z")
    _quad(stage, "/tree/quad")
    for number in range(3):
        one = UsdGeom.Xform.Define(stage, f"/i{number}")
        one.AddTranslateOp().Set(Gf.Vec3d(5.0 * number, 0, 0))
        one.GetPrim().GetReferences().AddInternalReference("/tree")
        one.GetPrim().SetInstanceable(True)
    scatter = UsdGeom.PointInstancer.Define(stage, "/scatter")
    UsdGeom.Xform.Define(stage, "/scatter/proto").AddTranslateOp().Set(Gf.Vec3d(0, 0, 1))
    _quad(stage, "/scatter/proto/quad")
    scatter.CreatePrototypesRel().SetTargets(["/scatter/proto"])
    scatter.CreatePositionsAttr([(0, 50, 0), (0, 60, 0)])
    scatter.CreateProtoIndicesAttr([0, 0])
    stage.GetRootLayer().Save()
    data = _read(tmp_path / "a.usda")
    assert len(data.instance_part) == 6, "the tree itself, three instances, two scattered"
    least = sorted(tuple(np.round(_corners(data, number).min(axis=0), 4)) for number in range(6))
    assert least == [(0, 0, 0), (0, 0, 0), (0, 50, 1), (0, 60, 1), (5, 0, 0), (10, 0, 0)]
    assert len(data.parts) <= 3, "shared, not copied"


def test_lamps_give_the_light_they_say(tmp_path: Path) -> None:
    stage = _made(tmp_path / "a.usda", "Z", 0.01)
    sphere = UsdLux.SphereLight.Define(stage, "/bulb")
    sphere.CreateRadiusAttr(10.0)
    sphere.CreateIntensityAttr(1000.0)
    sphere.CreateExposureAttr(1.0)
    sphere.AddTranslateOp().Set(Gf.Vec3d(100, 200, 300))
    UsdLux.DistantLight.Define(stage, "/sun").CreateIntensityAttr(5000.0)
    UsdLux.DomeLight.Define(stage, "/dome")
    stage.GetRootLayer().Save()
    data = _read(tmp_path / "a.usda")
    bulb = next(light for light in data.lights if light.name == "bulb")
    assert np.allclose(bulb.position_m, (1.0, 2.0, 3.0))
    candela = 2000.0 * np.pi * 0.1**2
    assert bulb.intensity == pytest.approx((candela,) * 3, rel=1e-3)
    said = _said(data)
    assert "1 DomeLight is lost" in said
    assert "lamps is approximated" in said


def _subdivided(stage: Any) -> None:
    _quad(stage, "/q", "catmullClark")


def _cube(stage: Any) -> None:
    _quad(stage, "/q")
    UsdGeom.Cube.Define(stage, "/cube")


def _moving(stage: Any) -> None:
    move = _quad(stage, "/q").AddTranslateOp()
    move.Set(Gf.Vec3d(0, 0, 0), 1.0)
    move.Set(Gf.Vec3d(0, 0, 5), 9.0)


def _invisible(stage: Any) -> None:
    _quad(stage, "/q")
    UsdGeom.Imageable(_quad(stage, "/gone")).MakeInvisible()
    UsdGeom.Imageable(_quad(stage, "/proxy")).CreatePurposeAttr("proxy")


def _other_shader(stage: Any) -> None:
    material, shader = _material(stage, "/m")
    shader.CreateIdAttr("ND_standard_surface_surfaceshader")
    UsdShade.MaterialBindingAPI.Apply(_quad(stage, "/q").GetPrim()).Bind(material)


def _lost_picture(stage: Any) -> None:
    material, shader = _material(stage, "/m")
    _textured(stage, "/m", shader, "diffuseColor", "./none.png")
    UsdShade.MaterialBindingAPI.Apply(_quad(stage, "/q").GetPrim()).Bind(material)


def _camera(stage: Any) -> None:
    _quad(stage, "/q")
    UsdGeom.Camera.Define(stage, "/cam")


def _broken(stage: Any) -> None:
    _quad(stage, "/q")
    _quad(stage, "/bad").CreateFaceVertexIndicesAttr([0, 1, 2, 9])


@pytest.mark.parametrize(
    ("make", "word"),
    [
        (_subdivided, "1 subdivision surfaces is approximated"),
        (_cube, "1 Cube is lost"),
        (_moving, "1 moving prims is lost"),
        (_invisible, "1 invisible prims is drawn"),
        (_other_shader, "materials of ND_standard_surface_surfaceshader is approximated"),
        (_lost_picture, "picture ./none.png is lost"),
        (_camera, "1 cameras is drawn"),
        (_broken, "1 meshes is lost"),
    ],
)
def test_what_is_not_drawn_is_said(tmp_path: Path, make: Callable[[Any], None], word: str) -> None:
    stage = _made(tmp_path / "a.usda")
    make(stage)
    stage.GetRootLayer().Save()
    data = _read(tmp_path / "a.usda")
    assert word in _said(data)
    assert len(data.instance_part) == 1


def test_colours_of_the_mesh_itself(tmp_path: Path) -> None:
    stage = _made(tmp_path / "a.usda")
    mesh = _quad(stage, "/q")
    mesh.CreateDisplayColorAttr([(0.1, 0.2, 0.3)])
    stage.GetRootLayer().Save()
    data = _read(tmp_path / "a.usda")
    assert data.materials[data.parts[0].material].base_colour == pytest.approx((0.1, 0.2, 0.3, 1.0), abs=1e-6)


@pytest.mark.parametrize("content", [b"", b"#usda 1.0\n(", b"PXR-USDC\0\0\0", b"PK\3\4rubbish"])
def test_what_cannot_be_read_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.usd").write_bytes(content)
    with pytest.raises(InputError, match=r"a\.usd"):
        _read(tmp_path / "a.usd")
    with pytest.raises(InputError, match="no such file"):
        _read(tmp_path / "none.usd")


def test_files_beyond_the_folder_are_not_used(tmp_path: Path) -> None:
    (tmp_path / "set").mkdir()
    _quad(_saved := _made(tmp_path / "out.usda"), "/q")
    _saved.GetRootLayer().Save()
    stage = _made(tmp_path / "set" / "a.usda")
    stage.DefinePrim("/x").GetReferences().AddReference("../out.usda", "/q")
    stage.GetRootLayer().Save()
    with pytest.raises(InputError, match="lies outside its folder"):
        _read(tmp_path / "set" / "a.usda")
