"""A stage as a systemd service: systemd's own checker reads the file, and it says what matters."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from stage.errors import InputError
from stage.manager.watchdog import SILENCE_LIMIT_NS
from stage.units import NS_PER_S
from tools.cli import app
from tools.service.unit import WATCHDOG_S, Service, quoted, unit_text

SERVICE = Service("two-walls", (sys.executable, "-m", "tools.cli", "run", "/stages/two walls 100%.toml"), Path("/"))
OF_SYSTEM = Service("two-walls", SERVICE.command, Path("/"), user="root")


def lines(service: Service) -> list[str]:
    return unit_text(service).splitlines()


@pytest.mark.parametrize("service", [SERVICE, OF_SYSTEM], ids=["of a user", "of the system"])
def test_it_is_watched_started_again_and_never_for_bad_input(service: Service) -> None:
    told = lines(service)
    for line in ("Type=notify", "Restart=on-failure", "RestartPreventExitStatus=2", "KillMode=process", "UMask=0077"):
        assert line in told
    assert f"WatchdogSec={WATCHDOG_S}" in told
    assert WATCHDOG_S * NS_PER_S > SILENCE_LIMIT_NS, "the stage's own watchdog comes first"
    assert "StandardOutput=null" in told, "PINs are printed there"


@pytest.mark.parametrize("service", [SERVICE, OF_SYSTEM], ids=["of a user", "of the system"])
@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd here")
def test_systemd_finds_nothing_wrong_with_it(tmp_path: Path, service: Service) -> None:
    path = tmp_path / service.unit
    path.write_text(unit_text(service))
    command = ("systemd-analyze", "verify", "--recursive-errors=no", str(path))
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    said = [line for line in done.stderr.splitlines() if service.unit in line]
    assert said == [], done.stderr


@settings(deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=30))
def test_every_argument_comes_out_as_it_went_in(argument: str) -> None:
    """Read back by systemd's rules: quotes, backslashes, doubled % and $."""
    text = quoted(argument)
    if text.startswith('"'):
        inner = text[1:-1].replace("\\\\", "\0").replace('\\"', '"').replace("\0", "\\")
    else:
        inner = text
        assert not set(" '\"\\;") & set(inner)
    assert re.fullmatch(r"(?:[^%$]|%%|\$\$)*", inner), "a single one is systemd's own"
    assert inner.replace("%%", "%").replace("$$", "$") == argument


def test_it_is_installed_for_the_user_and_removed(tmp_path: Path) -> None:
    runner = CliRunner(env={"XDG_CONFIG_HOME": str(tmp_path)})
    told = runner.invoke(app, ["service", "install", "two-walls", "--listen", "0.0.0.0:8140"])
    path = tmp_path / "systemd" / "user" / "openstage-two-walls.service"
    assert "--listen 0.0.0.0:8140" in path.read_text()
    assert str(path) in told.output
    assert "systemctl --user" in told.output
    runner.invoke(app, ["service", "remove", "two-walls"])
    assert not path.exists()
    again = runner.invoke(app, ["service", "remove", "two-walls"])
    assert isinstance(again.exception, InputError)


def test_what_is_no_stage_or_no_address_is_not_installed(tmp_path: Path) -> None:
    runner = CliRunner(env={"XDG_CONFIG_HOME": str(tmp_path)})
    for words in (["nowhere"], ["two-walls", "--listen", "8140"]):
        told = runner.invoke(app, ["service", "install", *words])
        assert isinstance(told.exception, InputError)
    assert list(tmp_path.iterdir()) == []
