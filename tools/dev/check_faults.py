"""Faults that `openstage check` must see: a right text of a file and the wrong one in its place, one at a time.

What it cannot see by its nature (a wall of the stage file that is not where it says: check and renderer share it) is no
row here. `stages` are those the check is run on, the first that sees the fault ends it.
"""

from __future__ import annotations

from dataclasses import dataclass

PLAIN, ARC, MESH = "two-walls", "volume", "mesh-wall"
CONDITIONING = ("tests/unit/tracking/test_conditioning.py",)
FREED = ("tests/unit/tracking/test_freed.py",)
LENS = ("tests/unit/stage/maths/test_lens_table.py", "tests/unit/stage/maths/test_lens.py")
PREDICTION = ("tests/unit/stage/maths/test_prediction.py", "tests/unit/stage/show/test_decide.py")
PROJECTION = ("tests/unit/stage/maths/test_projection.py", "tests/unit/render/plan/test_plan.py")
PLAN = ("tests/unit/render/plan/test_plan.py", "tests/shaders/wall/test_composite.py")
PARALLAX = ("tests/shaders/frame/test_frame_parallax.py",)
COMPOSITE = ("tests/shaders/wall/test_composite.py",)
REPEAT = ("tests/shaders/frame/test_frame_repeat.py",)
COLOUR = ("tests/shaders/wall/test_wall_colour.py", "tests/shaders/wall/test_overlays.py")
SIGNALS = ("tests/shaders/wall/test_wall_signals.py", *COLOUR)
POSE = ("tests/unit/stage/maths/test_pose.py",)
SOURCE = ("tests/unit/tracking/test_source.py", *CONDITIONING)


@dataclass(frozen=True, slots=True)
class Fault:
    """In `file`, `new` stands for `old`, which is there once; `what` is wrong then."""

    file: str
    old: str
    new: str
    what: str
    tests: tuple[str, ...]
    stages: tuple[str, ...] = (PLAIN, ARC)


def _of(file: str, tests: tuple[str, ...], *rows: tuple[str, str, str]) -> tuple[Fault, ...]:
    return tuple(Fault(file, old, new, what, tests) for old, new, what in rows)


TRACKING = (
    *_of(
        "tracking/source_frame.py",
        CONDITIONING,
        ("(pan_sense * source.pan_sign,", "(-pan_sense * source.pan_sign,", "pan to the wrong side"),
        ("source.tilt_sign,", "-source.tilt_sign,", "tilt to the wrong side"),
        ("source.tilt_sign, source.roll_sign)", "source.tilt_sign, -source.roll_sign)", "roll to the wrong side"),
        ("place[ix] * fx - zx", "place[ix] * fx", "zero of x left out"),
        ("place[iy] * fy - zy, place[iz] * fz - zz", "place[iz] * fz - zz, place[iy] * fy - zy", "y and z swapped"),
        ("cp * st * cr - sp * ct * sr", "cp * st * cr + sp * ct * sr", "roll and tilt in the wrong order"),
        ("HALF_RADIAN = math.pi / 360.0", "HALF_RADIAN = math.pi / 361.0", "angles 0.3 % too small"),
    ),
    *_of(
        "tracking/readers/freed.py",
        CONDITIONING,
        ("M_PER_MM = 0.001", "M_PER_MM = 0.000999", "positions 0.1 % too small"),
    ),
    *_of(
        "tracking/conditioning.py",
        CONDITIONING,
        ("pupil = reading.pose @ self._tracker_from_pupil", "pupil = self._tracker_from_pupil @ reading.pose",
         "rig multiplied in the wrong order"),
        ("Pose((0.0, reading.entrance_pupil_m, 0.0))", "Pose()", "entrance pupil ignored"),
        ("Pose((0.0, reading.entrance_pupil_m, 0.0))", "Pose((0.0, -reading.entrance_pupil_m, 0.0))",
         "entrance pupil behind the sensor"),
        ("self._tracker_from_sensor = camera.rig.pose()", "self._tracker_from_sensor = Pose(camera.rig.position_m)",
         "rig's rotation ignored"),
        ("self._tracker_from_sensor = camera.rig.pose()",
         "self._tracker_from_sensor = Pose((0.0, 0.0, 0.0), camera.rig.pose().orientation)", "rig's offset ignored"),
        ("zip(sent[:2], (self._zoom, self._focus)", "zip(sent[:2], (self._focus, self._zoom)",
         "the ranges of zoom and focus exchanged"),
        ("            model.focal_length_mm,\n", "            model.focal_length_mm * 1.001,\n",
         "focal length 0.1 % too long"),
        ("            model.radial,\n", "            (),\n", "distortion left out"),
    ),
    *_of(
        "tracking/protocols/freed.py",
        FREED,
        ("PER_DEGREE = 32_768", "PER_DEGREE = 32_767", "32767 steps a degree"),
        ("PER_MM = 64", "PER_MM = 63", "63 steps a millimetre"),
        ('struct.Struct(">BBbHbHbHbHbHbHBHBHHB")', 'struct.Struct(">BBbHbHbHbHbHBHBHBHHB")', "height read unsigned"),
        ("y_mm=((y_h << 16) + y) / PER_MM", "y_mm=((x_h << 16) + y) / PER_MM", "a high byte of the wrong field"),
        ("zoom_raw=(zoom_h << 16) + zoom", "zoom_raw=(focus_h << 16) + zoom", "zoom's high byte from focus"),
    ),
    *_of(
        "stage/maths/pose.py",
        POSE,
        ("rotate(self.orientation, other.position_m)", "other.position_m", "a transform's offset not turned"),
    ),
    *_of(
        "stage/maths/lens_table.py",
        LENS,
        ("return knot.model, knot.entrance_pupil_m", "return knot.model, 0.0", "pupil of a calibrated point lost"),
    ),
)  # fmt: skip

