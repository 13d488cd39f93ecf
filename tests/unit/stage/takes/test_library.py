"""Takes are found, said things of, renamed, removed and brought back; content is kept once."""

from __future__ import annotations

from pathlib import Path

import pytest

from stage.errors import InputError
from stage.files.loading import find_stage, load_stage
from stage.messages.commands import Slate
from stage.takes.content import ContentStore, scene_files, stage_files
from stage.takes.library import TakeLibrary
from stage.takes.places import find_take, name_of
from stage.takes.take_info import read_info
from tests.unit.stage.takes.letters import cut, rolling
from tests.unit.stage.takes.test_recorder import play, recorder_in


def three_takes(root: Path) -> TakeLibrary:
    recorder = recorder_in(root)
    slates: dict[int, Slate] = {}
    for number, slate in ((10, rolling(10)), (30, rolling(30, take=2)), (50, rolling(50, "14C"))):
        slates |= {number: slate, number + 10: cut(slate)}
    play(recorder, range(70), slates)
    return TakeLibrary(root)


def test_takes_are_listed_newest_first_and_found_by_words(tmp_path: Path) -> None:
    library = three_takes(tmp_path)
    assert [each.name.split("/")[1] for each in library.listed()] == ["14C_t001", "12A_t002", "12A_t001"]
    library.change("12A_t001", {"circled": True, "note": "Boom im Bild"})
    assert [each.name.split("/")[1] for each in library.listed("circled boom")] == ["12A_t001"]
    assert library.listed("nothing like it") == []


def test_a_take_is_named_by_the_end_of_its_name_where_one_fits(tmp_path: Path) -> None:
    three_takes(tmp_path)
    assert find_take(tmp_path, "14C_t001").name == "14C_t001"
    with pytest.raises(InputError, match="no such take"):
        find_take(tmp_path, "14D_t001")


def test_what_is_said_of_a_take_stays_and_nonsense_is_refused(tmp_path: Path) -> None:
    library = three_takes(tmp_path)
    info = library.change("14C_t001", {"rating": 4, "printed": True})
    assert (info.rating, info.printed) == (4, True)
    assert read_info(library.find("14C_t001")) == info
    for values in ({"rating": 6}, {"frames": 1}, {"note": "x" * 5000}, {"rating": "many"}):
        with pytest.raises(InputError):
            library.change("14C_t001", values)
    assert read_info(library.find("14C_t001")) == info


def test_a_corrected_slate_renames_the_folder_and_never_overwrites_another(tmp_path: Path) -> None:
    library = three_takes(tmp_path)
    library.change("14C_t001", {"slate": "12A"})
    assert sorted(each.name.split("/")[1] for each in library.listed()) == ["12A_t001", "12A_t001b", "12A_t002"]


def test_a_removed_take_comes_back(tmp_path: Path) -> None:
    library = three_takes(tmp_path)
    name = library.remove("12A_t002")
    assert len(library.listed()) == 2
    assert [each.name for each in library.removed()] == [name]
    folder = library.bring_back(name)
    assert name_of(folder) == name
    assert len(library.listed()) == 3
    for wrong in ("../12A_t001", "2026-01-01/none", ""):
        with pytest.raises(InputError):
            library.bring_back(wrong)


def test_content_is_kept_once_and_laid_out_again(tmp_path: Path) -> None:
    store = ContentStore(tmp_path / "takes")
    path = find_stage("two-walls").resolve()
    files = stage_files(path, load_stage(path)) | scene_files("boxes", path)
    content = {name: store.keep(file) for name, file in files.items()}
    again = {name: ContentStore(tmp_path / "takes").keep(file) for name, file in files.items()}
    assert content == again
    store.restore(content, tmp_path / "out")
    for name, file in files.items():
        assert (tmp_path / "out" / name).read_bytes() == file.read_bytes()


def test_content_that_is_missing_or_damaged_is_told(tmp_path: Path) -> None:
    store = ContentStore(tmp_path / "takes")
    (tmp_path / "a.toml").write_text("a = 1\n")
    digest = store.keep(tmp_path / "a.toml")
    for bad in ({"stage/a.toml": "f" * 64}, {"../a.toml": digest}, {"/a.toml": digest}):
        with pytest.raises(InputError):
            store.restore(bad, tmp_path / "out")
    store.path_of(digest).write_text("b = 2\n")
    with pytest.raises(InputError, match="damaged"):
        store.restore({"stage/a.toml": digest}, tmp_path / "out")


def test_a_copy_is_compared_with_its_original(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    library = three_takes(tmp_path / "takes")
    folder = library.find("14C_t001")
    info = read_info(folder)
    store = ContentStore(library.root)
    (tmp_path / "a.toml").write_text("a = 1\n")
    from stage.takes.take_info import write_info

    write_info(folder, info.model_copy(update={"content": {"stage/a.toml": store.keep(tmp_path / "a.toml")}}))
    files, _ = library.copy("14C_t001", tmp_path / "disk")
    assert files == 4
    copied = TakeLibrary(tmp_path / "disk")
    assert [each.info for each in copied.listed()] == [read_info(folder)]
    import shutil

    def half(source: Path, target: Path) -> None:
        target.write_bytes(source.read_bytes()[:-1])

    monkeypatch.setattr(shutil, "copyfile", half)
    with pytest.raises(InputError, match="differs"):
        library.copy("14C_t001", tmp_path / "other")
