"""The text of a file, however an editor saved it; and what a file is that is no text."""

from __future__ import annotations

from pathlib import Path

import pytest

from stage.errors import InputError
from stage.files.loading import load_stage
from stage.files.signatures import what_it_is
from stage.files.toml_text import decoded, document_of
from tests.places import DATA, ROOT

TEXT = 'name = "Bühne Ω"\r\n# 100 %\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_text_of_every_unicode_encoding_is_the_same(encoding: str) -> None:
    assert decoded(TEXT.encode(encoding), "s.toml") == TEXT


def test_utf_16_of_either_order_is_known_by_its_mark() -> None:
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        assert decoded(mark + TEXT.encode(encoding), "s.toml") == TEXT


@pytest.mark.parametrize("name", ["bom", "utf16"])
def test_a_stage_saved_by_another_editor_is_the_stage(name: str) -> None:
    assert load_stage(DATA / "stagefiles" / f"{name}.toml").name == "my-stage"


def test_western_text_is_named_with_its_line_its_letter_and_the_remedy() -> None:
    with pytest.raises(InputError) as caught:
        load_stage(DATA / "stagefiles" / "latin1.toml")
    assert "is not UTF-8 text: line 1 has the byte 0xfc ('ü' in Windows-1252 and Latin-1)" in str(caught.value)
    assert "Save it as UTF-8" in caught.value.remedy
    with pytest.raises(InputError, match="line 3 has the byte 0xe9"):
        decoded("a = 1\nb = 2\nc = 'é'\n".encode("latin-1"), "s.toml")


def test_damaged_utf_16_is_not_called_western_text() -> None:
    with pytest.raises(InputError, match="starts as UTF-16-LE text but is damaged"):
        decoded(b"\xff\xfea\x00\x00\xd8", "s.toml")


def test_a_picture_is_called_a_picture() -> None:
    with pytest.raises(InputError, match="is a PNG picture, not a TOML file"):
        load_stage(ROOT / "presets" / "stages" / "volume.png")
    with pytest.raises(InputError, match="is a JPEG picture, not a TOML file"):
        load_stage(ROOT / "presets" / "scenes" / "sets.jpg")


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(InputError, match="is not a text file"):
        decoded(b"a = 1\x00\x01\x02", "s.toml")


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\x00\x00\x00\x20ftypisom", "a video or picture in an MP4 container"),
        (b"PK\x03\x04rest", "a ZIP archive (or a document of an office program)"),
        (b"glTF\x02\x00\x00\x00", "a binary glTF (GLB) file"),
        (b'schema = "stage/1"', None),
        (b"", None),
    ],
)
def test_a_file_is_known_by_its_first_bytes(data: bytes, kind: str | None) -> None:
    assert what_it_is(data) == kind


def test_what_is_no_toml_is_refused_with_its_line_whatever_the_encoding() -> None:
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        with pytest.raises(InputError, match=r"is not valid TOML: .*line 2.*Correct that line"):
            document_of("a = 1\nb = \n".encode(encoding), "s.toml")


def test_a_file_that_is_nested_too_deeply_is_refused() -> None:
    with pytest.raises(InputError, match="nested too deeply"):
        document_of(b"a = " + b"[" * 5000 + b"]" * 5000, "s.toml")


def test_a_wall_or_set_whose_glb_is_a_picture_is_told_so(tmp_path: Path) -> None:
    from render.layers.mesh.gltf.file import GltfFile
    from stage.walls.mesh_gltf import read_gltf

    path = tmp_path / "set.glb"
    path.write_bytes((ROOT / "presets" / "stages" / "volume.png").read_bytes())
    with pytest.raises(InputError, match="is a PNG picture, not a glTF file"):
        GltfFile(path)
    with pytest.raises(InputError, match="is a PNG picture, not a glTF file"):
        read_gltf(path, path.read_bytes(), None)
