"""Process plates: the clip frame of the scene time, on its screen."""

from __future__ import annotations

import logging
import struct

import moderngl
import numpy as np

from render.gl.drawing_state import OVER, DrawingState
from render.gl.plane_textures import PlaneTextures
from render.gl.program import uniform
from render.layers.video.carrying import PLAIN_FORMATS, is_light
from render.layers.video.clips import DecodedFrame
from render.layers.video.colour import LIGHT_ITSELF, Transfer, VideoColour, video_colour
from render.layers.video.decoder import AHEAD, VideoDecoder
from render.layers.video.video import VideoData
from render.view.layer_pass import Phase, Setup
from render.view.material import Material
from render.view.moment import Moment
from render.view.view import View
from stage.model.look import HazeLook, Look

LUT_BINDING = 4
ALPHAS = ("opaque", "straight", "premultiplied")
"""As the shader numbers them."""
LONGEST_STEP_S = 1.0
_VECTOR = struct.Struct("<3f")

log = logging.getLogger("openstage.render")


class VideoPass:
    """Draws one video layer. The frame shown is a function of scene time alone. If drawing must not wait
    (`Setup.exact` off) and the frame is not decoded yet, an earlier one is shown and `late` counts it."""

    def __init__(self, setup: Setup, data: VideoData) -> None:
        self.late = 0
        self._setup, self._data = setup, data
        through = data.alpha != "opaque" and setup.material is Material.LIT
        self.phase = Phase.TRANSPARENT if through else Phase.OPAQUE
        blend = OVER if through else None
        self._state = DrawingState(setup.ctx, blend=blend, both_sides=True, writes_depth=not through)
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
            self._planes = [PlaneTextures(setup.ctx, first.sizes_px, _kind(data)) for _ in range(2)]

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
        colour = self._colour(frame)
        program, array = self._built(colour.transfer, hazy)
        (width, _), (chroma_width, _) = frame.sizes_px[:2]
        uniform(program, "rgb_row").write(colour.rgb_from_texture.astype(np.float32).tobytes())
        uniform(program, "primaries").write(colour.primaries.T.astype(np.float32).tobytes())
        uniform(program, "gain").value = self._data.gain
        uniform(program, "chroma_shift").value = (0.25 / chroma_width if chroma_width < width else 0.0, 0.0)
        for name, value in (("exponent", colour.exponent), ("alpha_scale", self._alpha_scale())):
            if name in program:
                uniform(program, name).value = value
        if self._lut is not None:
            self._lut.use(LUT_BINDING)
        return program, array

    def _colour(self, frame: DecodedFrame) -> VideoColour:
        if is_light(self._data.pixel_format):
            return LIGHT_ITSELF
        return video_colour(
            bits=PLAIN_FORMATS[self._data.pixel_format],
            size_px=self._data.size_px,
            matrix=frame.matrix,
            range_=frame.range_,
            primaries=frame.primaries,
            transfer=frame.transfer,
            named=self._data.colour_space,
        )

    def _alpha_scale(self) -> float:
        """From a texture's 0 to 1 to alpha's: its codes are those of its bits, always of full range."""
        bits = PLAIN_FORMATS[self._data.pixel_format]
        return 1.0 if bits in (8, 16) else 65535.0 / float((1 << bits) - 1)

    def _built(self, transfer: Transfer, hazy: bool) -> tuple[moderngl.Program, moderngl.VertexArray]:
        if (transfer, hazy) not in self._programs:
            kinds = {kind.name: kind.value for kind in Transfer}
            alpha = ALPHAS.index("premultiplied" if is_light(self._data.pixel_format) else self._data.alpha)
            own = {"TRANSFER": transfer.value, "HAZE": hazy, "ALPHA": 0 if self._data.alpha == "opaque" else alpha}
            program = self._setup.program("video/video", **own, **kinds)
            fields = [name for name in ("in_position", "in_uv") if name in program]
            layout = "3f 2f" if "in_uv" in program else "3f 8x"
            array = self._setup.ctx.vertex_array(
                program, [(self._vertices, layout, *fields)], index_buffer=self._indices, index_element_size=4
            )
            self._programs[transfer, hazy] = (program, array)
        return self._programs[transfer, hazy]


def _kind(data: VideoData) -> str:
    """moderngl's name of a plane's values."""
    if is_light(data.pixel_format):
        return "f2"
    return "f1" if PLAIN_FORMATS[data.pixel_format] == 8 else "nu2"


def _lut_texture(ctx: moderngl.Context, data: VideoData) -> moderngl.Texture3D | None:
    if data.lut is None:
        return None
    side = len(data.lut)
    texture = ctx.texture3d((side, side, side), 3, data.lut.tobytes(), dtype="f4")
    texture.repeat_x = texture.repeat_y = texture.repeat_z = False
    texture.filter = (moderngl.LINEAR, moderngl.LINEAR)
    return texture
