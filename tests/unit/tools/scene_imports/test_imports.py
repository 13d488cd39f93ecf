"""Sets of other programs are converted apart, checked, and written whole or not at all."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from pxr import Usd, UsdGeom

from stage.errors import InputError
from stage.files.loading import load_scene
from stage.files.passport import Fate
from tools.scene.imports.apart import run_apart
from tools.scene.imports.converting import found_blender, import_set


def _usd(path: Path) -> Path:
    stage = Usd.Stage.CreateNew(str(path))
    mesh = UsdGeom.Mesh.Define(stage, "/quad")
    mesh.CreatePointsAttr([(0, 0, 0), (2, 0, 0), (2, 1, 0), (0, 1, 0)])
    mesh.CreateFaceVertexCountsAttr([4])
    mesh.CreateFaceVertexIndicesAttr([0, 1, 2, 3])
    stage.GetRootLayer().Save()
    return path


def _blender(path: Path, body: str) -> str:
    """A program that takes Blender's arguments: file and result are the last two."""
    path.write_text(f"#!{sys.executable}\nimport shutil, sys, time\nfile, out = sys.argv[-2:]\n{body}\n")
    path.chmod(0o755)
    return str(path)


def test_usd_becomes_a_set(tmp_path: Path) -> None:
    made = import_set(_usd(tmp_path / "my set.usda"), _folder(tmp_path / "new"), None)
    assert (made.triangles, made.file) == (2, "my-set.glb")
    scene = load_scene(tmp_path / "new" / "scene.toml")
    assert scene.name == "new"
    assert (tmp_path / "new" / "my-set.glb").is_file()
    assert any("subdivision" in entry.asks for entry in made.passport)
    with pytest.raises(InputError, match=r"has a scene\.toml already"):
        import_set(tmp_path / "my set.usda", tmp_path / "new", None)


def _folder(path: Path) -> Path:
    path.mkdir()
    return path


@pytest.mark.parametrize("suffix", ["fbx", "obj", "abc", "blend"])
def test_blender_is_asked_for_what_it_reads(tmp_path: Path, suffix: str) -> None:
    import_set(_usd(tmp_path / "a.usda"), _folder(tmp_path / "first"), None)
    source = tmp_path / f"b.{suffix}"
    source.write_bytes(b"something")
    good = tmp_path / "first" / "a.glb"
    kinds = ("MESH", "ARMATURE", "CAMERA")
    lines = [f"shutil.copy({str(good)!r}, out)", *(f"print('OPENSTAGE {kind}')" for kind in kinds)]
    body = "\n".join(lines)
    made = import_set(source, _folder(tmp_path / "second"), _blender(tmp_path / "blender", body))
    assert made.triangles == 2
    said = {entry.asks: entry.fate for entry in made.passport}
    assert said["1 armatures"] is Fate.LOST
    assert said["1 cameras"] is Fate.DRAWN
    assert ("materials, lamps and animation" in said) == (suffix == "abc")


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("print('Error: corrupt', file=sys.stderr); sys.exit(3)", r"failed \(3\) and said: Error: corrupt"),
        ("pass", "Blender wrote nothing"),
        ("open(out, 'wb').write(b'glTF rubbish')", "was converted, but what came of it cannot be shown"),
        ("x = bytearray(2**36)", "MemoryError"),
    ],
)
def test_what_goes_wrong_there_is_said_and_nothing_is_written(tmp_path: Path, body: str, problem: str) -> None:
    (tmp_path / "b.fbx").write_bytes(b"something")
    with pytest.raises(InputError, match=problem):
        import_set(tmp_path / "b.fbx", _folder(tmp_path / "out"), _blender(tmp_path / "blender", body))
    assert list((tmp_path / "out").iterdir()) == []


def test_without_blender_it_says_what_to_export(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("tools.scene.imports.converting.PLACES", ())
    with pytest.raises(
        InputError, match=r"\.fbx is read through Blender, which was not found.*export the set as \.glb"
    ):
        found_blender(tmp_path / "a.fbx", None)
    with pytest.raises(InputError, match="no Blender at /nowhere"):
        found_blender(tmp_path / "a.fbx", "/nowhere")


def test_other_files_are_named(tmp_path: Path) -> None:
    (tmp_path / "a.max").write_bytes(b"")
    with pytest.raises(InputError, match=r"\.max cannot be imported\. Give one of: \.glb, \.usd"):
        import_set(tmp_path / "a.max", tmp_path, None)
    with pytest.raises(InputError, match="no such file"):
        import_set(tmp_path / "none.fbx", tmp_path, None)
    (tmp_path / "bad.usda").write_text("#usda 1.0\n(")
    with pytest.raises(InputError, match=r"bad\.usda.*cannot be read by OpenUSD"):
        import_set(tmp_path / "bad.usda", tmp_path, None)


def test_a_converter_that_never_ends_is_ended(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="takes more than 0 s"):
        run_apart([sys.executable, "-c", "import time; time.sleep(60)"], "a", longest_s=0.2)
