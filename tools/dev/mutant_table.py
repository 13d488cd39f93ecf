"""The mutants that are kept as data: a right text of a file, the wrong one in its place, and the test that must notice.

To add one: its row. A text must stand in its file exactly once, else the row is an error and must be mended with the
code.
"""

from __future__ import annotations

from dataclasses import dataclass

_DEPENDENCIES = "tests/shaders/frame/test_dependencies.py"


def _walks(*scenes: str) -> tuple[str, ...]:
    """The tests that walk through every value of a look and every other input of a frame, in these sets."""
    looks = [f"{_DEPENDENCIES}::test_no_value_of_a_look_leaves_anything_stale[{scene}]" for scene in scenes]
    inputs = [f"{_DEPENDENCIES}::test_no_other_input_of_a_frame_leaves_anything_stale[{scene}]" for scene in scenes]
    return (*[test for test, scene in zip(looks, scenes, strict=True) if scene in LOOK_WALKS], *inputs)


LOOK_WALKS = ("still", "lit", "crowd", "sky")
"""Of the sets, those in which looks are walked through; the others are there because they move."""
STILL, LIT, CROWD, SKY, STRIP, VIDEO = (_walks(scene) for scene in (*LOOK_WALKS, "strip", "video"))
CHARTS = (f"{_DEPENDENCIES}::test_what_is_shown_instead_of_the_set_leaves_no_trace",)
STALE = {
    "render/layers/crowd": CROWD,
    "render/layers/mesh": STRIP,
    "render/layers/sky": SKY,
    "render/layers/video": VIDEO,
    "render/layers/weather": STILL,
    "render/scene/baked_pass.py": ("tests/unit/render/scene/test_relighting.py",),
    "render/scene/environment_pass.py": (*LIT, *SKY),
    "render/scene/scene_pass.py": (*STILL, *CROWD),
    "render/scene/shadow_pass.py": (*STILL, *STRIP, *CROWD),
    "render/scene/view_block.py": (*STILL, *LIT, *SKY),
    "render/wall": (*STILL, *CHARTS),
}
"""Where a pass stands to the walks in which its picture would be stale, if it did not say what it depends on."""
REPEAT = ("tests/shaders/frame/test_frame_repeat.py",)
OVERLAYS = ("tests/shaders/wall/test_overlays.py",)
LIGHT_FIELD = ("tests/shaders/light/test_light_field.py",)
SHOWN_LIGHT = ("tests/unit/stage/show/test_shown_light.py",)
CONTROL = ("tests/unit/stage/show/test_show_control.py",)
ORDERS = ("tests/unit/stage/console/orders/test_control.py",)
OSC = ("tests/unit/stage/osc/test_osc.py",)


@dataclass(frozen=True, slots=True)
class Mutant:
    """In `file`, `new` stands for `old`; `what` says of what; `tests` must not pass with it."""

    file: str
    old: str
    new: str
    what: str
    tests: tuple[str, ...]


def _rows(file: str, what: str, tests: tuple[str, ...], *texts: tuple[str, str]) -> tuple[Mutant, ...]:
    return tuple(Mutant(file, old, new, what, tests) for old, new in texts)


KEYS = (
    *_rows(
        "render/frame.py",
        "Renderer's key",
        STILL,
        ("(self.sets.name, *shown", "(*shown"),
        ("*shown.depends_on(one), ", ""),
        (", *codes)", ")"),
    ),
    *_rows(
        "render/frame.py",
        "Renderer's key",
        REPEAT,
        ("for name, key in keys.items() if key != self._outer_keys_shown.get(name)]", "for name in keys]"),
    ),
    *_rows(
        "render/light/meter.py",
        "the lamps' key",
        STILL,
        ("return (self._sets.name, *self._sets", "return (*self._sets"),
        (", *self._sets.shown.depends_on(unexposed))", ",)"),
    ),
    *_rows("render/light/meter.py", "the lamps' key", LIGHT_FIELD, (".depends_on(unexposed)", ".depends_on(moment)")),
    *_rows(
        "render/wall/composite_pass.py",
        "the walls' colours",
        (*STILL, *CHARTS),
        ("if key == self._key or", "if self._key is not None or"),
        ("        self._key = None\n", "        pass\n"),
    ),
    *_rows(
        "render/wall/chart_pass.py",
        "charts",
        (*STILL, *CHARTS),
        ("if key == self._shown and", "if self._shown and"),
        ("        composite.forget()\n", ""),
        ("            self.leave()\n", ""),
    ),
    *_rows("render/wall/chart_pass.py", "charts", OVERLAYS, ("self._shown and not flashes:", "self._shown:")),
)

