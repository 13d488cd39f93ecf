"""The layers a scene is made of, as its file describes them. Files are named relative to the scene file's folder.

How a layer is placed: its own x, y (up), z become stage (x, -z, y), then it is turned by `pan_deg` (counter-clockwise
from above) and moved to `position_m`.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from stage.model.base import Degrees, Metres3, Model, PoseModel, PositiveMetres
from stage.model.frame_rate import ClipRate

Light = Annotated[float, Field(ge=0, le=100_000)]
Colour = tuple[Light, Light, Light]
Share = Annotated[float, Field(ge=0, le=1)]
Seed = Annotated[int, Field(ge=0, le=2**31 - 1)]
ColourSpace = Annotated[str, Field(min_length=1, max_length=80)]
"""`srgb`, `linear`, or the name of a space of `stage.maths.scene_linear.CONFIG`."""


class GltfLayer(Model):
    """A glTF or GLB file, Y up. `practicals`: names (with `*`) of materials and lights that are lamps in the set.
    `lamp_gain` multiplies the light of its lamps: for files whose lamps have no unit. `variant`: which of its looks
    (KHR_materials_variants) it has."""

    kind: Literal["gltf"]
    file: str
    unit_m: Annotated[float, Field(gt=0, le=1000)] = 1.0
    position_m: Metres3 = (0.0, 0.0, 0.0)
    pan_deg: Degrees = 0.0
    animation: str | None = None
    animation_speed: Annotated[float, Field(ge=-100, le=100)] = 1.0
    casts_shadow: bool = True
    practicals: tuple[str, ...] = ()
    lamp_gain: Light = 1.0
    variant: str | None = None


class UsdLayer(Model):
    """A USD file (.usd, .usda, .usdc, .usdz), in its own units and with its own up axis: its meshes as they stand at
    its first time code, UsdPreviewSurface, instances and lamps. `scale` multiplies its size. Needs the extra `usd`."""

    kind: Literal["usd"]
    file: str
    scale: Annotated[float, Field(gt=0, le=1000)] = 1.0
    position_m: Metres3 = (0.0, 0.0, 0.0)
    pan_deg: Degrees = 0.0
    casts_shadow: bool = True
    practicals: tuple[str, ...] = ()


class EquirectLayer(Model):
    """A background at infinity (HDR, EXR, JPG or PNG): its middle column is toward +Y, its left to the left.

    Float files are scene-linear, 1.0 = 100 nits; 8 bit files are sRGB unless `colour_space` says otherwise.
    """

    kind: Literal["equirect"]
    file: str
    pan_deg: Degrees = 0.0
    gain: Light = 1.0
    colour_space: ColourSpace | None = None


class SkyLayer(Model):
    """A physically based sky: atmosphere, sun, moon, stars, clouds. It is the background and lights the set.

    `exposure_ev` converts the real sky's nits to the wall's: at -6 a white surface in the noon sun shows as about
    500 nits, the blue sky as 50 to 100, a bright cloud as 300: well within a wall of 1500. Looks add exposure.
    `altitude_m`: the ground above the sea. `seed` chooses clouds and faint stars.
    """

    kind: Literal["sky"]
    ground_albedo: tuple[Share, Share, Share] = (0.3, 0.3, 0.3)
    altitude_m: Annotated[float, Field(ge=0, le=9000)] = 0.0
    exposure_ev: Annotated[float, Field(ge=-30, le=30)] = -6.0
    seed: Seed = 1


class CardLayer(PoseModel):
    """A picture standing in the set. The middle of its lower edge is at `position_m`, it faces -Y; the height follows
    from the picture where `size_m` has only a width. Lit by the set unless `unlit`."""

    kind: Literal["card"]
    file: str
    size_m: tuple[PositiveMetres, PositiveMetres] | PositiveMetres
    gain: Light = 1.0
    unlit: bool = True
    alpha: Literal["blend", "mask", "opaque"] = "blend"
    colour_space: ColourSpace | None = None


class ReliefLayer(PoseModel):
    """A picture with a depth map of the same view, taken from `position_m` looking forward (+Y turned by the pose).

    `depth_kind`: metres or millimetres along the view's axis (0 = not measured, a hole), or 0..1 between `near_m` and
    `far_m`, linear in depth or in its inverse.
    Where neighbours differ by more than `break_ratio` in depth, the surface is cut: a clean silhouette.
    """

    kind: Literal["relief"]
    file: str
    depth_file: str
    depth_kind: Literal["metres", "millimetres", "linear", "inverse"] = "metres"
    near_m: PositiveMetres = 1.0
    far_m: Annotated[float, Field(gt=0, le=100_000)] = 100.0
    fov_deg: Annotated[float, Field(gt=1, lt=170)] = 60.0
    break_ratio: Annotated[float, Field(gt=1, le=10)] = 1.15
    gain: Light = 1.0
    colour_space: ColourSpace | None = None


class VideoLayer(PoseModel):
    """A process plate: clips one after the other, locked to the frame number, on a dome, a cylinder or a card.

    Frame n of the stage shows clip frame `offset_frames + n * speed * clip rate / stage rate`, rounded down. A card is
    `radius_m` wide and `height_m` high, the middle of its lower edge at `position_m`. A cylinder (`radius_m`,
    `height_m`, `arc_deg`) and a dome (`radius_m`, `arc_deg`; a part of an equirect, with the height of its picture)
    have their middle at `position_m` and are seen from inside; the middle of the picture is toward +Y. A file may be a
    sequence of pictures (`shot.%04d.exr`). `alpha`: what a clip's own means; `interlaced`: unset, as the stream says.
    """

    kind: Literal["video"]
    files: Annotated[tuple[str, ...], Field(min_length=1, max_length=64)]
    shape: Literal["dome", "cylinder", "card"] = "card"
    radius_m: PositiveMetres = 10.0
    height_m: PositiveMetres = 5.0
    arc_deg: Annotated[float, Field(gt=0, le=360)] = 180.0
    frame_rate: ClipRate | None = None
    speed: Annotated[float, Field(ge=-16, le=16)] = 1.0
    offset_frames: int = 0
    at_end: Literal["repeat", "hold", "pingpong"] = "repeat"
    alpha: Literal["straight", "premultiplied", "opaque"] = "straight"
    interlaced: bool | None = None
    gain: Light = 1.0
    colour_space: ColourSpace | None = None


class SplatLayer(Model):
    """Gaussian splats (.ply as written by 3DGS, compressed .ply, .splat, .spz, .ksplat, .sog): `up_axis` of the file,
    cropped to a box."""

    kind: Literal["splats"]
    file: str
    unit_m: Annotated[float, Field(gt=0, le=1000)] = 1.0
    up_axis: Literal["y", "-y", "z"] = "-y"
    position_m: Metres3 = (0.0, 0.0, 0.0)
    pan_deg: Degrees = 0.0
    low_m: Metres3 | None = None
    high_m: Metres3 | None = None
    gain: Light = 1.0


class CrowdLayer(Model):
    """Extras on a ground area: `area_m` a polygon (x, y) at height `ground_m`, `count` figures placed by `seed`,
    no two closer than `spacing_m`, looking at `looks_at_m` (or each its own way); `walking`: the fraction walking."""

    kind: Literal["crowd"]
    area_m: Annotated[tuple[tuple[float, float], ...], Field(min_length=3, max_length=64)]
    ground_m: float = 0.0
    count: Annotated[int, Field(ge=1, le=50_000)] = 200
    spacing_m: Annotated[float, Field(ge=0.3, le=50)] = 0.8
    looks_at_m: Metres3 | None = None
    walking: Share = 0.3
    costume: Annotated[tuple[tuple[Share, Share, Share], ...], Field(min_length=1, max_length=16)] = (
        (0.30, 0.08, 0.06),
        (0.10, 0.16, 0.28),
        (0.36, 0.28, 0.12),
        (0.20, 0.22, 0.20),
    )
    seed: Seed = 1


AnyLayer = (
    GltfLayer | UsdLayer | EquirectLayer | SkyLayer | CardLayer | ReliefLayer | VideoLayer | SplatLayer | CrowdLayer
)
Layer = Annotated[AnyLayer, Field(discriminator="kind")]


def files_of(layer: AnyLayer) -> dict[str, str]:
    """The files a layer reads, by the field that names them."""
    if isinstance(layer, SkyLayer | CrowdLayer):
        return {}
    if isinstance(layer, VideoLayer):
        return {f"files[{number}]": name for number, name in enumerate(layer.files)}
    if isinstance(layer, ReliefLayer):
        return {"file": layer.file, "depth_file": layer.depth_file}
    return {"file": layer.file}
