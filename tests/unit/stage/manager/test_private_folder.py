"""The run directory is one user's alone, or refused."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from stage.errors import InputError
from stage.manager.private_folder import make_private

OTHER = 65_534
"""The user id of nobody."""


def test_it_is_made_and_closed_to_others(tmp_path: Path) -> None:
    make_private(tmp_path / "base" / "two-walls")
    assert (tmp_path / "base").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "base" / "two-walls").stat().st_mode & 0o777 == 0o700
    (tmp_path / "read").mkdir(mode=0o755)
    make_private(tmp_path / "read")
    assert (tmp_path / "read").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("where", ["run", "base/run"])
def test_a_link_is_refused_and_nothing_is_made_where_it_leads(tmp_path: Path, where: str) -> None:
    (tmp_path / "theirs").mkdir()
    (tmp_path / where).parent.mkdir(exist_ok=True)
    (tmp_path / where).symlink_to(tmp_path / "theirs")
    with pytest.raises(InputError, match="is a link"):
        make_private(tmp_path / where)
    assert list((tmp_path / "theirs").iterdir()) == []


@pytest.mark.parametrize("mode", [0o777, 0o770, 0o1777])
def test_a_folder_that_others_could_write_to_is_refused(tmp_path: Path, mode: int) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run").chmod(mode)
    with pytest.raises(InputError, match="open to others"):
        make_private(tmp_path / "run")


def test_a_folder_in_which_everybody_may_rename_is_no_place(tmp_path: Path) -> None:
    (tmp_path / "base").mkdir()
    (tmp_path / "base").chmod(0o777)
    with pytest.raises(InputError, match="rename"):
        make_private(tmp_path / "base" / "run")
    (tmp_path / "base").chmod(0o1777)
    make_private(tmp_path / "base" / "run")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
@pytest.mark.parametrize("where", ["base", "base/run"])
def test_a_folder_of_somebody_else_is_refused(tmp_path: Path, where: str) -> None:
    (tmp_path / "base" / "run").mkdir(parents=True, mode=0o700)
    os.chown(tmp_path / where, OTHER, OTHER)
    with pytest.raises(InputError, match="another user"):
        make_private(tmp_path / "base" / "run")
