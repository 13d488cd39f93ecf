"""The `[[sources]]` block that reads a stream, ready to be put into a stage file. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import tomlkit

from stage.model.source import AnySource
from tracking.listening.streams import SOURCES, Stream, StreamFindings

NARROW = 256
"""An encoder that moved less than this has not been run to its ends."""


def settings_of(
    stream: Stream, findings: StreamFindings, where: tuple[str, int, str | None], moves: Mapping[str, Any], name: str
) -> dict[str, Any]:
    """The keys of the source, in the order they are written: where it listens, what it reads, how it is turned."""
    host, port, group = where
    settings: dict[str, Any] = {"name": name, "protocol": findings.protocol, "host": host, "port": port}
    settings |= stream.named.settings
    if "group" in settings or group is not None:
        settings["group"] = group or ""
    if findings.rate_hz:
        settings["rate_hz"] = round(findings.rate_hz, 3)
    if findings.counter not in ("", "none"):
        settings["counter"] = findings.counter
    settings |= moves
    for key, ends in (("zoom", findings.zoom_raw), ("focus", findings.focus_raw)):
        if findings.protocol == "freed" and ends is not None and ends[1] - ends[0] >= NARROW:
            settings[key] = {"minimum": ends[0], "maximum": ends[1]}
    return settings


def block_of(settings: Mapping[str, Any]) -> str:
    """The block as TOML. Raises pydantic's ValidationError for settings that are no source."""
    source_of(settings)
    table = tomlkit.table()
    for key, value in settings.items():
        table.append(key, _item(value))
    sources = tomlkit.aot()
    sources.append(table)
    document = tomlkit.document()
    document.append("sources", sources)
    return tomlkit.dumps(document).strip() + "\n"


def source_of(settings: Mapping[str, Any]) -> AnySource:
    """The source of these settings."""
    return SOURCES.validate_python(dict(settings))


def _item(value: Any) -> Any:
    """Tables and lists in one line; a float that is whole without its point is still a number."""
    if isinstance(value, Mapping):
        inline = tomlkit.inline_table()
        for key, inner in value.items():
            inline.append(key, _item(inner))
        return inline
    if isinstance(value, list | tuple):
        array = tomlkit.array()
        for inner in value:
            array.append(_item(inner))
        return array
    return value
