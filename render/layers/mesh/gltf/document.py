"""The parts of a glTF 2.0 file's JSON that are drawn, checked for type, range and finiteness. Pure.

Names and defaults are those of the glTF 2.0 specification, section 5; what is not named here is ignored.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from render.layers.mesh.gltf.document_model import MOST_OF_A_KIND, Factor, GltfModel, Index
from render.layers.mesh.gltf.document_surfaces import Image, Material, Sampler, Texture

Bytes = Annotated[int, Field(ge=0, lt=2**40)]
ComponentType = Literal[5120, 5121, 5122, 5123, 5125, 5126]
Floats3 = tuple[float, float, float]
Floats4 = tuple[float, float, float, float]
Floats16 = Annotated[tuple[float, ...], Field(min_length=16, max_length=16)]
MOST_JOINTS = 1024
"""Of one skin; people have about 60 to 300."""


class Asset(GltfModel):
    """Which glTF this is."""

    version: str
    min_version: str | None = None


class Buffer(GltfModel):
    """A run of bytes in a file, a data URI or the GLB itself (no `uri`)."""

    byte_length: Bytes
    uri: str | None = None


class BufferView(GltfModel):
    """Part of a buffer."""

    buffer: Index
    byte_offset: Bytes = 0
    byte_length: Bytes
    byte_stride: Annotated[int, Field(ge=4, le=252)] | None = None


class SparseIndices(GltfModel):
    """Which elements a sparse accessor replaces."""

    buffer_view: Index
    byte_offset: Bytes = 0
    component_type: Literal[5121, 5123, 5125]


class SparseValues(GltfModel):
    """The values of a sparse accessor."""

    buffer_view: Index
    byte_offset: Bytes = 0


class Sparse(GltfModel):
    """Elements that differ from the rest of an accessor."""

    count: Annotated[int, Field(ge=1, lt=2**31)]
    indices: SparseIndices
    values: SparseValues


class Accessor(GltfModel):
    """A buffer view read as numbers; without a view, zeros."""

    buffer_view: Index | None = None
    byte_offset: Bytes = 0
    component_type: ComponentType
    normalized: bool = False
    count: Annotated[int, Field(ge=1, lt=2**31)]
    type: Literal["SCALAR", "VEC2", "VEC3", "VEC4", "MAT2", "MAT3", "MAT4"]
    sparse: Sparse | None = None


class Primitive(GltfModel):
    """Triangles (or points, lines) of one material. `mode`: 0 points, 1 to 3 lines, 4 triangles, 5 strip, 6 fan."""

    attributes: dict[str, Index]
    indices: Index | None = None
    material: Index | None = None
    mode: Annotated[int, Field(ge=0, le=6)] = 4
    targets: tuple[object, ...] = ()


class Mesh(GltfModel):
    """Primitives that belong together."""

    primitives: Annotated[tuple[Primitive, ...], Field(min_length=1, max_length=MOST_OF_A_KIND)]


class LightUse(GltfModel):
    """KHR_lights_punctual: the light that shines from a node."""

    light: Index


class Instancing(GltfModel):
    """EXT_mesh_gpu_instancing: accessors of TRANSLATION, ROTATION and SCALE, one element for each instance."""

    attributes: Annotated[dict[str, Index], Field(default_factory=dict)]


class NodeExtensions(GltfModel):
    """What extends a node."""

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
    name: str = ""
    extensions: NodeExtensions = NodeExtensions()


class Skin(GltfModel):
    """Nodes that bend a mesh, and the matrices (an accessor) that take its vertices into each of them."""

    joints: Annotated[tuple[Index, ...], Field(min_length=1, max_length=MOST_JOINTS)]
    inverse_bind_matrices: Index | None = None


class ChannelTarget(GltfModel):
    """What a channel moves."""

    node: Index | None = None
    path: str


class AnimationChannel(GltfModel):
    """A sampler put to use."""

    sampler: Index
    target: ChannelTarget


class AnimationSampler(GltfModel):
    """Keyframes: accessors of times (seconds) and of values."""

    input: Index
    output: Index
    interpolation: Literal["LINEAR", "STEP", "CUBICSPLINE"] = "LINEAR"


class Animation(GltfModel):
    """Channels that play together."""

    name: str = ""
    channels: Annotated[tuple[AnimationChannel, ...], Field(max_length=MOST_OF_A_KIND)] = ()
    samplers: Annotated[tuple[AnimationSampler, ...], Field(max_length=MOST_OF_A_KIND)] = ()


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


class DocumentExtensions(GltfModel):
    """What extends the document."""

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
