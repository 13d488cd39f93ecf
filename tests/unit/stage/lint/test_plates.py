"""Clips whose rate does not divide the stage's are warned of."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from stage.lint.lint import lint_file
from tests.clips import write_clip


def stage_file(folder: Path, layer: str, rate: str) -> Path:
    (folder / "scenes" / "plate").mkdir(parents=True)
    (folder / "scenes" / "plate" / "scene.toml").write_text(f'schema = "scene/1"\nname = "plate"\nlayers = [{layer}]\n')
    write_clip(folder / "scenes" / "plate" / "h264.mp4", count=3, rate="24")
    path = folder / "stage.toml"
    path.write_text(
        f'schema = "stage/1"\nname = "s"\nscene = "plate"\nframe_rate = "{rate}"\n'
        'walls = [{ name = "main", kind = "flat", '
        "cabinets = { columns = 1, rows = 1, size_px = [64, 64], pitch_mm = 4.0 } }]\n"
        'outputs = [{ name = "out", size_px = [64, 64], tiles = [{ tile = "main/all" }] }]\n'
    )
    return path


@pytest.mark.parametrize(
    ("layer", "rate", "says"),
    [
        ('{ kind = "video", files = ["h264.mp4"] }', "24", ""),
        ('{ kind = "video", files = ["h264.mp4"] }', "48", ""),
        ('{ kind = "video", files = ["h264.mp4"] }', "25", "repeats 3600 frames an hour"),
        ('{ kind = "video", files = ["h264.mp4"] }', "24000/1001", "skips 86 frames an hour"),
        ('{ kind = "video", files = ["h264.mp4"], frame_rate = "24000/1001" }', "24", "repeats 86 frames an hour"),
        ('{ kind = "video", files = ["h264.mp4"], speed = 0.5 }', "24", ""),
    ],
)
def test_rates_that_do_not_divide(tmp_path: Path, layer: str, rate: str, says: str) -> None:
    found = [one for one in lint_file(stage_file(tmp_path, layer, rate)) if one.field == "layers[0].frame_rate"]
    assert [says in one.problem for one in found] == ([True] if says else [])
    assert Fraction(rate) > 0


def test_a_clip_that_cannot_be_read_is_its_readers_to_tell(tmp_path: Path) -> None:
    path = stage_file(tmp_path, '{ kind = "video", files = ["h264.mp4"] }', "25")
    (tmp_path / "scenes" / "plate" / "h264.mp4").write_bytes(b"no clip")
    assert not [one for one in lint_file(path) if one.field == "layers[0].frame_rate"]
