"""The JSON of a glTF 2.0 file as far as it is drawn, checked for type, range and finiteness. Pure.

Names and defaults are those of the glTF 2.0 specification, section 5; what is not named here is ignored.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field
from pydantic.alias_generators import to_camel

from stage.model.base import Model

Index = Annotated[int, Field(ge=0, lt=2**31)]
Bytes = Annotated[int, Field(ge=0, lt=2**40)]
ComponentType = Literal[5120, 5121, 5122, 5123, 5125, 5126]
Floats3 = tuple[float, float, float]
Floats4 = tuple[float, float, float, float]
Floats16 = Annotated[tuple[float, ...], Field(min_length=16, max_length=16)]
Factor = Annotated[float, Field(ge=0, le=1e6)]
"""Of colour or light. The specification ends at 1; what some programs write beyond it is kept."""
Shift = Annotated[float, Field(ge=-1e6, le=1e6)]
MOST_OF_A_KIND = 1_000_000
"""Nodes, accessors and so on that one file may have; a city set has some 10,000."""


class GltfModel(Model):
    """Part of the document; unlike in our own files, unknown keys are no mistake here."""

    model_config = ConfigDict(extra="ignore", alias_generator=to_camel)


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
    """What a sparse accessor puts there."""

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


class TextureTransform(GltfModel):
    """KHR_texture_transform: texture coordinates scaled, then turned, then moved."""

    offset: tuple[Shift, Shift] = (0.0, 0.0)
    rotation: float = 0.0
    scale: tuple[Shift, Shift] = (1.0, 1.0)
    tex_coord: Index | None = None


class TextureInfoExtensions(GltfModel):
    """What extends the use of a texture."""

    transform: Annotated[TextureTransform | None, Field(alias="KHR_texture_transform")] = None


class TextureInfo(GltfModel):
    """A use of a texture: which, and by which set of coordinates."""

    index: Index
    tex_coord: Index = 0
    extensions: TextureInfoExtensions = TextureInfoExtensions()


class MetallicRoughness(GltfModel):
    """The base colour; metal and roughness are not drawn."""

    base_color_factor: tuple[Factor, Factor, Factor, Factor] = (1.0, 1.0, 1.0, 1.0)
    base_color_texture: TextureInfo | None = None


class EmissiveStrength(GltfModel):
    """KHR_materials_emissive_strength: multiplies the emissive factor."""

    emissive_strength: Factor = 1.0


class MaterialExtensions(GltfModel):
    """What extends a material."""

    emissive_strength: Annotated[EmissiveStrength, Field(alias="KHR_materials_emissive_strength")] = EmissiveStrength()
    unlit: Annotated[dict[str, object] | None, Field(alias="KHR_materials_unlit")] = None


class Material(GltfModel):
    """How a surface looks."""

    pbr_metallic_roughness: MetallicRoughness = MetallicRoughness()
    normal_texture: dict[str, object] | None = None
    emissive_texture: dict[str, object] | None = None
    emissive_factor: tuple[Factor, Factor, Factor] = (0.0, 0.0, 0.0)
    alpha_mode: Literal["OPAQUE", "MASK", "BLEND"] = "OPAQUE"
    alpha_cutoff: Factor = 0.5
    double_sided: bool = False
    extensions: MaterialExtensions = MaterialExtensions()


class Texture(GltfModel):
    """A picture and how it repeats."""

    sampler: Index | None = None
    source: Index | None = None


class Sampler(GltfModel):
    """Wrapping across (s) and down (t): 10497 repeat, 33071 clamp, 33648 mirrored repeat."""

    wrap_s: Literal[10497, 33071, 33648] = 10497
    wrap_t: Literal[10497, 33071, 33648] = 10497


class Image(GltfModel):
    """A PNG or JPEG, in a file, a data URI or a buffer view."""

    uri: str | None = None
    buffer_view: Index | None = None


class Primitive(GltfModel):
    """Triangles (or points, lines) of one material. `mode`: 0 points, 1 to 3 lines, 4 triangles, 5 strip, 6 fan."""

    attributes: dict[str, Index]
    indices: Index | None = None
    material: Index | None = None
    mode: Annotated[int, Field(ge=0, le=6)] = 4
    targets: tuple[object, ...] = ()


class Mesh(GltfModel):
    """Primitives that stand together."""

    primitives: Annotated[tuple[Primitive, ...], Field(min_length=1, max_length=MOST_OF_A_KIND)]


class Node(GltfModel):
    """A place in the hierarchy: a matrix (column by column), or scale, then rotation (x, y, z, w), then translation."""

    children: Annotated[tuple[Index, ...], Field(max_length=MOST_OF_A_KIND)] = ()
    mesh: Index | None = None
    skin: Index | None = None
    matrix: Floats16 | None = None
    translation: Floats3 = (0.0, 0.0, 0.0)
    rotation: Floats4 = (0.0, 0.0, 0.0, 1.0)
    scale: Floats3 = (1.0, 1.0, 1.0)


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
    animations: Annotated[tuple[object, ...], Field(max_length=MOST_OF_A_KIND)] = ()