CACHES = (
    *_rows(
        "render/scene/scene_light_pass.py",
        "light made before the views",
        (*STILL, *LIT),
        ("if moment is self._made:", "if self._made is not None:"),
    ),
    *_rows(
        "render/scene/environment_pass.py",
        "the background's light",
        (*LIT, *SKY),
        ("if mirrored and key != self._mirrored_key:", "if mirrored and self._mirrored_key is None:"),
        ("if key != self._key:", "if self._key is None:"),
    ),
    *_rows(
        "render/scene/view_block.py",
        "the set's light",
        (*STRIP, *STILL),
        ("self._lit[0] is not moment.look or ", ""),
        (" or self._lit[1] is not moment.heavens:", ":"),
    ),
    *_rows(
        "render/layers/sky/block.py",
        "the sky's block",
        (*STRIP, *SKY),
        ("self._standing[0] is not look or ", ""),
        (" or self._standing[1] is not heavens:", ":"),
    ),
    *_rows(
        "render/layers/sky/sky_pass.py",
        "the sky's state",
        SKY,
        (" or self._state.moment is not moment:", ":"),
        ("self._state.block[:BLOWN_BYTE])", "b'')"),
    ),
    *_rows(
        "render/layers/sky/sky_tables_pass.py",
        "the sky's tables",
        (*STRIP, *SKY),
        ("if aerosol == self._aerosol and self", "if self"),
        (" and self._elevations_deg == [*elevations_deg]:", ":"),
        ("if elevation_deg != self._elevations_deg[number]:", "if math.isnan(self._elevations_deg[number]):"),
        ("self._lit == (sunlit, moonlit, light, self.made):", "self._lit is not None:"),
        ("self._lit == (sunlit, moonlit, light, self.made):", "self._lit and self._lit[2] == light:"),
    ),
    *_rows(
        "render/layers/crowd/crowd_pass.py",
        "who is where",
        CROWD,
        ("if key != self._found:", "if self._found is None:"),
    ),
    *_rows(
        "render/layers/mesh/motion_pass.py",
        "where what moves is",
        STRIP,
        ("if time_s == self._time_s:", "if self._time_s is not None:"),
    ),
)

SHOWN = _rows(
    "stage/show/shown_light.py",
    "what a look does to light",
    SHOWN_LIGHT,
    ('if "white-balance" in bypass else', 'if "grade" in bypass else'),
    ('Grade() if "grade" in bypass else look.grade', "look.grade"),
    ('OuterView() if "outer" in bypass else look.outer', "look.outer"),
    ("self.exposure.tint) != (NEUTRAL_K, 0.0)", "0.0) != (NEUTRAL_K, 0.0)"),
    ("(self.exposure.white_balance_k, self.exposure.tint) !=", "(NEUTRAL_K, self.exposure.tint) !="),
    ("return not self.balances and ", "return "),
    ("and not self.grades and", "and"),
    (" and self.outer == OuterView()", ""),
    ("np.maximum(light @ self.balance().T, 0.0)", "light @ self.balance().T"),
    ("light @ self.balance().T", "light @ self.balance()"),
    ("grade.slope, grade.offset, grade.power, grade.saturation", "grade.slope, grade.offset, grade.power, 1.0"),
    ("inner * 2.0**self.outer.ev", "inner * (1.0 + self.outer.ev)"),
    ("return np.maximum(saturated(", "return np.asarray(saturated("),
    ("1.0, brightest)", "1.0, 1.0)"),
)

ORDER = (
    *_rows(
        "stage/show/orders/walls.py",
        "who carries out an order",
        CONTROL,
        ('Order("show.black", "Black", Black, _black,', 'Order("show.black", "Black", Black, _hold,'),
        ('Order("show.hold", "Hold", Hold, _hold)', 'Order("show.hold", "Hold", Hold, _black)'),
        ('"Test pattern", Pattern, _pattern,', '"Test pattern", Pattern, lambda show, order, when: "none",'),
    ),
    *_rows(
        "stage/show/orders/looks.py",
        "who carries out an order",
        CONTROL,
        ('"Undo", StepLook, _undo)', '"Undo", StepLook, _redo)'),
        ('"Redo", StepLook, _redo)', '"Redo", StepLook, _undo)'),
    ),
    *_rows(
        "stage/show/orders/looks.py",
        "what completes an order",
        ORDERS,
        ("RecallLook, _recall, complete=with_part,", "RecallLook, _recall,"),
    ),
    *_rows(
        "stage/osc/addresses.py",
        "which order an address gives",
        OSC,
        ('"show.black", _switch)', '"show.hold", _switch)'),
        ('"show.hold", _switch)', '"show.black", _switch)'),
        ('"look.ab", _button())', '"look.undo", _button())'),
    ),
)

MUTANTS: tuple[Mutant, ...] = (*KEYS, *CACHES, *SHOWN, *ORDER)
