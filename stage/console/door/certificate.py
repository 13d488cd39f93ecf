"""The certificate of a console on a network: made on first use and kept, so its fingerprint stays the same. IO.

It is signed by itself: a browser asks once whether to trust it, and its fingerprint is what to compare then. Names and
addresses of the machine are in it; where the machine has got another address, or its time runs out, a new one is made
with the same key.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING

from stage.console.door.guard import is_address
from stage.errors import InputError

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

CERTIFICATE_FILE, KEY_FILE = "console.crt", "console.key"
VALID = timedelta(days=800)
"""Below the 825 days that Apple's devices accept."""
RENEW = timedelta(days=30)
CLOCK_SKEW = timedelta(days=1)
COMMON_NAME = "OpenStage console"
OWNER_ONLY = 0o600


@dataclass(frozen=True, slots=True)
class Certificate:
    """PEM files, and the fingerprint (SHA-256) as browsers show it."""

    certificate: Path
    key: Path
    fingerprint: str


def kept_certificate(folder: Path, names: Iterable[str], now: datetime) -> Certificate:
    """The certificate in `folder` if it holds all `names` (host names and addresses) and is valid for a while; else a
    new one that holds them. Raises InputError where the folder cannot be written."""
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    certificate, key = folder / CERTIFICATE_FILE, folder / KEY_FILE
    wanted = dict.fromkeys(names)
    kept = _read(certificate)
    if kept is not None and key.exists() and _is_good(kept, wanted, now):
        return Certificate(certificate, key, fingerprint_of(kept))
    secret = _key_in(key)
    made = _made(secret, [*wanted, *(name for name in _names_in(kept) if name not in wanted)], now)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write(key, secret.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        _write(certificate, made.public_bytes(Encoding.PEM))
    except OSError as error:
        problem = f"the console's certificate cannot be kept: {error.strerror}"
        raise InputError(str(folder), "", problem, "Say --tls CERTIFICATE KEY, or --no-tls") from error
    return Certificate(certificate, key, fingerprint_of(made))


def given_certificate(certificate: Path, key: Path) -> Certificate:
    """A certificate of the operator's own. Raises InputError where it cannot be read."""
    found = _read(certificate)
    if found is None or not key.is_file():
        where = certificate if found is None else key
        raise InputError(str(where), "", "is no PEM file that can be read", "Say --tls CERTIFICATE KEY")
    return Certificate(certificate, key, fingerprint_of(found))


def fingerprint_of(certificate: x509.Certificate) -> str:
    """SHA-256, in pairs of digits with colons."""
    from cryptography.hazmat.primitives import hashes

    return certificate.fingerprint(hashes.SHA256()).hex(":").upper()


def _read(path: Path) -> x509.Certificate | None:
    from cryptography import x509

    try:
        return x509.load_pem_x509_certificate(path.read_bytes())
    except (OSError, ValueError):
        return None


def _names_in(certificate: x509.Certificate | None) -> list[str]:
    from cryptography import x509

    if certificate is None:
        return []
    try:
        held = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, ValueError):
        return []
    names = held.get_values_for_type(x509.DNSName)
    return [*names, *(str(address) for address in held.get_values_for_type(x509.IPAddress))]


def _is_good(certificate: x509.Certificate, names: Iterable[str], now: datetime) -> bool:
    return certificate.not_valid_after_utc - now > RENEW and set(names) <= set(_names_in(certificate))


def _key_in(path: Path) -> EllipticCurvePrivateKey:
    """The key that is there, or a new one."""
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        found = load_pem_private_key(path.read_bytes(), None)
    except (OSError, ValueError, TypeError):
        return ec.generate_private_key(ec.SECP256R1())
    return found if isinstance(found, ec.EllipticCurvePrivateKey) else ec.generate_private_key(ec.SECP256R1())


def _made(key: EllipticCurvePrivateKey, names: Iterable[str], now: datetime) -> x509.Certificate:
    """Signed by itself, for servers (RFC 5280; Apple asks for the extended usage)."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, COMMON_NAME)])
    held = [x509.IPAddress(ip_address(name)) if is_address(name) else x509.DNSName(name) for name in names]
    return (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - CLOCK_SKEW)
        .not_valid_after(now + VALID)
        .add_extension(x509.SubjectAlternativeName(held), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, hashes.SHA256())
    )


def _write(path: Path, content: bytes) -> None:
    draft = path.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY), "wb") as file:
        file.write(content)
    draft.replace(path)


def utc_of(seconds: float) -> datetime:
    """A time of the calendar."""
    return datetime.fromtimestamp(seconds, UTC)
