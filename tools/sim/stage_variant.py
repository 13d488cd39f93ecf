"""A stage file derived from another for one run: different rate, scene or ports, same walls."""

from __future__ import annotations

from collections.abc import MutableMapping
from pathlib import Path
from socket import SOCK_DGRAM
from typing import Any

import tomlkit

from stage.errors import InputError
from stage.files.toml_text import decoded
from tools.live.free_port import free_port

IN_PIXELS = ("size_px", "origin_px", "position_px")
COUNTERS = {"freed": "user-16", "psn": "frame-id"}
"""What makes sources read their packets' numbers, where they do not anyway."""
CALIBRATION_FILES = ("lut_1d", "lut_3d", "openvpcal", "ocio_config")


def write_variant(
    stage_path: Path,
    folder: Path,
    *,
    frame_rate: str | None = None,
    scene: str | None = None,
    source_rate_hz: float | None = None,
    own_ports: bool = True,
    coarser: int = 1,
) -> Path:
    """Write `folder/stage.toml`, return its path. Files beside the original are still found.

    `own_ports` gives every source a free port on loopback, so a run does not disturb a running stage, and makes it
    read the packets' numbers, so each packet can be followed to its frame.
    `coarser` multiplies the LED pitch of walls of the same size, across and down.
    Raises InputError if the original cannot be read or its walls cannot be made coarser.
    """
    document = _read(stage_path)
    for key, value in (("frame_rate", frame_rate), ("scene", scene)):
        if value is not None:
            document[key] = value
    for source in document.get("sources", []):
        if source_rate_hz is not None:
            source["rate_hz"] = source_rate_hz
        if own_ports:
            source["host"], source["port"] = "127.0.0.1", free_port(SOCK_DGRAM)
            source["group"] = ""
            if (counter := COUNTERS.get(source.get("protocol", "freed"))) is not None:
                source["counter"] = counter
    for wall in document.get("walls", []):
        _point_at(wall, ("file",), stage_path.parent)
        _point_at(wall.get("calibration", {}), CALIBRATION_FILES, stage_path.parent)
    for part in (*document.get("walls", []), *document.get("outputs", [])) if coarser > 1 else ():
        _coarsen(part, coarser, stage_path)
    folder.mkdir(parents=True, exist_ok=True)
    _link_neighbours(stage_path.resolve().parent, folder)
    variant = folder / "stage.toml"
    variant.write_text(tomlkit.dumps(document), encoding="utf-8")
    return variant


def _point_at(table: MutableMapping[str, object], keys: tuple[str, ...], beside: Path) -> None:
    """Make paths that are relative to the original absolute; names of built-in things (`ocio://`) stay."""
    for key in keys:
        if key in table and "://" not in str(table[key]):
            table[key] = str((beside / str(table[key])).resolve())


def _coarsen(part: MutableMapping[str, Any], times: int, stage_path: Path) -> None:
    """Reduce the pixels of a wall or an output, and of its parts."""
    for key, value in part.items():
        if key in IN_PIXELS:
            if any(pixels % times for pixels in value):
                remedy = "Choose a number that divides the pixels of every cabinet and tile"
                raise InputError(str(stage_path), key, f"{list(value)} cannot be {times} times coarser", remedy)
            part[key] = [pixels // times for pixels in value]
        elif key == "pitch_mm":
            part[key] = [pitch * times for pitch in value] if isinstance(value, list) else value * times
        elif isinstance(value, MutableMapping):
            _coarsen(value, times, stage_path)
        elif isinstance(value, list):
            for each in (one for one in value if isinstance(one, MutableMapping)):
                _coarsen(each, times, stage_path)


def _read(stage_path: Path) -> tomlkit.TOMLDocument:
    try:
        return tomlkit.parse(decoded(stage_path.read_bytes(), str(stage_path)))
    except (OSError, ValueError) as error:
        raise InputError(str(stage_path), "", f"cannot be read: {error}", "Check the path and the file") from error


def _link_neighbours(original: Path, folder: Path) -> None:
    """Link the scenes and looks beside the original next to the variant."""
    for name in ("scenes", "looks"):
        if (original / name).is_dir() and not (folder / name).exists():
            (folder / name).symlink_to(original / name, target_is_directory=True)
