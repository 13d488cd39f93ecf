"""Lint rules about tracker streams: every packet is for one source, groups are groups, what is sent is enough. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address
from itertools import combinations

from stage.files.finding import Finding
from stage.lint.subject import LintedStage
from stage.model.source import AnySource
from stage.model.sources.opentrackio import GROUP_OF_SOURCE, OpenTrackIoSource
from stage.model.sources.osc import OscSource
from stage.model.sources.psn import PsnSource

EVERYWHERE = "0.0.0.0"
ID_KEY = {"freed": "camera_id", "opentrackio": "source_number", "osc": "id", "psn": "tracker"}
"""What tells senders on one port apart, by protocol."""
MOVES_LENS = {"zoom", "focus", "zoom_share", "focus_share", "focal_length_mm"}


def shared_ports(linted: LintedStage) -> Iterator[Finding]:
    """Sources of one protocol on one port differ by id or by sender; those of one port listen at one address."""
    for i, first, k, second in _pairs(linted):
        problem = f"port {second.port} is already used by sources[{i}] ({first.name!r})"
        if _one_socket(first, second):
            if first.protocol == second.protocol and not _told_apart(first, second):
                remedy = f"Use another port, or give each its own `{ID_KEY[second.protocol]}`"
                yield linted.error(f"sources[{k}].port", problem, remedy)
        elif EVERYWHERE in (first.host, second.host) and (first.group is None or second.group is None):
            remedy = "Use another port, or the same host (and group) for both"
            yield linted.error(f"sources[{k}].port", problem, remedy)


def protocols_on_a_port(linted: LintedStage) -> Iterator[Finding]:
    """Different protocols on one port work, but are seldom meant."""
    for i, first, k, second in _pairs(linted):
        if _one_socket(first, second) and first.protocol != second.protocol:
            shared = f"{first.protocol} of sources[{i}] ({first.name!r}) and {second.protocol}"
            problem = f"port {second.port} is shared by {shared}"
            yield linted.warning(f"sources[{k}].port", problem, "Give each protocol a port of its own, if you can")


def groups(linted: LintedStage) -> Iterator[Finding]:
    """`host` is an address of this machine, `group` a multicast group; OpenTrackIO's numbers have groups."""
    for index, source in enumerate(linted.stage.sources):
        if _is_group(source.host):
            problem = f"{source.host} is a multicast group, not an address of this machine"
            remedy = f'Write group = "{source.host}", and host = the address of the network card that hears it'
            yield linted.error(f"sources[{index}].host", problem, remedy)
        if isinstance(source, OpenTrackIoSource) and source.group is not None and source.source_number is not None:
            own = GROUP_OF_SOURCE.format(source.source_number)
            ours = source.group.rpartition(".")[0] == own.rpartition(".")[0]
            if ours and source.group != own:
                problem = f"source number {source.source_number} sends to {own}, not to {source.group}"
                yield linted.warning(f"sources[{index}].group", problem, "Leave group out, or correct source_number")


def lens_never_moves(linted: LintedStage) -> Iterator[Finding]:
    """A zoom lens on a source that tells no encoder stays at its first point."""
    sources = {source.name: source for source in linted.stage.sources}
    for index, camera in enumerate(linted.stage.cameras):
        source = sources.get(camera.source)
        if source is not None and len(camera.lens.points) > 1 and not _tells_lens(source):
            problem = f"source {source.name!r} ({source.protocol}) tells no zoom or focus: the first point is held"
            remedy = "Give one point, or take the lens from a source that sends it"
            yield linted.warning(f"cameras[{index}].lens", problem, remedy)


def _pairs(linted: LintedStage) -> Iterator[tuple[int, AnySource, int, AnySource]]:
    """Two sources of one port, with their places in the file."""
    for (i, first), (k, second) in combinations(enumerate(linted.stage.sources), 2):
        if first.port == second.port != 0:
            yield i, first, k, second


def _one_socket(first: AnySource, second: AnySource) -> bool:
    return (first.host, first.group) == (second.host, second.group)


def _told_apart(first: AnySource, second: AnySource) -> bool:
    by_id = None not in (first.subject, second.subject) and first.subject != second.subject
    by_sender = bool(first.allow) and bool(second.allow) and not set(first.allow) & set(second.allow)
    return by_id or by_sender or not _addresses(first) & _addresses(second)


def _addresses(source: AnySource) -> set[str]:
    """What a source's messages are addressed to: OSC's rules, else the same for all."""
    return {rule.address for rule in source.rules} if isinstance(source, OscSource) else {""}


def _tells_lens(source: AnySource) -> bool:
    if isinstance(source, OscSource):
        return any(MOVES_LENS & set(rule.arguments) for rule in source.rules)
    return not isinstance(source, PsnSource)


def _is_group(host: str) -> bool:
    try:
        return ip_address(host).is_multicast
    except ValueError:
        return False


SOURCE_RULES = (shared_ports, protocols_on_a_port, groups, lens_never_moves)
