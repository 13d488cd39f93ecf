"""The PINs and tokens of a console: generated at the first start on a network, kept beside the run's sockets. IO.

Generated keys are stored as they are, for `openstage console pin` to show: only the owner can read the file (0600, in
a folder of 0700), and they need no PIN. Keys the operator chose are stored only as hashes (PINs with scrypt): they may
be in use elsewhere.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, ValidationError

from stage.console.door.access import Role
from stage.errors import InputError
from stage.files.loading import read_document
from stage.files.problems import nearest
from stage.model.base import Model

KEYS_FILE = "console_keys.json"
PIN_DIGITS = 6
TOKEN_BYTES = 24
HASHED = "scrypt"
SCRYPT_N, SCRYPT_R, SCRYPT_P = 1 << 14, 8, 1
"""16 MB and about 50 ms for each guess (RFC 7914)."""
DIGESTED = "sha256"
"""Tokens are checked on every request and are too long to guess: a plain digest is enough."""
OTHERS_MAY_READ = 0o077
OWNER_ONLY = 0o600

Pin = Annotated[str, Field(pattern=r"^\d{6,12}$")]
Token = Annotated[str, Field(min_length=20, max_length=200, pattern=r"^[A-Za-z0-9._~+/=-]+$")]
HostName = Annotated[str, Field(pattern=r"^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$", max_length=253)]


PIN_RULE = "A PIN is six to twelve digits, in quotes"
TOKEN_RULE = "A token is 20 to 200 letters, digits or . _ ~ + / = -, in quotes"
RULES = {
    "operator_pin": PIN_RULE,
    "viewer_pin": PIN_RULE,
    "operator_token": TOKEN_RULE,
    "viewer_token": TOKEN_RULE,
    "names": "Host names in a list, such as ['stage.lan']",
}
"""What each key must be. A wrong one is never repeated: errors are logged."""


class GivenKeys(Model):
    """What an operator chose, from `--pin-file` (TOML) or the command line; the rest is generated. PINs are six to
    twelve digits. `names`: host names the console answers to besides this machine's own."""

    operator_pin: Pin | None = None
    viewer_pin: Pin | None = None
    operator_token: Token | None = None
    viewer_token: Token | None = None
    names: Annotated[tuple[HostName, ...], Field(max_length=32)] = ()


_KIND_OF = {"pin": HASHED, "token": DIGESTED}
"""How chosen keys are stored."""


@dataclass(frozen=True, slots=True)
class Keys:
    """The console's keys, each in clear or as `KIND:SALT:HASH`, and the host names it answers to."""

    operator_pin: str
    viewer_pin: str
    operator_token: str
    viewer_token: str
    names: tuple[str, ...] = ()

    def role_of_pin(self, pin: str) -> Role | None:
        """The role a PIN gives; checking takes equally long for a wrong one."""
        return _role(pin, self.operator_pin, self.viewer_pin)

    def role_of_token(self, token: str) -> Role | None:
        """The role a token gives."""
        return _role(token, self.operator_token, self.viewer_token)

    @property
    def mark(self) -> str:
        """Identifies these keys without revealing them: sessions end when the keys change."""
        opening = (self.operator_pin, self.viewer_pin, self.operator_token, self.viewer_token)
        return hashlib.sha256(repr(opening).encode()).hexdigest()

    def shown(self) -> dict[str, str]:
        """Each key in a form to show; those the operator chose are not known here."""
        kept = {name: value for name, value in asdict(self).items() if name != "names"}
        return {name: "(chosen by you)" if ":" in value else value for name, value in kept.items()}


def made_keys(given: GivenKeys) -> Keys:
    """Keys as chosen; the rest at random."""
    viewer_pin = _made_pin()
    while viewer_pin == (operator_pin := _made_pin()):
        viewer_pin = _made_pin()
    made = {
        "operator_pin": operator_pin,
        "viewer_pin": viewer_pin,
        "operator_token": secrets.token_urlsafe(TOKEN_BYTES),
        "viewer_token": secrets.token_urlsafe(TOKEN_BYTES),
    }
    chosen = {
        name: _hashed(value, _KIND_OF[name.rpartition("_")[2]], secrets.token_bytes(16))
        for name in made
        if (value := getattr(given, name)) is not None
    }
    return Keys(**{**made, **chosen}, names=given.names)