CONDUCTOR = (
    *_of(
        "stage/show/camera_track.py",
        PREDICTION,
        ("self._predictor.pose_at(filmed_ns)", "self._predictor.candidates(filmed_ns)[2]", "no prediction"),
        ("self._foretold(newest, filmed_ns)", "self._foretold(newest, filmed_ns - 41_666_666)",
         "predicted for the frame before"),
        ("self._foretold(newest, filmed_ns)", "self._foretold(newest, now_ns)", "predicted for now"),
        ("self._foretold(newest, filmed_ns)", "self._foretold(newest, 2 * filmed_ns - newest.captured_ns)",
         "predicted twice as far"),
    ),
    *_of(
        "stage/maths/motion.py",
        PREDICTION,
        ("return max(-furthest_s,", "return 0.5 * max(-furthest_s,", "predicted half as far"),
        ("_difference(forecast[1], self.turned_rad)", "_difference(self.turned_rad, forecast[1])",
         "rotation predicted backwards"),
    ),
)  # fmt: skip

VIEWS = (
    *_of(
        "stage/maths/projection.py",
        PROJECTION,
        ("half_x, half_y = sensor_mm[0] / 2.0 * overscan, sensor_mm[1] / 2.0 * overscan",
         "half_x, half_y = sensor_mm[0] / 4.0 * overscan, sensor_mm[1] / 4.0 * overscan",
         "inner view half as wide and high"),
        ("half_x, half_y = sensor_mm[0] / 2.0 * overscan, sensor_mm[1] / 2.0 * overscan",
         "half_y, half_x = sensor_mm[0] / 2.0 * overscan, sensor_mm[1] / 2.0 * overscan", "sensor's sides swapped"),
        ("half_x, half_y = sensor_mm[0] / 2.0 * overscan, sensor_mm[1] / 2.0 * overscan",
         "half_x, half_y = sensor_mm[0] * overscan, sensor_mm[1] * overscan", "inner view twice as wide and high"),
        ("dx, dy = projection_offset_mm", "dx, dy = 0.0, 0.0", "centre shift ignored"),
        ("dx, dy = projection_offset_mm", "dx, dy = projection_offset_mm[0], -projection_offset_mm[1]",
         "centre shift with the wrong sign"),
        ("(2 * (x * y - w * z), 1 - 2 * (x * x + z * z), 2 * (y * z + w * x))",
         "(2 * (x * y - w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x))", "forward of a camera wrong"),
        ("ax, bx = 2.0 / wide, (right_s + left_s) / wide", "ax, bx = 2.0 / wide, (right_s - left_s) / wide",
         "off-axis term of a view wrong"),
        ("corner = offset(lower_left, eye_m)", "corner = offset(lower_left, (eye_m[0], eye_m[1], eye_m[2] + 0.001))",
         "eye of a wall's view 1 mm too high"),
        ("return (left + x0 * across, left + x1 * across, upper - y1 * down, upper - y0 * down)",
         "return (left + (x0 + 0.5) * across, left + (x1 + 0.5) * across, upper - y1 * down, upper - y0 * down)",
         "half a pixel in flat views"),
        ("-math.tan(min(math.atan(-left) + angle_rad, WIDEST_RAD)),",
         "-math.tan(min(math.atan(-left), WIDEST_RAD)),", "no margin on the left"),
        ("math.tan(min(math.atan(upper) + angle_rad, WIDEST_RAD)),",
         "math.tan(min(math.atan(upper), WIDEST_RAD)),", "no margin above"),
    ),
    *_of(
        "render/plan/cover.py",
        PLAN,
        ("widened(filmed, margin),", "widened(filmed, 0.0),", "margin ignored"),
        ("widened(filmed, margin),", "widened(filmed, 0.5 * margin),", "half the margin"),
        ("max(lens.overscan, 1.0))", "1.0)", "overscan of the lens ignored"),
        ("widened(filmed, margin + feather)", "widened(filmed, margin + 2.0 * feather)", "feather twice as wide"),
        ("max(abs(edge - whole), HARD_EDGE)", "HARD_EDGE", "no feather"),
    ),
    *_of(
        "render/plan/planner.py",
        PLAN,
        ("covers = tuple([cover_of(camera, frame.look) for camera in cameras])",
         "covers = tuple([cover_of(camera, frame.look) for camera in reversed(cameras)])",
         "cameras in the wrong order"),
        ("self._stage_eye_m = stage.stage_eye_m",
         "self._stage_eye_m = (stage.stage_eye_m[0] + 0.05, *stage.stage_eye_m[1:])", "stage eye 5 cm to the right"),
        ("return self.flat[wall].whole_views(self._stage_eye_m)",
         "return self.flat[wall].whole_views(self._stage_eye_m) if wall != 'side' else []",
         "a wall without outer view"),
    ),
    *_of(
        "render/plan/flat_wall.py",
        PLAN,
        ("RIM_PX = 1\n", "RIM_PX = -6\n", "inner box 6 px too short"),
    ),
    *_of(
        "render/plan/panels.py",
        PLAN,
        ("return (across, -left * across, up, -lower * up)",
         "return (across, -left * across + 0.5, up, -lower * up)", "half a texel on curved walls"),
        ("return (across, -left * across, up, -lower * up)",
         "return (up, -left * up, across, -lower * across)", "curved pictures sampled at the wrong scale"),
    ),
    *_of(
        "render/wall/camera_block.py",
        COMPOSITE,
        ("*right, 0.0, *forward, 0.0, *up, 0.0, *cover.eye_m, 1.0,",
         "*up, 0.0, *forward, 0.0, *right, 0.0, *cover.eye_m, 1.0,", "coverage by swapped axes"),
    ),
    *_of(
        "shaders/common/wall_pixel.glsl",
        PARALLAX,
        ("- gl_FragCoord.y) - corner_px;", "- gl_FragCoord.y) - corner_px + vec2(0.5);",
         "half a pixel in every wall's geometry"),
        ("return dot(cross(right_m, down_m), offset_m);", "return 1.0;", "walls shown from behind"),
    ),
    *_of(
        "shaders/composite/coverage.glsl",
        COMPOSITE,
        ("return Look(ahead, smoothstep(0.0, 1.0, least));", "return Look(ahead, 1.0 - smoothstep(0.0, 1.0, least));",
         "feather inside out"),
        ("return Look(ahead, smoothstep(0.0, 1.0, least));", "return Look(ahead, least);", "feather without its curve"),
        ("min(min(inside.x, inside.y), min(inside.z, inside.w))", "min(inside.x, min(inside.z, inside.w))",
         "no right edge of the inner view"),
    ),
    *_of(
        "shaders/panels/panels.frag",
        PARALLAX,
        ("dot(panel_up[nearest], offset_m)) / depth;", "dot(panel_up[nearest], offset_m)) / (depth + 0.002);",
         "outer view of curved walls at the wrong scale"),
    ),
    *_of(
        "render/wall/outer_pass.py",
        PARALLAX,
        ("view = panel.picture.view(self._eye_m)", "view = panel.picture.view((0.0, 0.0, 1.0))",
         "outer view of curved walls from elsewhere"),
    ),
)  # fmt: skip

