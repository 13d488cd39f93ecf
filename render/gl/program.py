"""Programs: compile errors name file and line, and uniforms are set by names that must exist."""

from __future__ import annotations

from collections.abc import Mapping

import moderngl

from render.gl.shader_source import Define, ReadFile, program_source, read_shader
from stage.errors import GraphicsError

UniformValue = float | int | tuple[float, ...] | tuple[int, ...]


def build_program(
    ctx: moderngl.Context,
    vertex: str,
    fragment: str,
    defines: Mapping[str, Define] | None = None,
    uniforms: Mapping[str, UniformValue] | None = None,
    read: ReadFile = read_shader,
    offers: Mapping[str, Define] | None = None,
) -> moderngl.Program:
    """A program from two files of the shaders package, with its uniforms' first values. `offers` are defines that
    are given where a file requires them.

    Raises GraphicsError with file and line if they do not compile, and for an unknown uniform.
    """
    source = program_source({"vertex": vertex, "fragment": fragment}, defines, read, offers)
    try:
        program = ctx.program(vertex_shader=source.texts["vertex"], fragment_shader=source.texts["fragment"])
    except moderngl.Error as error:
        raise GraphicsError(f"{vertex} + {fragment} do not compile:\n{source.explain(str(error))}") from error
    for name, value in (uniforms or {}).items():
        uniform(program, name, f"{vertex} + {fragment}").value = value
    return program


def build_compute(
    ctx: moderngl.Context,
    name: str,
    defines: Mapping[str, Define] | None = None,
    read: ReadFile = read_shader,
    offers: Mapping[str, Define] | None = None,
) -> moderngl.ComputeShader:
    """A compute shader from a file of the shaders package; `offers` as in build_program. Raises GraphicsError with file
    and line."""
    source = program_source({"compute": name}, defines, read, offers)
    try:
        return ctx.compute_shader(source.texts["compute"])
    except moderngl.Error as error:
        raise GraphicsError(f"{name} does not compile:\n{source.explain(str(error))}") from error


def uniform(
    program: moderngl.Program | moderngl.ComputeShader, name: str, label: str = "the program"
) -> moderngl.Uniform:
    """The uniform of that name. Raises GraphicsError listing those that exist (unused ones do not)."""
    member = program.get(name, None)
    if not isinstance(member, moderngl.Uniform):
        known = sorted(key for key in program if isinstance(program[key], moderngl.Uniform))
        raise GraphicsError(f"{label}: no uniform {name!r} in use; there are: {', '.join(known) or 'none'}")
    return member
