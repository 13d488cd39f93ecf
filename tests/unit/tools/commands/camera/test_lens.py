"""`openstage lens`: what it prints, writes and refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from stage.errors import InputError
from stage.files.loading import find_lens, load_lens
from tools.commands.camera.lens import lens_app


def run(*words: object) -> str:
    """The output of a command; its error is raised."""
    result = CliRunner().invoke(lens_app, [str(word) for word in words])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.output


def test_overscan_and_margin_are_shown_apart() -> None:
    (camera, *_) = json.loads(run("show", "volume", "--json"))
    assert (camera["margin_deg"], camera["feather_deg"]) == (3.0, 1.5)
    wide, *_, tele = camera["points"]
    assert wide["overscan"] > 1.01
    assert wide["drawn_deg"] > wide["view_deg"]
    assert tele["overscan"] == 1.0
    text = run("show", "volume")
    assert "overscan for distortion: 1.0250 at most" in text
    assert "margin for latency, on each side on top of it: 3 deg, then a feather of 1.5 deg" in text


def test_a_lens_file_has_no_margin_of_its_own() -> None:
    text = run("show", "example-zoom")
    assert "example-zoom Example Zoom 24-70 serial none, on 25.344 x 14.256 mm" in text
    assert "inf" in text
    assert "margin" not in text


@pytest.mark.parametrize("ending", ["ulens", "jsonl"])
def test_out_and_in_again_gives_the_same_lens(ending: str, tmp_path: Path) -> None:
    run("export", "example-zoom", "--to", tmp_path / f"z.{ending}")
    out = tmp_path / "lenses" / "back.toml"
    told = run("import", tmp_path / f"z.{ending}", "--out", out, "--name", "back")
    assert "9 point(s)" in told
    file, lens = load_lens(out)
    assert file.name == "back"
    theirs = load_lens(find_lens("example-zoom"))[1].points
    for before, after in zip(theirs, lens.points, strict=True):
        assert after.knot().model.radial[:3] == pytest.approx(before.radial[:3])
        for key in ("zoom", "focus", "focus_m", "focal_length_mm", "entrance_pupil_m"):
            assert getattr(after, key) == pytest.approx(getattr(before, key)), key


def test_a_file_that_is_there_is_replaced_only_by_force(tmp_path: Path) -> None:
    run("export", "example-zoom", "--to", tmp_path / "z.ulens")
    out = tmp_path / "z.toml"
    out.write_text("mine")
    with pytest.raises(InputError, match="is there already"):
        run("import", tmp_path / "z.ulens", "--out", out)
    assert out.read_text() == "mine"
    run("import", tmp_path / "z.ulens", "--out", out, "--force")
    assert out.read_text().startswith('schema = "lens/1"')


def test_what_cannot_be_is_said(tmp_path: Path) -> None:
    for words, problem in (
        (("show", "no-such-lens"), "no such stage"),
        (("import", tmp_path / "x.bin"), "says no format"),
        (("import", tmp_path / "x.ulens"), "cannot be read"),
        (("import", tmp_path / "x.ulens", "--format", "nuke"), "--format: nuke: is not known"),
        (("import", tmp_path / "x.yaml", "--at", "zoom"), "is not KEY=NUMBER"),
        (("import", tmp_path / "x.yaml", "--sensor", "36"), "is not WIDTHxHEIGHT"),
        (("import", tmp_path / "x.yaml", "--sensor", "nanx20"), "is not WIDTHxHEIGHT"),
        (("export", "example-zoom", "--to", tmp_path / "none" / "x.ulens"), "cannot be written"),
    ):
        with pytest.raises(InputError) as refused:
            run(*words)
        assert problem in str(refused.value)
