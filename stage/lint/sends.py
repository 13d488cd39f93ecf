"""Lint rules about poses that are sent on: whose, and that they do not come back to this stage."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address

from stage.files.finding import Finding
from stage.lint.network import EVERYWHERE, is_foreign
from stage.lint.subject import LintedStage
from stage.model.sends import AnySend, host_of

MOST = {"freed": 255, "opentrackio": 200, "psn": 65_535, "osc": 65_535}
"""The largest number of a camera, by protocol."""


def unknown_cameras(linted: LintedStage) -> Iterator[Finding]:
    """A send names cameras of the stage, and there are some."""
    known = [camera.name for camera in linted.stage.cameras]
    for index, send in enumerate(linted.stage.sends):
        for name in send.cameras:
            if name not in known:
                problem = f"there is no camera {name!r}"
                yield linted.error(f"sends[{index}].cameras", problem, f"Cameras here: {', '.join(known) or 'none'}")
        if not known:
            yield linted.warning(f"sends[{index}]", "the stage has no camera to send", "Add a camera, or remove it")


def numbers_fit(linted: LintedStage) -> Iterator[Finding]:
    """The last camera's number is one that the protocol has."""
    for index, send in enumerate(linted.stage.sends):
        last = max(_numbers(linted, send), default=0)
        if last > MOST[send.protocol]:
            problem = f"the last camera would be number {last}, and {send.protocol} ends at {MOST[send.protocol]}"
            yield linted.error(f"sends[{index}].first_number", problem, "Begin with a smaller number")


def comes_back(linted: LintedStage) -> Iterator[Finding]:
    """What is sent does not arrive at one of this stage's own sources, or at its remote control."""
    ears = [(f"the source {s.name!r}", s.host, s.port, s.group) for s in linted.stage.sources]
    if (osc := linted.stage.osc) is not None:
        ears.append(("remote control ([osc])", osc.host, osc.port, None))
    for index, send in enumerate(linted.stage.sends):
        for what, host, port, group in ears:
            if send.port == port and any(_heard(to, host, group) for to in _hosts(linted, send)):
                problem = f"sends to port {port}, where {what} of this stage listens: it would hear itself"
                yield linted.error(f"sends[{index}].port", problem, "Send to another port or another machine")


def nowhere(linted: LintedStage) -> Iterator[Finding]:
    """An address that can be sent to, through a network card of this machine."""
    for index, send in enumerate(linted.stage.sends):
        if send.host in EVERYWHERE:
            remedy = "Give the address of the machine that listens, or a multicast group"
            yield linted.error(f"sends[{index}].host", f"{send.host} is no machine", remedy)
        if send.interface and is_foreign(send.interface):
            problem = f"{send.interface} is not an address of this machine"
            yield linted.warning(f"sends[{index}].interface", problem, "Give the address of one of its network cards")


def same_place(linted: LintedStage) -> Iterator[Finding]:
    """Two sends do not tell the same receiver different cameras by one number."""
    seen: dict[tuple[str, int, str, int], tuple[int, str]] = {}
    for index, send in enumerate(linted.stage.sends):
        cameras = send.cameras or tuple(camera.name for camera in linted.stage.cameras)
        for offset, camera in enumerate(cameras):
            number = send.first_number + offset
            key = (host_of(send, number), send.port, send.protocol, number)
            other = seen.setdefault(key, (index, camera))
            if other[0] != index and send.protocol != "osc":
                problem = f"tells number {number} to {key[0]}:{send.port}, as sends[{other[0]}] does"
                yield linted.warning(f"sends[{index}]", problem, "Give it another first_number, or another port")
                break


def _numbers(linted: LintedStage, send: AnySend) -> range:
    return range(send.first_number, send.first_number + len(send.cameras or linted.stage.cameras))


def _hosts(linted: LintedStage, send: AnySend) -> set[str]:
    return {host_of(send, number) for number in _numbers(linted, send)}


def _heard(to: str, host: str, group: str | None) -> bool:
    """Whether a datagram to an address reaches a socket of this machine on that host, or in that group."""
    try:
        address = ip_address("127.0.0.1" if to == "localhost" else to)
    except ValueError:
        return False
    if address.is_multicast:
        return str(address) == group
    if group is not None or is_foreign(str(address)):
        return False
    return host in EVERYWHERE or str(address) == host or (host == "localhost" and address.is_loopback)


SEND_RULES = (unknown_cameras, numbers_fit, comes_back, nowhere, same_place)
