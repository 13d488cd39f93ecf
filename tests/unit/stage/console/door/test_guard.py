"""Who may talk to the console: its own pages, and on loopback only this machine's own names."""

from __future__ import annotations

import pytest

from stage.console.door.guard import is_loopback, refusal


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1", "localhost"])
def test_loopback_is_known(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "::", "stage.lan", "localhost.evil.com", ""])
def test_other_hosts_are_not_loopback(host: str) -> None:
    assert not is_loopback(host)


def said(host: str, origin: str, loopback_only: bool, names: tuple[str, ...] = ()) -> str:
    """Why it was refused: it was."""
    reason = refusal(host, origin, loopback_only, names)
    assert reason is not None
    return reason


@pytest.mark.parametrize("host", ["127.0.0.1:8140", "localhost:8140", "[::1]:8140", "127.0.0.1"])
def test_this_machine_is_served(host: str) -> None:
    assert refusal(host, "", loopback_only=True) is None
    assert refusal(host, f"http://{host}", loopback_only=True) is None


@pytest.mark.parametrize("host", ["evil.example:8140", "127.0.0.1.evil.example:8140", "", "192.168.1.5:8140"])
def test_a_name_bent_to_point_here_is_refused(host: str) -> None:
    assert "this machine only" in said(host, "", loopback_only=True)


@pytest.mark.parametrize(
    "host", ["192.168.1.5:8140", "[fe80::1]:8140", "localhost:8140", "Stage.lan:8140", "stage.lan."]
)
def test_on_a_network_addresses_and_own_names_are_served(host: str) -> None:
    assert refusal(host, f"http://{host}", loopback_only=False, names=("stage.lan",)) is None


@pytest.mark.parametrize("host", ["evil.example:8140", "stage.lan.evil.example", "", "192.168.1.5.evil.example"])
def test_on_a_network_a_name_bent_to_point_here_is_refused(host: str) -> None:
    assert "does not answer to" in said(host, "", loopback_only=False, names=("stage.lan",))


@pytest.mark.parametrize("host", ["[::1", "a:b:c", "127.0.0.1:port"])
def test_headers_that_are_no_address_are_refused(host: str) -> None:
    assert said(host, "", loopback_only=True)


@pytest.mark.parametrize("origin", ["http://evil.example", "http://127.0.0.1:9999", "null", "http://127.0.0.1"])
@pytest.mark.parametrize("loopback_only", [True, False])
def test_pages_of_other_sites_are_refused(origin: str, loopback_only: bool) -> None:
    assert "may not talk" in said("127.0.0.1:8140", origin, loopback_only)
