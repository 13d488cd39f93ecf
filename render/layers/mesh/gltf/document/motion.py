"""How a glTF 2.0 document moves: skins and animations; checked for type and range. Pure.

Names and defaults are those of the glTF 2.0 specification, section 5; what is not named here is ignored.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from render.layers.mesh.gltf.document.model import MOST_OF_A_KIND, GltfModel, Index

MOST_JOINTS = 1024
"""Of one skin; people have about 60 to 300."""


class Skin(GltfModel):
    """Nodes that bend a mesh, and the matrices (an accessor) that take its vertices into each of them."""

    joints: Annotated[tuple[Index, ...], Field(min_length=1, max_length=MOST_JOINTS)]
    inverse_bind_matrices: Index | None = None


class Pointer(GltfModel):
    """KHR_animation_pointer: the part of the document that moves."""

    pointer: str = ""


class TargetExtensions(GltfModel):
    """What extends a channel's target."""

    pointer: Annotated[Pointer | None, Field(alias="KHR_animation_pointer")] = None


class ChannelTarget(GltfModel):
    """What a channel moves."""

    node: Index | None = None
    path: str
    extensions: TargetExtensions = TargetExtensions()


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
