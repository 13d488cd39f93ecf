"""How a stage's console opens to a network: PINs, certificate, and what the operator is told of them."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from stage.errors import InputError

if TYPE_CHECKING:
    from stage.console.door.certificate import Certificate

LOOPBACK = ("127.0.0.1", "localhost")
EVERYWHERE = ("0.0.0.0", "::")
ELSEWHERE = ("192.0.2.1", 9)
"""An address of the range kept for documents (RFC 5737): the way to it is the way out of this machine."""
CHOSEN = "("
"""How a key that the operator chose, and that is not known in clear, is shown."""


@dataclass(frozen=True, slots=True)
class ChosenDoor:
    """What `openstage run` was given. `asked`: `--listen`; `tls`: certificate and key of one's own; `bare`: no TLS."""

    asked: bool = False
    operator_pin: str | None = None
    viewer_pin: str | None = None
    pin_file: Path | None = None
    tls: tuple[Path, Path] | None = None
    bare: bool = False

    @property
    def has_keys(self) -> bool:
        """Whether anything was chosen that only a door with PINs has."""
        return (self.operator_pin, self.viewer_pin, self.pin_file, self.tls) != (None, None, None, None)


@dataclass(frozen=True, slots=True)
class Opening:
    """The door as it will be. `said`: lines for the operator; `key`: what their own address ends with, so that they
    need no PIN."""

    pins: bool = False
    certificate: Certificate | None = None
    said: str = ""
    key: str = ""

    @property
    def scheme(self) -> str:
        """Of the console's address."""
        return "http" if self.certificate is None else "https"

    @property
    def tls(self) -> tuple[str, str] | None:
        """Files of the certificate, for the console's process."""
        found = self.certificate
        return None if found is None else (str(found.certificate), str(found.key))


def opening_of(run_dir: Path, kept: Path | None, listen: tuple[str, int], chosen: ChosenDoor) -> Opening:
    """Make the keys of a console that was opened with `--listen`, or on an address of a network, and its certificate
    (in `kept`, or else in the run directory).

    Raises InputError where PINs are given for a console of this machine, or cannot be right.
    """
    host, port = listen
    if host in LOOPBACK and not chosen.asked and not chosen.has_keys:
        return Opening()
    from stage.console.door.guard import is_loopback
    from stage.console.door.keys import given_keys, keys_of

    if is_loopback(host) and not chosen.asked:
        if not chosen.has_keys:
            return Opening()
        problem = f"{host} serves the user who runs the stage alone, who needs no PIN"
        raise InputError("--operator-pin, --viewer-pin, --pin-file, --tls", "", problem, "Say --listen 0.0.0.0:8140")
    keys = keys_of(run_dir, given_keys(chosen.operator_pin, chosen.viewer_pin, chosen.pin_file))
    certificate = None if chosen.bare else _certificate(kept or run_dir, (host, *keys.names), chosen)
    shown = keys.shown()
    lines = [
        f"on the network: {'http' if certificate is None else 'https'}://{bracketed(_address_of(host))}:{port}/",
        f"operator PIN: {shown['operator_pin']}   viewer PIN: {shown['viewer_pin']}",
        "no TLS: whoever is on the wire can read along"
        if certificate is None
        else f"certificate, SHA-256: {certificate.fingerprint}",
    ]
    token = shown["operator_token"]
    key = "" if token.startswith(CHOSEN) else f"#key={token}"
    return Opening(True, certificate, "".join(f"{line}\n" for line in lines), key)


def bracketed(host: str) -> str:
    """A host as addresses have it."""
    return f"[{host}]" if ":" in host else host


def _certificate(folder: Path, names: tuple[str, ...], chosen: ChosenDoor) -> Certificate:
    from stage.clock import wall_clock_utc_s
    from stage.console.door.certificate import given_certificate, kept_certificate, utc_of

    if chosen.tls is not None:
        return given_certificate(chosen.tls[0].absolute(), chosen.tls[1].absolute())
    here = socket.gethostname()
    wanted = (here, f"{here}.local", "localhost", "127.0.0.1", "::1", *names, *_addresses())
    return kept_certificate(folder, [each for each in wanted if each not in EVERYWHERE], utc_of(wall_clock_utc_s()))


def _addresses() -> Iterator[str]:
    """This machine's addresses, without those that mean something on one interface alone."""
    import psutil

    for interface in psutil.net_if_addrs().values():
        for each in interface:
            if each.family in (socket.AF_INET, socket.AF_INET6) and "%" not in each.address:
                yield each.address


def _address_of(host: str) -> str:
    """Where other devices find this machine; nothing is sent for it."""
    if host not in EVERYWHERE:
        return host
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(ELSEWHERE)
            return str(probe.getsockname()[0])
        except OSError:
            return socket.gethostname()
