"""PINs and tokens: made, kept so that only their owner reads them, chosen ones kept as hashes; `openstage console`."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from stage.console.door.access import Role
from stage.console.door.keys import KEYS_FILE, GivenKeys, given_keys, keys_of
from stage.errors import InputError
from tools.cli import app
from tools.commands.machine.network import ChosenDoor, Opening, opening_of
from tools.commands.surroundings import Surroundings

NETWORK = ("192.0.2.7", 8140)


def test_keys_are_made_once_and_only_their_owner_reads_them(tmp_path: Path) -> None:
    keys = keys_of(tmp_path)
    assert (tmp_path / KEYS_FILE).stat().st_mode & 0o777 == 0o600
    assert (len(keys.operator_pin), keys.operator_pin.isdecimal()) == (6, True)
    assert keys.operator_pin != keys.viewer_pin
    assert min(len(keys.operator_token), len(keys.viewer_token)) >= 32
    assert keys_of(tmp_path) == keys
    fresh = keys_of(tmp_path, anew=True)
    assert (fresh.mark != keys.mark, keys_of(tmp_path)) == (True, fresh)


def test_each_key_opens_its_role_and_nothing_else_opens_one(tmp_path: Path) -> None:
    keys = keys_of(tmp_path, GivenKeys(operator_pin="123456"))
    assert keys.role_of_pin("123456") is Role.OPERATOR
    assert keys.role_of_pin(keys.viewer_pin) is Role.VIEWER
    assert keys.role_of_token(keys.operator_token) is Role.OPERATOR
    for wrong in ("", "12345", "1234567", keys.operator_pin, keys.operator_token, "\ud800", "é"):
        assert keys.role_of_pin(wrong) is None
    assert keys.role_of_token("123456") is None


def test_a_chosen_pin_is_kept_as_a_hash(tmp_path: Path) -> None:
    made = keys_of(tmp_path)
    keys = keys_of(tmp_path, GivenKeys(operator_pin="123456", names=("stage.lan",)))
    assert "123456" not in (tmp_path / KEYS_FILE).read_text()
    assert keys.operator_pin.startswith("scrypt:")
    assert (keys.viewer_pin, keys.names) == (made.viewer_pin, ("stage.lan",))
    assert keys_of(tmp_path).role_of_pin("123456") is Role.OPERATOR
    assert keys.shown()["operator_pin"] == "(chosen by you)"
    token = "a-token-of-my-own-choice"
    keys = keys_of(tmp_path, GivenKeys(viewer_token=token))
    assert token not in (tmp_path / KEYS_FILE).read_text()
    assert (keys.role_of_token(token), keys.role_of_token(token + "x")) == (Role.VIEWER, None)
    assert keys.role_of_token(keys.viewer_token) is None, "what is kept opens nothing"
    assert keys.shown()["viewer_pin"] == made.viewer_pin


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"operator_pin": 1}', "\x00"])
def test_a_broken_file_is_made_anew(tmp_path: Path, text: str) -> None:
    (tmp_path / KEYS_FILE).write_text(text)
    assert keys_of(tmp_path) == keys_of(tmp_path)


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be written"):
        keys_of(tmp_path / "none")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('operator_pin = "12345"', "operator_pin"),
        ('operator_pin = "12345a"', "operator_pin"),
        ("operator_pin = 123456", "operator_pin"),
        ('operator_token = "short"', "operator_token"),
        ('pin = "123456"', "pin: unknown key"),
        ('names = ["a b"]', "names"),
        ('operator_pin = "123456"\nviewer_pin = "123456"', "viewer_pin: is the same as the operator's"),
        ("operator_pin = ", "is not valid TOML"),
    ],
)
def test_what_cannot_be_a_pin_is_said(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "pins.toml"
    file.write_text(text)
    file.chmod(0o600)
    with pytest.raises(InputError, match=says) as said:
        given_keys(None, None, file)
    assert "12345" not in str(said.value)


def test_a_pin_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "pins.toml"
    file.write_text('operator_pin = "123456"')
    file.chmod(0o640)
    with pytest.raises(InputError, match="can be read by other users"):
        given_keys(None, None, file)
    file.chmod(0o600)
    assert given_keys(None, "654321", file) == GivenKeys(operator_pin="123456", viewer_pin="654321")


def test_a_console_of_this_machine_alone_has_no_pins(tmp_path: Path) -> None:
    assert opening_of(tmp_path, None, ("127.0.0.1", 8140), ChosenDoor()) == Opening()
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(InputError, match="--listen"):
        opening_of(tmp_path, None, ("127.0.0.1", 8140), ChosenDoor(operator_pin="123456"))


@pytest.mark.parametrize("listen", [NETWORK, ("127.0.0.1", 8140)])
def test_what_listens_has_pins_a_certificate_and_an_address_for_the_operator(
    tmp_path: Path, listen: tuple[str, int]
) -> None:
    opening = opening_of(tmp_path, None, listen, ChosenDoor(asked=True, viewer_pin="654321"))
    assert opening.pins
    assert f"https://{listen[0]}:8140/" in opening.said
    assert f"operator PIN: {keys_of(tmp_path).operator_pin}" in opening.said
    assert "654321" not in opening.said
    assert opening.key == f"#key={keys_of(tmp_path).operator_token}"
    assert opening.certificate is not None
    assert opening.certificate.fingerprint in opening.said


def test_behind_a_proxy_there_need_be_no_tls_and_a_chosen_token_is_not_printed(tmp_path: Path) -> None:
    file = tmp_path / "pins.toml"
    file.write_text('operator_token = "a-token-of-my-own-choice"')
    file.chmod(0o600)
    opening = opening_of(tmp_path, None, NETWORK, ChosenDoor(asked=True, pin_file=file, bare=True))
    assert (opening.tls, opening.scheme, opening.key) == (None, "http", "")
    assert "no TLS" in opening.said


def test_the_pins_are_shown_to_who_runs_the_stage(tmp_path: Path) -> None:
    runner, surroundings = CliRunner(), Surroundings(has_screen=False, run_base=tmp_path)
    assert os.getuid() == tmp_path.stat().st_uid
    keys = keys_of(tmp_path)
    command = ["console", "pin", "--run-dir", str(tmp_path), "--json"]
    shown = json.loads(runner.invoke(app, command, obj=surroundings).output)
    assert (shown["operator_pin"], shown["viewer_token"]) == (keys.operator_pin, keys.viewer_token)
    anew = json.loads(runner.invoke(app, [*command, "--new"], obj=surroundings).output)
    assert anew["operator_token"] != keys.operator_token
    nothing = runner.invoke(app, ["console", "pin", "--run-dir", str(tmp_path / "other")], obj=surroundings)
    assert isinstance(nothing.exception, InputError)
