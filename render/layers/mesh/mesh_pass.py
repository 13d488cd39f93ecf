"""The meshes of a set, drawn with one indirect draw for each state."""

from __future__ import annotations

from typing import NamedTuple

import moderngl

from render.gl.drawing_state import OVER, TINTED, DrawingState
from render.gl.indirect import COMMAND_WORDS, INSTANCES_WORD
from render.gl.shader_source import Define
from render.gl.textures import blank_texture
from render.gl.vertex_layout import layout
from render.layers.mesh.draw_arrays import NO_LIGHT_RUN, RECORD_FLOATS, DrawGroup, drawn_instances
from render.layers.mesh.draw_list import DrawList, Visible
from render.layers.mesh.finish import ANGLES
from render.layers.mesh.material_block import BLOCK_BYTES, BLOCK_STEP, MATT, MATT_PICTURE, material_blocks
from render.layers.mesh.mesh_data import MeshData, MeshMaterial
from render.layers.mesh.motion_pass import MotionPass
from render.view.layer_pass import HazeKind, Phase, Setup
from render.view.material import Material
from render.view.moment import Moment
from render.view.view import View

PICTURE_BINDING = 0
"""The base colour's; metal and roughness, normal, occlusion and emissive follow."""
MATERIAL_BINDING = 3

VERTEX_FIELDS = (("in_position", "3f"), ("in_normal", "3f"), ("in_uv", "2f"), ("in_colour", "4f"))
RECORD_FIELDS = (
    *(("in_row_x", "3f"), ("in_row_y", "3f"), ("in_row_z", "3f"), ("in_origin", "3f")),
    *(("in_base_colour", "4f"), ("in_emissive", "4f"), ("in_alpha_cutoff", "1f"), ("in_practical", "1f")),
    ("in_light_run", "1f"),
)
_EXTRA_FIELDS = (("in_tangent", "4f"), ("in_second_uv", "2f"))


class Air(NamedTuple):
    """The weather's effect on surfaces: haze in front of them, rain or snow on them."""

    haze: HazeKind
    weather: bool


_CLEAR = Air(HazeKind.NONE, False)


class _Variant(NamedTuple):
    """What a mesh program is built with."""

    textured: bool
    masked: bool
    double_sided: bool
    glossy: bool = False
    metal_rough: bool = False
    normal: bool = False
    occlusion: bool = False
    emissive: bool = False
    tangents: bool = False
    second_uv: bool = False
    finish: bool = False
    glass: bool = False
    unlit: bool = False
    air: Air = _CLEAR


class _GroupState(NamedTuple):
    """What a group of draws needs: pictures by binding, the offset of its material's block (None = none), whether
    both sides show, its vertex array, and whether light goes through it by colour."""

    pictures: tuple[tuple[moderngl.Texture, int], ...]
    block: int | None
    double_sided: bool
    mesh: moderngl.VertexArray
    glass: bool = False


