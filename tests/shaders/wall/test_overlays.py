"""Chroma key, light cards, charts and black on every kind of wall; what they redraw, and that nothing stays behind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import moderngl
import numpy as np
import pytest
from numpy.typing import NDArray

from render.charts.patterns import chart_codes
from render.frame import Renderer
from render.gl.context import create_offscreen_context
from stage.maths.colour_transfer import TRANSFERS, code_range
from stage.messages.frames import CameraState, Frame, Show
from stage.model.look import ChromaKey, Grade, LightCard, Look, OuterView, WallTrim
from stage.model.wall_steps import PATTERNS
from tests.looks import a_look
from tests.shaders.small_stage import camera, frame, looking, small_stage, surfaces_of
from tests.shaders.tiny_set import box_set
from tools.proof.walls.parallax import wall_positions

STAGE = small_stage()
PEAK = 1500.0
KEYED = replace(a_look(), key=ChromaKey(on=True, level=0.25, hue_deg=120.0, spacing_m=0.4, marker_m=0.12))
AHEAD, ASIDE = camera(), camera((0.4, -2.6, 1.4), looking(8.0, 3.0))


@pytest.fixture(scope="module")
def context() -> Iterator[moderngl.Context]:
    context = create_offscreen_context()
    yield context
    context.release()


@pytest.fixture(scope="module")
def renderer(context: moderngl.Context) -> Renderer:
    return Renderer(context, STAGE, surfaces_of(STAGE), box_set())


def drawn(renderer: Renderer, wall: str, look: Look | None = None, show: Show | None = None,
          camera_state: CameraState = AHEAD, number: int = 3) -> NDArray[np.uint8]:  # fmt: skip
    renderer.draw(replace(frame(number, camera_state, look=look), show=show or Show()))
    return np.asarray(renderer.readback.wall(wall)[..., :3], np.uint8)


def nits_of(wall: str, codes: NDArray[np.uint8]) -> NDArray[np.float64]:
    transfer = next(each.transfer for each in STAGE.walls if each.name == wall)
    return TRANSFERS[transfer][1](codes / 255.0, PEAK)


def toward(wall: str) -> CameraState:
    return camera(orientation=looking({"flat": 0.0, "arc": -50.0, "mesh": 60.0}[wall]))


@pytest.mark.parametrize("wall", ["flat", "arc", "mesh"])
def test_the_key_is_flat_at_its_level_with_a_hard_edge(renderer: Renderer, wall: str) -> None:
    bare = replace(KEYED, key=replace(KEYED.key, markers=False))
    before = drawn(renderer, wall, a_look(), camera_state=toward(wall))
    codes = drawn(renderer, wall, bare, camera_state=toward(wall))
    key = (codes[..., 0] == 0) & (codes[..., 2] == 0) & (codes[..., 1] > 100)
    assert key.mean() > 0.1
    assert nits_of(wall, codes[key])[:, 1] == pytest.approx(0.25 * PEAK, rel=0.03)
    changed = (codes != before).any(axis=-1)
    halves = np.unique(codes[changed & ~key])  # the feather's outer half shows the outer view alone
    assert halves.size == 0 or not ((codes[changed & ~key][:, 1].astype(int) - before[changed & ~key][:, 1]) > 60).any()


@pytest.mark.parametrize("wall", ["flat", "arc", "mesh"])
def test_markers_stand_still_while_the_camera_moves(renderer: Renderer, wall: str) -> None:
    one = drawn(renderer, wall, KEYED, camera_state=toward(wall))
    moved = replace(toward(wall), position_m=(0.3, -2.7, 1.6))
    two = drawn(renderer, wall, KEYED, camera_state=moved)

    def keyed(codes: NDArray[np.uint8]) -> NDArray[np.bool_]:
        return np.asarray((codes[..., 0] == 0) & (codes[..., 2] == 0) & (codes[..., 1] > 50))

    both = keyed(one) & keyed(two)
    assert both.mean() > 0.05
    assert np.array_equal(one[both], two[both])
    assert len(np.unique(one[both][:, 1])) >= 2, "there are markers"


def test_markers_are_as_far_apart_on_the_wall_as_asked(renderer: Renderer) -> None:
    codes = drawn(renderer, "flat", KEYED)[..., 1]
    key = np.median(codes)
    places = wall_positions(surfaces_of(STAGE)["flat"])
    marks = (codes < key) & (codes > 0.5 * key)
    across = np.sort(places[marks][:, 0])
    spread = np.abs(across[:, None] - across[None, :]) / 0.4
    centre_lines = np.abs(spread - np.round(spread)) * 0.4
    assert np.median(centre_lines) < 0.04


def card(**keys: object) -> LightCard:
    return LightCard(**{"name": "c", "wall": "flat", "softness": 0.0, **keys})  # type: ignore[arg-type]


@pytest.mark.parametrize("over_inner", [False, True])
@pytest.mark.parametrize("wall", ["flat", "arc", "mesh"])
def test_a_card_is_as_bright_as_it_says_whatever_the_trim(renderer: Renderer, wall: str, over_inner: bool) -> None:
    look = replace(
        a_look(), light_cards=(card(wall=wall, centre=(0.5, 0.5), size=(0.4, 0.4), nits=600.0, over_inner=over_inner),),
        grade=Grade(slope=(0.2, 0.2, 0.2)), walls=(WallTrim(wall, 0.3),),
    )  # fmt: skip
    codes = drawn(renderer, wall, look, camera_state=toward(wall) if over_inner else camera(orientation=looking(180.0)))
    height, width = codes.shape[:2]
    middle = codes[round(height * 0.35) : round(height * 0.65), round(width * 0.35) : round(width * 0.65)]
    assert nits_of(wall, middle) == pytest.approx(600.0, rel=0.03)


def test_a_card_stays_outside_the_inner_view_unless_told(renderer: Renderer) -> None:
    whole = {"centre": (0.5, 0.5), "size": (1.0, 1.0), "nits": 900.0}
    sharp = a_look(feather_deg=0.0)
    plain = drawn(renderer, "flat", sharp)
    codes = drawn(renderer, "flat", replace(sharp, light_cards=(card(**whole),)))
    lit = (np.abs(nits_of("flat", codes) - 900.0) < 40.0).all(axis=-1)
    assert 0.01 < lit.mean() < 0.99
    assert np.array_equal(codes[~lit], plain[~lit]), "the inner view is as before"
    over = drawn(renderer, "flat", replace(sharp, light_cards=(card(**whole, over_inner=True),)))
    assert (np.abs(nits_of("flat", over) - 900.0) < 40.0).all()


def test_a_card_has_its_shape_place_and_turn(renderer: Renderer) -> None:
    look = replace(a_look(), light_cards=(
        card(centre=(0.25, 0.5), size=(0.3, 0.1), turn_deg=90.0, over_inner=True, nits=1500.0),
        card(centre=(0.75, 0.5), size=(0.3, 0.3), shape="ellipse", over_inner=True, nits=1500.0),
    ))  # fmt: skip
    lit = np.asarray((drawn(renderer, "flat", look) > 250).all(axis=-1))
    height, width = lit.shape
    rows, columns = np.nonzero(lit[:, : width // 2])
    assert np.ptp(rows) == pytest.approx(0.3 * width, abs=3)
    assert np.ptp(columns) == pytest.approx(0.1 * height, abs=3)
    assert lit[:, width // 2 :].sum() == pytest.approx(np.pi * 0.15 * width * 0.15 * height, rel=0.03)


def test_looks_and_shows_leave_nothing_behind_in_any_order(context: moderngl.Context) -> None:
    looks = (
        a_look(), KEYED, replace(a_look(), light_cards=(card(),)), replace(a_look(), outer=OuterView(-1.0, 0.3)),
        replace(a_look(), grade=Grade(power=(1.2, 1.0, 1.0)), walls=(WallTrim("arc", 0.5),)),
    )  # fmt: skip
    shows = (Show(), Show(black=True), Show(pattern="ids"), Show(pattern="flash"), Show(bypass=("grade", "cards")))
    frames = [
        replace(frame(number, (AHEAD, ASIDE)[number % 2], look=looks[number % 5]), show=shows[number // 2 % 5])
        for number in range(14)
    ]
    alone: dict[int, dict[str, bytes]] = {}
    for each in frames:
        fresh = Renderer(context, STAGE, surfaces_of(STAGE), box_set())
        fresh.draw(each)
        alone[each.number] = outputs(fresh)
        fresh.release()
    used = Renderer(context, STAGE, surfaces_of(STAGE), box_set())
    for number in np.random.default_rng(2).permutation(14).tolist() * 2:
        used.draw(frames[number])
        assert outputs(used) == alone[number], f"frame {number} differs after others"
    used.release()


def outputs(renderer: Renderer) -> dict[str, bytes]:
    return {output.name: renderer.readback.output(output.name).tobytes() for output in STAGE.outputs}


def test_colours_redraw_the_walls_but_not_the_outer_view(renderer: Renderer) -> None:
    def outer_drawn(each: Frame) -> bool:
        renderer.draw(each)
        return renderer.outer_drawn

    start = frame(5, AHEAD, look=a_look())
    renderer.draw(start)
    changed = (
        replace(start, look=replace(a_look(), grade=Grade(saturation=0.5))), replace(start, look=KEYED),
        replace(start, look=replace(a_look(), light_cards=(card(),))), replace(start, show=Show(pattern="bars")),
        replace(start, show=Show(black=True)), start,
    )  # fmt: skip
    assert not any(outer_drawn(each) for each in changed)


@pytest.mark.parametrize("pattern", PATTERNS)
def test_every_chart_is_on_the_wall_exactly_as_drawn(renderer: Renderer, pattern: str) -> None:
    for wall in STAGE.walls:
        codes = drawn(renderer, wall.name, show=Show(pattern=pattern, pattern_after_calibration=True), number=5)
        picture = np.rint(chart_codes(pattern, wall, STAGE.walls) * 255.0)
        assert picture.max() > 20
        same = (codes == picture).all(axis=-1)
        assert same.all() if pattern != "flash" else 0.8 < same.mean() < 1.0


@pytest.mark.parametrize("pattern", ["ramps", "bars", "zones"])
def test_a_neutral_calibration_changes_no_chart(renderer: Renderer, pattern: str) -> None:
    after = drawn(renderer, "flat", show=Show(pattern=pattern, pattern_after_calibration=True))
    before = drawn(renderer, "flat", show=Show(pattern=pattern))
    assert np.abs(before.astype(int) - after).max() <= 1


def test_the_flash_comes_once_a_second_with_another_number_each_frame(renderer: Renderer) -> None:
    pictures = [drawn(renderer, "flat", show=Show(pattern="flash"), number=number) for number in (23, 24, 25)]
    bright = [picture.mean() > 128 for picture in pictures]
    assert bright == [False, True, False]
    assert (pictures[0] != pictures[2]).any()


def test_black_is_black_and_a_pattern_nobody_knows_is_none(renderer: Renderer) -> None:
    plain = drawn(renderer, "flat")
    assert drawn(renderer, "flat", KEYED, Show(black=True)).max() == 0
    assert np.array_equal(drawn(renderer, "flat", show=Show(pattern="no-such")), plain)


@pytest.mark.parametrize("narrow", [False, True])
def test_ten_bit_outputs_carry_exact_codes_and_narrow_black(context: moderngl.Context, narrow: bool) -> None:
    walls = [wall.model_dump() | {"bits": 10, "range": "narrow" if narrow else "full"} for wall in STAGE.walls]
    stage = small_stage(walls=walls)
    renderer = Renderer(context, stage, surfaces_of(stage), box_set())
    low, _ = code_range(10, narrow)
    renderer.draw(replace(frame(3, AHEAD), show=Show(black=True)))
    assert renderer.readback.bits("flat") == 10
    assert (renderer.readback.codes("flat") == low).all()
    renderer.draw(replace(frame(3, AHEAD), show=Show(pattern="flags", pattern_after_calibration=True)))
    codes = renderer.readback.codes("flat")
    assert {0, 4, 64, 128, 876, 940, 1019, 1023} <= set(np.unique(codes).tolist())
    assert np.array_equal(codes, np.rint(chart_codes("flags", stage.walls[0], stage.walls) * 1023.0))
    renderer.release()
