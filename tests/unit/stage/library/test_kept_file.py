"""Saved files: what a save that was killed left is removed, what one is writing just now is not."""

from __future__ import annotations

from pathlib import Path

from stage.library.kept_file import NEW, remove_drafts, save_kept


def test_drafts_of_killed_saves_are_removed_and_nothing_else(tmp_path: Path) -> None:
    save_kept(tmp_path / "dusk.toml", b"x", NEW)
    for name in (".dusk.toml.ab12.draft", ".noon.toml.cd34.draft", "mine.draft", ".hidden"):
        (tmp_path / name).touch()
    assert remove_drafts(tmp_path) == 2
    assert sorted(each.name for each in tmp_path.iterdir()) == [".hidden", "dusk.toml", "mine.draft"]


def test_a_missing_folder_has_no_drafts_and_is_not_made(tmp_path: Path) -> None:
    assert remove_drafts(tmp_path / "shows") == 0
    assert not (tmp_path / "shows").exists()