class MeshPass:
    """Draws the opaque meshes of one set or, if `blended`, the see-through ones.

    Holds its buffers and programs; allocates nothing while drawing. Plain materials are drawn the cheapest way;
    with rain or snow on surfaces, all are drawn as glossy ones.
    """

    def __init__(self, setup: Setup, meshes: MeshData, pictures: list[moderngl.Texture], blended: bool = False) -> None:
        ctx = setup.ctx
        self.phase = Phase.TRANSPARENT if blended else Phase.OPAQUE
        self.list = DrawList(meshes, blended)
        self._ctx = ctx
        self._setup = setup
        self._blended = blended
        self._glass = DrawingState(ctx, blend=OVER, writes_depth=False)
        self._animated = meshes.animated
        self._own_haze = setup.light.haze
        self._baked = _baked(meshes, blended) if setup.light.baked else 0
        self._materials = meshes.materials
        self._pictures = pictures
        self._blank = blank_texture(ctx)
        self._records = ctx.buffer(reserve=max(1, self.list.instance_count) * RECORD_FLOATS * 4, dynamic=True)
        self._commands = ctx.buffer(reserve=max(1, self.list.command_count) * COMMAND_WORDS * 4, dynamic=True)
        self.vertices = ctx.buffer(self.list.vertices) if len(self.list.vertices) else None
        self.indices = ctx.buffer(self.list.triangles) if len(self.list.triangles) else None
        self._extras = ctx.buffer(self.list.extras) if self.list.extras is not None else None
        self._blocks = ctx.buffer(material_blocks([*meshes.materials, MATT, MATT_PICTURE]))
        self._motion = MotionPass(ctx, meshes, self.list, self.vertices, self._extras) if meshes.moving else None
        self._programs: list[moderngl.Program] = []
        self._mesh_arrays: dict[_Variant, moderngl.VertexArray] = {}
        self._states = {air: [self._state(group, air) for group in self.list.groups] for air in self._airs()}

    @property
    def glossy(self) -> bool:
        """Whether any surface reflects the background, whatever the weather."""
        return any(group.material is not None for group in self.list.groups)

    def draw(self, view: View, moment: Moment) -> None:
        """Draw what the view can see."""
        self.pose(moment)
        visible = self.list.behind_first(view) if self._blended else self.list.visible(view)
        if not visible.runs:
            return
        self._write(visible)
        states = self._states[self._air(moment)]
        if self._blended:
            self._draw_blended(states, visible)
        else:
            self._draw_opaque(states, visible)

    def rehearse(self, view: View, moment: Moment) -> None:
        """A dry run of `draw`: every visible instance is prepared, none is drawn."""
        visible = self.list.visible(view)
        if not visible.runs:
            return
        visible.commands[:, INSTANCES_WORD] = 0
        self._write(visible)
        self._draw_opaque(self._states[self._air(moment)], visible)

    def _write(self, visible: Visible) -> None:
        self._records.write(visible.records)
        self._commands.write(visible.commands)

    def _draw_opaque(self, states: list[_GroupState], visible: Visible) -> None:
        """Draw run by run, each with its state."""
        for group, first, length in visible.runs:
            state = states[group]
            self._use(state)
            if state.double_sided:
                self._ctx.disable(moderngl.CULL_FACE)
            state.mesh.render_indirect(self._commands, moderngl.TRIANGLES, length, first=first)
            if state.double_sided:
                self._ctx.enable(moderngl.CULL_FACE)

    def pose(self, moment: Moment) -> None:
        """Move everything to this moment, unless it is there already."""
        if self._motion is not None:
            self._motion.pose(moment.time_s)

    def moves(self, moment: Moment) -> bool:
        """If nodes or skins are animated."""
        return self._animated

    def depends_on(self, moment: Moment) -> tuple[object, ...]:
        """Scene time, if nodes or skins are animated."""
        return (moment.time_s,) if self._animated else ()

    def warm_up(self, view: View) -> None:
        """Draw every variant once, into one pixel."""
        for states in self._states.values():
            for state in states:
                self._use(state)
                state.mesh.render(moderngl.TRIANGLES, vertices=3, instances=1)

    def release(self) -> None:
        """Free everything on the graphics card."""
        if self._motion is not None:
            self._motion.release()
        self._blank.release()
        for array in self._mesh_arrays.values():
            array.release()
        for program in self._programs:
            program.release()
        for buffer in (self._records, self._commands, self.vertices, self.indices, self._extras, self._blocks):
            if buffer is not None:
                buffer.release()

    def _draw_blended(self, states: list[_GroupState], visible: Visible) -> None:
        """Draw far to near, in each instance back faces first; depth is tested but not written."""
        with self._glass:
            for group, first, length in visible.runs:
                state = states[group]
                self._use(state)
                self._ctx.blend_func = TINTED if state.glass else OVER
                for number in range(first, first + length):
                    if state.double_sided:
                        self._ctx.cull_face = "front"
                        state.mesh.render_indirect(self._commands, moderngl.TRIANGLES, 1, first=number)
                        self._ctx.cull_face = "back"
                    state.mesh.render_indirect(self._commands, moderngl.TRIANGLES, 1, first=number)

    def _use(self, state: _GroupState) -> None:
        for picture, binding in state.pictures:
            picture.use(binding)
        if state.block is not None:
            self._blocks.bind_to_uniform_block(MATERIAL_BINDING, offset=state.block, size=BLOCK_BYTES)

    def _airs(self) -> list[Air]:
        """All the weather's effects: each has its own programs, made at the start."""
        if self._setup.material is Material.PROBE:
            return [_CLEAR]
        return sorted({Air(self._own_haze, False), Air(HazeKind.FULL, False), Air(HazeKind.FULL, True)})

    def _air(self, moment: Moment) -> Air:
        if self._setup.material is Material.PROBE:
            return _CLEAR
        weather, haze = moment.look.weather, moment.look.haze
        if weather.wetness > 0.0 or weather.snow_cover > 0.0:
            return Air(HazeKind.FULL, True)
        more = haze.height_m > 0.0 or (self._own_haze is HazeKind.NONE and haze.fog_per_m > 0.0)
        return Air(HazeKind.FULL if more else self._own_haze, False)

    def _state(self, group: DrawGroup, air: Air) -> _GroupState:
        pictured = group.picture is not None
        if self._setup.material is not Material.LIT or not (group.material is not None or air.weather):
            pictures = self._bound((group.picture,))
            variant = _Variant(pictured, group.masked, group.double_sided, unlit=group.unlit, air=air)
            return _GroupState(pictures, None, group.double_sided, self._mesh_array(variant))
        plain = group.material is None
        material = MATT if group.material is None else self._materials[group.material]
        row = len(self._materials) + pictured if group.material is None else group.material
        bound = self._bound((group.picture, *(use.picture if use else None for use in material.uses)))
        if plain and not bound:
            bound = ((self._blank, PICTURE_BINDING),)  # one program fewer
        variant = _variant(group, material, plain or pictured, air)
        mesh = self._mesh_array(variant)
        return _GroupState(bound, row * BLOCK_STEP, group.double_sided, mesh, variant.glass)

    def _bound(self, numbers: tuple[int | None, ...]) -> tuple[tuple[moderngl.Texture, int], ...]:
        """Pictures by binding, in the order of `numbers`; missing ones are skipped."""
        there = [(number, place) for place, number in enumerate(numbers, PICTURE_BINDING) if number is not None]
        return tuple((self._pictures[number], binding) for number, binding in there)

    def _mesh_array(self, variant: _Variant) -> moderngl.VertexArray:
        """The vertex array of a shader variant; groups that differ only in their pictures and numbers share one."""
        if variant not in self._mesh_arrays:
            program = self._program(variant)
            self._programs.append(program)
            content = [
                (self.vertices, *layout(program, VERTEX_FIELDS, "v")),
                (self._records, *layout(program, RECORD_FIELDS, "i")),
            ]
            if variant.tangents or variant.second_uv:
                content.append((self._extras, *layout(program, _EXTRA_FIELDS, "v")))
            self._mesh_arrays[variant] = self._ctx.vertex_array(
                program, content, index_buffer=self.indices, index_element_size=4
            )
        return self._mesh_arrays[variant]

    def _program(self, variant: _Variant) -> moderngl.Program:
        common: dict[str, Define] = {
            "TEXTURED": variant.textured,
            "MASKED": variant.masked,
            "DOUBLE_SIDED": variant.double_sided,
            "HAZE": variant.air.haze.value,
            "EVEN": HazeKind.EVEN.value,
            "TANGENTS": variant.tangents,
            "SECOND_UV": variant.second_uv,
            "BAKED": self._baked,
        }
        if not variant.glossy:
            return self._setup.program("mesh/mesh", UNLIT=variant.unlit, **common)
        maps: dict[str, Define] = {
            "METAL_ROUGH": variant.metal_rough,
            "NORMAL_MAP": variant.normal,
            "OCCLUSION": variant.occlusion,
            "EMISSIVE_MAP": variant.emissive,
        }
        more: dict[str, Define] = {
            "BLENDED": self._blended, "WEATHER": variant.air.weather,
            "FINISH": variant.finish, "GLASS": variant.glass, "ANGLES": ANGLES,
        }  # fmt: skip
        return self._setup.program("mesh/mesh", "mesh/glossy", **common, **maps, **more)


def _baked(meshes: MeshData, blended: bool) -> int:
    """2 = everything drawn has prepared light, 1 = some of it."""
    first = meshes.light_first
    return 1 if first is None or (first[drawn_instances(meshes, blended)] == NO_LIGHT_RUN).any() else 2


def _variant(group: DrawGroup, material: MeshMaterial, textured: bool, air: Air) -> _Variant:
    """Of a glossy surface."""
    metal_rough, normal, occlusion, emissive = (use is not None for use in material.uses)
    second = any(use.second_uv for use in material.uses if use)
    maps = (metal_rough, normal, occlusion, emissive)
    shape = (textured, group.masked, group.double_sided)
    finish = material.finish
    glass = finish is not None and finish.clear > 0.0
    made = _Variant(*shape, True, *maps, tangents=group.tangents, second_uv=second, air=air)
    return made._replace(finish=finish is not None, glass=glass)