def keys_of(run_dir: Path, given: GivenKeys | None = None, anew: bool = False) -> Keys:
    """The keys of a run directory: the stored ones with any chosen now; generated where there are none, or with `anew`.

    Raises InputError where the file cannot be written.
    """
    path = run_dir / KEYS_FILE
    kept = None if anew else _read(path)
    keys = made_keys(given or GivenKeys())
    if kept is not None:
        chosen = {name for name in asdict(keys) if given is not None and getattr(given, name)}
        keys = Keys(**{**asdict(kept), **{name: getattr(keys, name) for name in chosen}})
    if keys != kept:
        _write(path, keys)
    return keys


def key_stamp(run_dir: Path) -> int:
    """Changes when the keys do; 0 where there are none."""
    try:
        return (run_dir / KEYS_FILE).stat().st_mtime_ns
    except OSError:
        return 0


def given_keys(operator_pin: str | None, viewer_pin: str | None, pin_file: Path | None) -> GivenKeys:
    """What the operator chose, the command line before the file.

    Raises InputError: an unknown key, a PIN that is not six to twelve digits, both roles with one PIN, or a file that
    others may read.
    """
    where = str(pin_file) if pin_file else "--operator-pin, --viewer-pin"
    document: dict[str, Any] = dict(read_document(pin_file)) if pin_file else {}
    if pin_file and pin_file.stat().st_mode & OTHERS_MAY_READ:
        raise InputError(where, "", "can be read by other users", f"Run `chmod 600 {pin_file}`")
    document |= {k: v for k, v in (("operator_pin", operator_pin), ("viewer_pin", viewer_pin)) if v is not None}
    try:
        given = GivenKeys.model_validate(document)
    except ValidationError as error:
        field = str(error.errors(include_input=False)[0]["loc"][0])
        problem = "is not valid" if field in RULES else "unknown key"
        raise InputError(where, field, problem, RULES.get(field, nearest(field, RULES))) from None
    if given.operator_pin is not None and given.operator_pin == given.viewer_pin:
        raise InputError(where, "viewer_pin", "is the same as the operator's PIN", "Choose a different PIN for viewers")
    return given


def _role(given: str, operator: str, viewer: str) -> Role | None:
    is_operator, is_viewer = _opens(given, operator), _opens(given, viewer)
    return Role.OPERATOR if is_operator else Role.VIEWER if is_viewer else None


def _opens(given: str, kept: str) -> bool:
    if ":" in kept:
        kind, salt, _ = kept.split(":")
        given = _hashed(given, kind, bytes.fromhex(salt))
    return hmac.compare_digest(given.encode("utf-8", "replace"), kept.encode())


def _hashed(secret: str, kind: str, salt: bytes) -> str:
    """`KIND:SALT:HASH`; no key in clear has a colon."""
    text = secret.encode("utf-8", "replace")
    if kind == HASHED:
        found = hashlib.scrypt(text, salt=salt, n=SCRYPT_N, r=SCRYPT_R, p=SCRYPT_P)
    else:
        found = hashlib.sha256(salt + text).digest()
    return f"{kind}:{salt.hex()}:{found.hex()}"


def _made_pin() -> str:
    return f"{secrets.randbelow(10**PIN_DIGITS):0{PIN_DIGITS}d}"


def _read(path: Path) -> Keys | None:
    """None where there is no such file or it is not valid: new keys are generated."""
    try:
        told: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        keys = Keys(**{**told, "names": tuple(told["names"])})
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return keys if all(isinstance(v, str) and v for k, v in asdict(keys).items() if k != "names") else None


def _write(path: Path, keys: Keys) -> None:
    draft = path.with_suffix(".draft")
    try:
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY), "w") as file:
            json.dump(asdict(keys), file)
        draft.replace(path)
    except OSError as error:
        raise InputError(str(path), "", f"cannot be written: {error.strerror}", "Give another --run-dir") from error