PICTURE = (
    *_of(
        "shaders/composite/composite.frag",
        COMPOSITE,
        ("light += share * lawful(inner_at(index, picture, look.ahead)).rgb;",
         "light += look.coverage * lawful(inner_at(index, picture, look.ahead)).rgb;",
         "an inner view on walls that the camera is behind"),
        ("open_share -= share;", "open_share -= share * share;", "outer view shines through the feather"),
        ("vec3 wall_light = calibrated(light + open_share * lawful(outer_light).rgb);",
         "vec3 wall_light = calibrated(light + lawful(outer_light).rgb);", "outer view added to the inner view"),
    ),
    *_of(
        "shaders/encode/encode.glsl",
        COLOUR,
        ("const float NITS_PER_UNIT = 100.0;", "const float NITS_PER_UNIT = 102.0;", "light 2 % too bright"),
        ("codes.x + codes.y + dither()", "codes.x + codes.y + 4.0 * dither()", "dither of four codes"),
        ("vec3 nits = min(light * NITS_PER_UNIT, vec3(peak_nits));\n#endif",
         "vec3 nits = min(light * NITS_PER_UNIT, vec3(peak_nits)).bgr;\n#endif", "red and blue swapped"),
    ),
    *_of(
        "shaders/common/transfer.glsl",
        SIGNALS,
        ("kind == GAMMA_22 ? 1.0 / 2.2 : 1.0 / 2.4", "kind == GAMMA_22 ? 1.0 / 2.2 : 1.0 / 2.3", "gamma 2.3 for 2.4"),
        ("return pow(value, vec3(kind == GAMMA_22", "return pow(pow(value, vec3(1.0 / 2.2)), vec3(kind == GAMMA_22",
         "gamma applied twice"),
    ),
    *_of(
        "render/wall/colour.py",
        SIGNALS,
        ("return (high - low) / self.most, low / self.most,", "return (high - low) / 256.0, low / self.most,",
         "white one code short"),
        ("return WallColour(wall.transfer, wall.peak_nits,", "return WallColour(wall.transfer, 1000.0,",
         "every wall as bright as the first"),
    ),
    *_of(
        "stage/model/look.py",
        ("tests/shaders/wall/test_overlays.py", "tests/unit/stage/show/test_shown_light.py"),
        ("return float(2.0**self.ev)", "return float(1.9**self.ev)", "stops of the wrong size"),
    ),
    *_of(
        "render/wall/tile_pass.py",
        REPEAT,
        ("placement.rotation_deg // QUARTER_DEG)", "-placement.rotation_deg // QUARTER_DEG % 4)",
         "tiles turned the other way"),
        ("placement.rotation_deg // QUARTER_DEG)", "placement.rotation_deg % 180 // QUARTER_DEG)",
         "tiles turned by 180 degrees upright"),
        ("for name in self._copied:",
         "TilePass.turns = getattr(TilePass, 'turns', 0) + 1\n"
         "        for name in list(self._copied)[: len(self._copied) - TilePass.turns % 2]:",
         "the last output keeps every other frame"),
        ("        for region in regions:\n", "        for region in list(regions)[:1]:\n",
         "only the first changed box copied"),
    ),
    *_of(
        "shaders/tiles/tiles.vert",
        REPEAT,
        ("vec2 pixel = vec2(in_origin_px) + tile_corner(low, high);",
         "vec2 pixel = vec2(in_origin_px) + tile_corner(low, high) + vec2(1.0, 0.0);", "tiles one pixel off"),
    ),
    *_of(
        "shaders/common/tile.glsl",
        REPEAT,
        ("case 2: return size - p;", "case 2: return p;", "tiles of 180 degrees not turned"),
    ),
    *_of(
        "render/wall/composite_pass.py",
        REPEAT,
        ("regions((*covered, *self._before[name]))\n            self._before",
         "regions(covered)\n            self._before", "the inner view leaves a trail"),
    ),
    *_of(
        "render/frame.py",
        REPEAT,
        ("walls.tiles.draw(walls.codes.draw(frame.number, drawn) if frame.look.frame_code else drawn)",
         "walls.tiles.draw(walls.codes.draw(frame.number, {name: () for name in drawn})"
         " if frame.look.frame_code else drawn)",
         "only the codes are copied"),
    ),
)  # fmt: skip

FAULTS = (*TRACKING, *CONDUCTOR, *VIEWS, *PICTURE)
"""All of them."""
