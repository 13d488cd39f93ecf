"""The parts of a glTF 2.0 file's JSON that are drawn, checked for type, range and finiteness. Pure.

Names and defaults are those of the glTF 2.0 specification, section 5; what is not named here is ignored.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from render.layers.mesh.gltf.document.model import MOST_OF_A_KIND, Factor, GltfModel, Index
from render.layers.mesh.gltf.document.motion import Animation, Skin
from render.layers.mesh.gltf.document.storage import Accessor, Buffer, BufferView
from render.layers.mesh.gltf.document.surfaces import Image, Material, Sampler, Texture

Floats3 = tuple[float, float, float]
Floats4 = tuple[float, float, float, float]
Floats16 = Annotated[tuple[float, ...], Field(min_length=16, max_length=16)]
MOST_TARGETS = 1024
"""Of one mesh; faces have about 50 to 200."""
Weights = Annotated[tuple[Annotated[float, Field(ge=-1e6, le=1e6)], ...], Field(max_length=MOST_TARGETS)]


class Asset(GltfModel):
    """Which glTF this is."""

    version: str
    min_version: str | None = None


class Draco(GltfModel):
    """KHR_draco_mesh_compression: the view with the packed mesh, and the unique ids in it of its attributes."""

    buffer_view: Index
    attributes: dict[str, Index]


class VariantMapping(GltfModel):
    """A material, and the variants (numbers) that use it."""

    material: Index
    variants: tuple[Index, ...]


class VariantMappings(GltfModel):
    """KHR_materials_variants: materials by variant."""

    mappings: tuple[VariantMapping, ...] = ()


class PrimitiveExtensions(GltfModel):
    """What extends a primitive."""

    draco: Annotated[Draco | None, Field(alias="KHR_draco_mesh_compression")] = None
    variants: Annotated[VariantMappings, Field(alias="KHR_materials_variants")] = VariantMappings()


class Primitive(GltfModel):
    """Triangles (or points, lines) of one material. `mode`: 0 points, 1 to 3 lines, 4 triangles, 5 strip, 6 fan."""

    attributes: dict[str, Index]
    indices: Index | None = None
    material: Index | None = None
    mode: Annotated[int, Field(ge=0, le=6)] = 4
    targets: Annotated[tuple[dict[str, Index], ...], Field(max_length=MOST_TARGETS)] = ()
    extensions: PrimitiveExtensions = PrimitiveExtensions()


class Mesh(GltfModel):
    """Primitives that belong together, and how much of each morph target they show."""

    primitives: Annotated[tuple[Primitive, ...], Field(min_length=1, max_length=MOST_OF_A_KIND)]
    weights: Weights = ()


class LightUse(GltfModel):
    """KHR_lights_punctual: the light that shines from a node."""

    light: Index


class Instancing(GltfModel):
    """EXT_mesh_gpu_instancing: accessors of TRANSLATION, ROTATION and SCALE, one element for each instance."""

    attributes: Annotated[dict[str, Index], Field(default_factory=dict)]


class Visibility(GltfModel):
    """KHR_node_visibility: whether a node, and all below it, is shown."""

    visible: bool = True


class NodeExtensions(GltfModel):
    """What extends a node."""

    visibility: Annotated[Visibility, Field(alias="KHR_node_visibility")] = Visibility()
    light: Annotated[LightUse | None, Field(alias="KHR_lights_punctual")] = None
    instancing: Annotated[Instancing | None, Field(alias="EXT_mesh_gpu_instancing")] = None


class Node(GltfModel):
    """A place in the hierarchy: a matrix (column by column), or scale, then rotation (x, y, z, w), then translation."""

    children: Annotated[tuple[Index, ...], Field(max_length=MOST_OF_A_KIND)] = ()
    mesh: Index | None = None
    skin: Index | None = None
    matrix: Floats16 | None = None
    translation: Floats3 = (0.0, 0.0, 0.0)
    rotation: Floats4 = (0.0, 0.0, 0.0, 1.0)
    scale: Floats3 = (1.0, 1.0, 1.0)
    weights: Weights = ()
    name: str = ""
    extensions: NodeExtensions = NodeExtensions()


class SpotAngles(GltfModel):
    """Where a spot light starts to fade and where it ends, radians from its axis."""

    inner_cone_angle: Annotated[float, Field(ge=0, lt=1.5708)] = 0.0
    outer_cone_angle: Annotated[float, Field(gt=0, le=1.5708)] = 0.7853981633974483


class Light(GltfModel):
    """KHR_lights_punctual: candela (point, spot) or lux (directional), along -z of its node."""

    type: Literal["point", "spot", "directional"]
    name: str = ""
    color: tuple[Factor, Factor, Factor] = (1.0, 1.0, 1.0)
    intensity: Annotated[float, Field(ge=0, le=1e12)] = 1.0
    range: Annotated[float, Field(gt=0, le=1e9)] | None = None
    spot: SpotAngles = SpotAngles()


class Lights(GltfModel):
    """The lights of a file."""

    lights: Annotated[tuple[Light, ...], Field(max_length=MOST_OF_A_KIND)] = ()


class Variant(GltfModel):
    """One look of the file's materials."""

    name: str = ""


class Variants(GltfModel):
    """KHR_materials_variants: the looks a file has."""

    variants: Annotated[tuple[Variant, ...], Field(max_length=MOST_OF_A_KIND)] = ()


class DocumentExtensions(GltfModel):
    """What extends the document."""

    variants: Annotated[Variants, Field(alias="KHR_materials_variants")] = Variants()
    lights: Annotated[Lights, Field(alias="KHR_lights_punctual")] = Lights()


class RootNodes(GltfModel):
    """A glTF "scene": the nodes on top."""

    nodes: Annotated[tuple[Index, ...], Field(max_length=MOST_OF_A_KIND)] = ()


class Document(GltfModel):
    """All of it."""

    asset: Asset
    extensions_used: tuple[str, ...] = ()
    extensions_required: tuple[str, ...] = ()
    scene: Index | None = None
    scenes: Annotated[tuple[RootNodes, ...], Field(max_length=MOST_OF_A_KIND)] = ()
    nodes: Annotated[tuple[Node, ...], Field(max_length=MOST_OF_A_KIND)] = ()
    meshes: Annotated[tuple[Mesh, ...], Field(max_length=MOST_OF_A_KIND)] = ()
    materials: Annotated[tuple[Material, ...], Field(max_length=MOST_OF_A_KIND)] = ()
    textures: Annotated[tuple[Texture, ...], Field(max_length=MOST_OF_A_KIND)] = ()
    samplers: Annotated[tuple[Sampler, ...], Field(max_length=MOST_OF_A_KIND)] = ()
    images: Annotated[tuple[Image, ...], Field(max_length=MOST_OF_A_KIND)] = ()
    accessors: Annotated[tuple[Accessor, ...], Field(max_length=MOST_OF_A_KIND)] = ()
    buffer_views: Annotated[tuple[BufferView, ...], Field(max_length=MOST_OF_A_KIND)] = ()
    buffers: Annotated[tuple[Buffer, ...], Field(max_length=MOST_OF_A_KIND)] = ()
    skins: Annotated[tuple[Skin, ...], Field(max_length=MOST_OF_A_KIND)] = ()
    animations: Annotated[tuple[Animation, ...], Field(max_length=MOST_OF_A_KIND)] = ()
    extensions: DocumentExtensions = DocumentExtensions()
