"""Screenplays are read for their headings; a show is proposed; what is broken or hostile is refused by line."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stage.errors import InputError
from stage.library.screenplay.plain_text import FIRST_LINES, MOST_LINES
from stage.library.screenplay.reading import LARGEST_BYTES, scenes_of
from stage.library.screenplay.scene import ScriptScene
from stage.library.show_proposal import proposed_show
from stage.model.show import ShowFile
from tests.places import DATA

SHOWS = DATA / "shows"
BOMB = b"""<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>
<FinalDraft><Content><Paragraph Type="Scene Heading"><Text>INT. &b;</Text></Paragraph></Content></FinalDraft>"""


def tea(kind: str) -> list[ScriptScene]:
    return scenes_of((SHOWS / f"tea.{kind}").read_bytes(), f"tea.{kind}")


def test_headings_of_fountain() -> None:
    scenes = tea("fountain")
    assert [(s.number, s.int_ext, s.place, s.time_of_day) for s in scenes] == [
        ("12A", "EXT", "PALACE COURTYARD", "NIGHT"),
        ("12B", "EXT", "PALACE COURTYARD", "CONTINUOUS"),
        ("", "INT", "TEA HOUSE", "DAY"),
        ("", "", "THE SNOWFIELD", ""),
        ("", "EXT", "FOREST CLEARING, SNOW", "DAWN"),
        ("", "INT/EXT", "CARRIAGE IN THE DESERT", "DUSK"),
    ]
    assert scenes[0].action == "Lanterns. Officials wait."


def test_headings_of_final_draft() -> None:
    first, second = tea("fdx")
    assert (first.number, first.heading, first.pages) == ("12A", "EXT. PALACE COURTYARD - NIGHT", "1 3/8")
    assert (first.action, second.number, second.heading) == ("Lanterns. It rains.", "", "INT. TEA HOUSE - DAY")


@pytest.mark.parametrize(
    ("heading", "int_ext", "place", "time_of_day"),
    [
        ("INT. HALL - DAY", "INT", "HALL", "DAY"),
        ("INT./EXT. CAR - NIGHT", "INT/EXT", "CAR", "NIGHT"),
        ("EXT/INT CAR -- DAWN", "INT/EXT", "CAR", "DAWN"),
        ("EST. CITY - DAY", "EXT", "CITY", "DAY"),
        ("EXT FIELD – SUNSET", "EXT", "FIELD", "SUNSET"),
        ("INT. HOUSE - KITCHEN - LATER", "INT", "HOUSE - KITCHEN", "LATER"),
        ("EXT. FIELD - NIGHT - CONTINUOUS", "EXT", "FIELD", "NIGHT - CONTINUOUS"),
        ("EXT. FIELD - WEST SIDE - late afternoon - later", "EXT", "FIELD - WEST SIDE", "LATE AFTERNOON - LATER"),
        ("EXT. NIGHT - DAY", "EXT", "NIGHT", "DAY"),
        ("EXT - FIELD - DAY", "EXT", "FIELD", "DAY"),
        ("INTERVAL", "", "INTERVAL", ""),
    ],
)
def test_a_heading_is_taken_apart(heading: str, int_ext: str, place: str, time_of_day: str) -> None:
    scene = ScriptScene("", heading, "")
    assert (scene.int_ext, scene.place, scene.time_of_day) == (int_ext, place, time_of_day)


def test_a_look_and_a_set_are_proposed(tmp_path: Path) -> None:
    show = ShowFile.model_validate(proposed_show("tea", tea("fountain"), tmp_path))
    assert [(s.number, s.set, s.preset) for s in show.scenes] == [
        ("12A", "courtyard", "sky-night"),
        ("12B", "courtyard", "sky-night"),
        ("3", None, "noon"),
        ("4", "snowfield", None),
        ("5", "snowfield", "snowfall"),
        ("6", "desert", "dust-storm"),
    ]
    assert "No set matches TEA HOUSE" in show.scenes[2].notes
    assert "snow machine" not in "".join(scene.notes for scene in show.scenes)


def test_night_under_a_physical_sky_is_the_skys_own(tmp_path: Path) -> None:
    """The desert's sky goes dark by itself; the painted valley's is a picture, for day turned into night."""
    headings = ("EXT. DESERT - NIGHT", "EXT. VALLEY - CONTINUOUS", "EXT. DESERT - LATER", "EXT. VALLEY - DAWN")
    scenes = [ScriptScene("", heading, "") for heading in headings]
    show = ShowFile.model_validate(proposed_show("x", scenes, tmp_path))
    assert [(scene.set, scene.preset) for scene in show.scenes] == [
        ("desert", "sky-night"),
        ("painted_valley", "night"),
        ("desert", "sky-night"),
        ("painted_valley", "blue-hour"),
    ]


def test_an_hour_that_is_said_counts_and_one_that_is_not_goes_on(tmp_path: Path) -> None:
    times = ("DAY", "CONTINUOUS", "NIGHT / CONTINUOUS", "MOMENTS LATER", "DUSK - CONTINUOUS", "SAME", "1976")
    scenes = [ScriptScene("", f"EXT. COURTYARD - {time}", "") for time in times]
    show = ShowFile.model_validate(proposed_show("x", scenes, tmp_path))
    assert [scene.preset for scene in show.scenes] == [
        "noon",
        "noon",
        "sky-night",
        "sky-night",
        "sky-dusk",
        "sky-dusk",
        None,
    ]


def test_numbers_that_are_there_twice_or_are_no_names_are_mended(tmp_path: Path) -> None:
    scenes = [ScriptScene(number, "INT. A - DAY", "") for number in ("1", "1", "1/2", "§", "")]
    show = ShowFile.model_validate(proposed_show("x", scenes, tmp_path))
    assert [scene.number for scene in show.scenes] == ["1", "1-2", "1-2-2", "scene", "5"]


@pytest.mark.parametrize(
    ("data", "filename", "words"),
    [
        (b"", "a.fountain", "no scene heading"),
        (b"Just words.", "a.fountain", "no scene heading"),
        (b"\x00\x01", "a.fountain", "not text"),
        (b"<FinalDraft><Content>\n<Paragraph", "a.fdx", "line 2"),
        (BOMB, "a.fdx", "document type"),
        (b"x" * (LARGEST_BYTES + 1), "a.fountain", "bytes"),
        (b'<?xml version="1.0"?><other/>', "a.fountain", "no scene heading"),
        (b"\n" * (MOST_LINES + 1), "a.fountain", "lines"),
        (b"<FinalDraft>" * 100_000, "a.fdx", "not valid XML"),
    ],
)
def test_what_is_no_screenplay_is_refused(data: bytes, filename: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        scenes_of(data, filename)


@pytest.mark.parametrize("unit", [" ", "- ", "/*", "[[", "(", "A ", "#1", "*", "\t", "a:"])
def test_a_line_without_end_does_not_hold_up_the_console(unit: str) -> None:
    """Patterns that try every beginning with every end take minutes for these, and no other thread gets a turn."""
    line = unit * (200_000 // len(unit))
    script = f"INT. HALL - DAY\n\n{line}\n\nEXT. YARD {line} - NIGHT\n\nx\n"
    scenes = scenes_of(script.encode(), "a.fountain")
    assert scenes[0].place == "HALL"
    assert len(scenes[0].action) <= FIRST_LINES
    paragraph = f'<Paragraph Type="Scene Heading"><Text>EXT. YARD {line} - NIGHT</Text></Paragraph>'
    (yard,) = scenes_of(f"<FinalDraft><Content>{paragraph}</Content></FinalDraft>".encode(), "a.fdx")
    assert (yard.int_ext, yard.place[:4]) == ("EXT", "YARD")


def test_a_cut_part_that_ends_in_a_long_line_ends_there() -> None:
    script = f"INT. A - DAY\n\n/* {'word ' * 900} */\n\nEXT. B - NIGHT\n\nx\n"
    assert [scene.place for scene in scenes_of(script.encode(), "a.fountain")] == ["A", "B"]


@given(st.text(max_size=300), st.sampled_from(["a.fountain", "a.fdx"]))
def test_any_text_is_read_or_refused(text: str, filename: str) -> None:
    try:
        scenes = scenes_of(text.encode("utf-8", errors="replace"), filename)
    except InputError:
        return
    assert all(scene.heading == scene.heading.strip() for scene in scenes)


@given(st.lists(st.text(max_size=60), min_size=1, max_size=6))
def test_any_headings_become_a_show(tmp_path_factory: pytest.TempPathFactory, headings: list[str]) -> None:
    folder = tmp_path_factory.getbasetemp()
    ShowFile.model_validate(proposed_show("x", [ScriptScene("", each, each) for each in headings], folder))
