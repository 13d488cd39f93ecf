"""The console's certificate: kept as long as it holds, and what a browser makes of it."""

from __future__ import annotations

import hashlib
import ssl
from datetime import timedelta
from pathlib import Path

import pytest

from stage.console.door.certificate import VALID, given_certificate, kept_certificate, utc_of
from stage.console.link.web_server import tls_of
from stage.errors import InputError

NOW = utc_of(1_800_000_000)
NAMES = ["stage-pc", "stage-pc.local", "192.168.1.10", "::1"]


def test_it_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "openstage"
    made = kept_certificate(folder, NAMES, NOW)
    again = kept_certificate(folder, NAMES[:2], NOW + timedelta(days=300))
    assert again == made
    assert [file.stat().st_mode & 0o777 for file in (made.certificate, made.key, folder)] == [0o600, 0o600, 0o700]


def test_its_fingerprint_is_that_of_the_file(tmp_path: Path) -> None:
    made = kept_certificate(tmp_path, NAMES, NOW)
    der = ssl.PEM_cert_to_DER_cert(made.certificate.read_text())
    assert made.fingerprint.replace(":", "").lower() == hashlib.sha256(der).hexdigest()


@pytest.mark.parametrize(("names", "after"), [([*NAMES, "10.0.0.7"], timedelta()), (NAMES, VALID - timedelta(days=10))])
def test_another_address_or_its_end_makes_a_new_one_with_the_same_key(
    tmp_path: Path, names: list[str], after: timedelta
) -> None:
    made = kept_certificate(tmp_path, NAMES, NOW)
    key = made.key.read_bytes()
    later = kept_certificate(tmp_path, names, NOW + after)
    assert later.fingerprint != made.fingerprint
    assert later.key.read_bytes() == key


def test_openssl_accepts_it_for_its_names_and_no_others(tmp_path: Path) -> None:
    made = kept_certificate(tmp_path, NAMES, utc_of(ssl.cert_time_to_seconds("Jan  1 00:00:00 2026 GMT")))
    server, client = tls_of(made.certificate, made.key), ssl.create_default_context(cafile=str(made.certificate))
    assert "TLSv1.3" in _greeted(server, client, "stage-pc")
    assert "TLSv1.3" in _greeted(server, client, "192.168.1.10")
    with pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"):
        _greeted(server, client, "other")


def _greeted(server: ssl.SSLContext, client: ssl.SSLContext, name: str) -> str:
    """The version that both agree on, with no network between them."""
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    near = client.wrap_bio(back, there, server_hostname=name)
    far = server.wrap_bio(there, back, server_side=True)
    for _ in range(4):
        for end in (near, far):
            try:
                end.do_handshake()
            except ssl.SSLWantReadError:
                continue
    return str(near.version())


def test_what_cannot_be_used_is_said(tmp_path: Path) -> None:
    (tmp_path / "bad.pem").write_text("no certificate")
    with pytest.raises(InputError, match="PEM"):
        given_certificate(tmp_path / "bad.pem", tmp_path / "bad.pem")
    with pytest.raises(InputError, match="cannot be used"):
        tls_of(tmp_path / "bad.pem", tmp_path / "bad.pem")
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="cannot be kept"):
        kept_certificate(tmp_path / "file" / "in", NAMES, NOW)
