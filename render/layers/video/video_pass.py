"""Process plates: the clip frame of the scene time, on its screen."""

from __future__ import annotations

import logging
import struct

import moderngl
import numpy as np

from render.gl.drawing_state import DrawingState
from render.gl.plane_textures import PlaneTextures
from render.gl.program import uniform
from render.layers.video.clips import DecodedFrame
from render.layers.video.colour import Transfer, video_colour
from render.layers.video.decoder import AHEAD, VideoDecoder
from render.layers.video.video import PLAIN_FORMATS, VideoData
from render.view.layer_pass import Phase, Setup
from render.view.material import Material
from render.view.moment import Moment
from render.view.view import View
from stage.model.look import HazeLook, Look

LUT_BINDING = 3
LONGEST_STEP_S = 1.0
_VECTOR = struct.Struct("<3f")

log = logging.getLogger("openstage.render")


class VideoPass:
    """Draws one video layer. The frame shown is a function of scene time alone. If drawing must not wait
    (`Setup.exact` off) and the frame is not decoded yet, an earlier one is shown and `late` counts it."""

    phase = Phase.OPAQUE

    def __init__(self, setup: Setup, data: VideoData) -> None:
        self.late = 0
        self._setup, self._data = setup, data
        self._state = DrawingState(setup.ctx, both_sides=True)
        self._time_s, self._step_s = 0.0, 1.0 / float(data.timeline.rate_hz)
        self._vertices = setup.ctx.buffer(data.vertices.tobytes())
        self._indices = setup.ctx.buffer(data.triangles.tobytes())
        self._programs: dict[tuple[Transfer, bool], tuple[moderngl.Program, moderngl.VertexArray]] = {}
        self._lut = _lut_texture(setup.ctx, data)
        self._decoder: VideoDecoder | None = None
        self._planes: list[PlaneTextures] = []
        self._asked: int | None = None
        if setup.material is Material.LIT:
            self._decoder = VideoDecoder(data)
            first = self._decoder.frame([data.timeline.at(0.0)], wait=True)
            assert first is not None
            self._planes = [_planes(setup.ctx, first) for _ in range(2)]

    def draw(self, view: View, moment: Moment) -> None:
        """Draw the frame of the moment's scene time."""
        frame = self._frame(moment.time_s)
        program, array = self._program(frame, self._setup.light.hazy(moment.look))
        x, y, z = view.eye_m
        ox, oy, oz = self._data.origin_m
        uniform(program, "origin").write(_VECTOR.pack(ox - x, oy - y, oz - z))
        with self._state:
            array.render(moderngl.TRIANGLES)

    def moves(self, moment: Moment) -> bool:
        """Always."""
        return True

    def depends_on(self, moment: Moment) -> tuple[object, ...]:
        """Scene time alone selects the clip's frame. A probe sees none."""
        return () if self._decoder is None else (moment.time_s,)

    def warm_up(self, view: View) -> None:
        """Draw it once in clear air and once in fog."""
        for fog_per_m in (0.0, 0.01):
            self.draw(view, Moment(Look(haze=HazeLook(fog_per_m=fog_per_m))))

    def release(self) -> None:
        """End decoding; free planes, programs and screen."""
        if self._decoder is not None:
            self._decoder.close()
        for program, array in self._programs.values():
            array.release()
            program.release()
        for planes in self._planes:
            planes.release()
        if self._lut is not None:
            self._lut.release()
        self._vertices.release()
        self._indices.release()

    def _frame(self, time_s: float) -> DecodedFrame | None:
        """The frame shown, on the card; None for a probe."""
        if self._decoder is None:
            return None
        if time_s != self._time_s:
            step = time_s - self._time_s
            self._step_s = step if 0.0 < step < LONGEST_STEP_S else self._step_s
            self._time_s = time_s
        wanted = self._data.timeline.coming(time_s, self._step_s, AHEAD)
        frame = self._decoder.frame(wanted, wait=self._setup.exact)
        assert frame is not None  # one was decoded when the pass was made
        if frame.number != wanted[0] and self._asked != wanted[0]:
            self._count_late(frame.number, wanted[0])
        self._asked = wanted[0]
        self._bring(frame)
        return frame

    def _bring(self, frame: DecodedFrame) -> None:
        """Bind the frame's planes; a new frame replaces the least recently used set."""
        held = next((planes for planes in self._planes if planes.number == frame.number), None)
        if held is None:
            held = self._planes[0]
            held.upload(frame.number, frame.planes)
        self._planes.remove(held)
        self._planes.append(held)
        held.use()

    def _count_late(self, shown: int, wanted: int) -> None:
        self.late += 1
        if self.late == 1:
            name = self._data.clips[self._data.timeline.place(wanted)[0]].path.name
            log.warning(
                "video %s is decoded too slowly: frame %d shows for %d; further ones are counted", name, shown, wanted
            )

    def _program(self, frame: DecodedFrame | None, hazy: bool) -> tuple[moderngl.Program, moderngl.VertexArray]:
        """The program of the frame's transfer with the frame's values."""
        if frame is None:
            return self._built(Transfer.LINEAR, False)
        bits = PLAIN_FORMATS[self._data.pixel_format]
        colour = video_colour(
            bits=bits,
            height=self._data.size_px[1],
            matrix=frame.matrix,
            range_=frame.range_,
            primaries=frame.primaries,
            transfer=frame.transfer,
            named=self._data.colour_space,
        )
        program, array = self._built(colour.transfer, hazy)
        (width, _), (chroma_width, _) = frame.sizes_px[:2]
        uniform(program, "rgb_row").write(colour.rgb_from_texture.astype(np.float32).tobytes())
        uniform(program, "primaries").write(colour.primaries.T.astype(np.float32).tobytes())
        uniform(program, "gain").value = self._data.gain
        uniform(program, "chroma_shift").value = (0.25 / chroma_width if chroma_width < width else 0.0, 0.0)
        if self._lut is not None:
            self._lut.use(LUT_BINDING)
        return program, array

    def _built(self, transfer: Transfer, hazy: bool) -> tuple[moderngl.Program, moderngl.VertexArray]:
        if (transfer, hazy) not in self._programs:
            kinds = {kind.name: kind.value for kind in Transfer}
            program = self._setup.program("video/video", TRANSFER=transfer.value, HAZE=hazy, **kinds)
            fields = [name for name in ("in_position", "in_uv") if name in program]
            layout = "3f 2f" if "in_uv" in program else "3f 8x"
            array = self._setup.ctx.vertex_array(
                program, [(self._vertices, layout, *fields)], index_buffer=self._indices, index_element_size=4
            )
            self._programs[transfer, hazy] = (program, array)
        return self._programs[transfer, hazy]


def _planes(ctx: moderngl.Context, like: DecodedFrame) -> PlaneTextures:
    """Textures for frames like this one."""
    sizes = zip(like.sizes_px, like.planes, strict=True)
    return PlaneTextures(ctx, like.sizes_px, [plane.nbytes // (width * height) for (width, height), plane in sizes])


def _lut_texture(ctx: moderngl.Context, data: VideoData) -> moderngl.Texture3D | None:
    if data.lut is None:
        return None
    side = len(data.lut)
    texture = ctx.texture3d((side, side, side), 3, data.lut.tobytes(), dtype="f4")
    texture.repeat_x = texture.repeat_y = texture.repeat_z = False
    texture.filter = (moderngl.LINEAR, moderngl.LINEAR)
    return texture
