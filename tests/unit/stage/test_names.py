"""Names in any script: one form for what looks the same, and nothing that a file system or a path takes for more."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from stage.errors import InputError
from stage.files.boundaries import checked_name
from stage.library.preset_store import PresetStore
from stage.library.show_store import ShowStore
from stage.model.base import Name
from stage.names import LONGEST_BYTES, PATTERN, ascii_letters, ascii_word, is_name, name_like, normal

NAME: TypeAdapter[str] = TypeAdapter(Name)
GOOD = [
    "main", "große wand", "主墙", "客厅 2", "スタジオ・A", "무대", "Сцена", "σκηνή", "خشبة", "नाटक", "ไฟหลัง", "l·l",
    "می\u200cشود", "1-1", "A_1.b", "ＬＥＤ",
]  # fmt: skip
BAD = [
    "", " ", " main", "main ", ".hidden", "-x", "_x", "..", "a/b", "a\\b", "a:b", "a*b", "a?b", 'a"b', "a<b", "a|b",
    "a\nb", "a\tb", "a\0b", "\u0301a", "a\u202eb", "a\u200bb", "ab\u200dc", "a\u2028b", "a\ud800b", "x" * 65,
    "𠀀" * 64, "场（夜）", "😀",
]  # fmt: skip


@pytest.mark.parametrize("text", GOOD)
def test_a_name_may_be_in_any_script(text: str) -> None:
    assert is_name(normal(text))
    assert NAME.validate_python(text) == normal(text)
    assert checked_name(text, "look") == normal(text)
    assert re.fullmatch(PATTERN, text)


@pytest.mark.parametrize("text", BAD)
def test_what_a_path_or_a_screen_takes_for_more_is_no_name(text: str) -> None:
    assert not is_name(text)
    with pytest.raises(ValidationError):
        NAME.validate_python(text)
    with pytest.raises(InputError, match="cannot be the name of a look"):
        checked_name(text, "look")


@given(st.text(max_size=80))
def test_the_three_that_check_a_name_agree(text: str) -> None:
    try:
        checked = NAME.validate_python(text)
    except (ValidationError, UnicodeError):
        checked = None
    assert is_name(normal(text)) == (checked is not None)


@given(st.text(max_size=80))
def test_what_is_proposed_is_a_name_and_a_name_stays(text: str) -> None:
    proposed = name_like(text)
    assert proposed is None or is_name(proposed)
    if is_name(text):
        assert proposed == text


@given(st.text(max_size=80))
def test_a_word_for_what_takes_ascii_is_short_and_its_own(text: str) -> None:
    word = ascii_word(text, 48)
    assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,47}", word)
    assert ascii_word("二号棚", 48) != ascii_word("一号棚", 48)


def test_a_names_file_fits_every_file_system() -> None:
    assert is_name("界" * 64)
    assert len(f".{'界' * 64}.toml.12345678.draft".encode()) <= 255
    assert LONGEST_BYTES + len(".toml") < 255


def test_the_nearest_name_keeps_the_script() -> None:
    assert name_like("Tor/links (B)") == "Tor-links -B"
    assert name_like("  客厅（夜）  ") == "客厅-夜"
    assert name_like("???") is None


def test_letters_that_a_font_has_not_are_their_numbers() -> None:
    assert ascii_letters("große Bühne 主") == "grosse Buhne <4E3B>"


def test_presets_and_shows_in_any_script_are_files_and_come_back(tmp_path: Path) -> None:
    presets, shows = PresetStore(tmp_path), ShowStore(tmp_path)
    presets.save("夜雨 2", {"title": "夜雨"}, {"exposure": {"ev": -1}}, "*")
    assert presets.part_of("夜雨 2") == {"exposure": {"ev": -1}}
    assert (tmp_path / "looks" / "夜雨 2.toml").is_file()
    shows.save("短剧", {"title": "短剧", "scenes": [{"number": "1-1", "set": "客厅", "preset": "夜雨 2"}]}, "*")
    assert shows.good("短剧").scenes[0].set == "客厅"
    assert "短剧" in shows.names()


def test_a_file_whose_accents_stand_apart_is_the_same_file(tmp_path: Path) -> None:
    """As a folder from a Mac has it."""
    name = normal("Bühne für später")
    folder = tmp_path / "looks"
    folder.mkdir()
    text = f'schema = "look/1"\nname = "{name}"\n'
    (folder / f"{unicodedata.normalize('NFD', name)}.toml").write_text(text, encoding="utf-8")
    store = PresetStore(tmp_path, bundled=tmp_path / "none")
    assert store.names() == [name]
    assert store.read(name).problem == ""
    store.save(name, {"title": "Neu"}, None, store.read(name).revision)
    assert len(list(folder.glob("*.toml"))) == 1
    assert store.read(name).preset is not None
