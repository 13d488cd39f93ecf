"""The bench beside other programs: everybody draws the same picture, or its ratios would mean nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from stage.errors import InputError
from tools.bench.peers.figures import peer_figures, psnr_db
from tools.bench.peers.process import SideProcess
from tools.bench.peers.sides import OWN, SIDES, installed

ALIKE_DB = 34.0
"""Edges are resampled by the others, everything else is a code or two apart."""


def pictures(side: str, case: str, folder: Path) -> Path:
    """The walls of one side after one frame."""
    process, file = SideProcess(side, case, {}), folder / f"{side}.npz"
    try:
        process.draw(30, 1)
        process.picture(file)
    finally:
        process.close()
    return file


@pytest.mark.parametrize("case", ["b", "arc"])
def test_everybody_draws_the_same_walls(case: str, tmp_path: Path) -> None:
    """The other programs' pictures are this product's, but for resampling."""
    import numpy as np

    own = dict(np.load(pictures(OWN, case, tmp_path)))
    others = [name for name in SIDES if name != OWN and installed(name)]
    assert {"moderngl", "same-draws"} <= set(others)
    for name in others:
        assert psnr_db(own, dict(np.load(pictures(name, case, tmp_path)))) > ALIKE_DB, name


def test_an_unknown_case_is_named_with_those_that_exist() -> None:
    """A typing mistake ends in a sentence, not in a process that cannot start."""
    with pytest.raises(InputError, match="b-still"):
        peer_figures(["b-stil"], (), 1, 1)
