"""A stage file made from another for one run: other rate, scene or ports, the same walls."""

from __future__ import annotations

import socket
from collections.abc import MutableMapping
from pathlib import Path

import tomlkit

from stage.errors import InputError

CALIBRATION_FILES = ("lut_1d", "lut_3d", "openvpcal", "ocio_config")


def write_variant(
    stage_path: Path,
    folder: Path,
    *,
    frame_rate: str | None = None,
    scene: str | None = None,
    source_rate_hz: float | None = None,
    own_ports: bool = True,
) -> Path:
    """Write `folder/stage.toml`, return its path. Files beside the original are still found.

    `own_ports` gives every source a free port on loopback, so that a run does not disturb a stage that is up, and
    has it read the packets' numbers, so that each can be followed to the frame made of it.
    Raises InputError where the original cannot be read.
    """
    document = _read(stage_path)
    for key, value in (("frame_rate", frame_rate), ("scene", scene)):
        if value is not None:
            document[key] = value
    for source in document.get("sources", []):
        if source_rate_hz is not None:
            source["rate_hz"] = source_rate_hz
        if own_ports:
            source["host"], source["port"], source["counter"] = "127.0.0.1", free_udp_port(), "user-16"
    for wall in document.get("walls", []):
        _point_at(wall, ("file",), stage_path.parent)
        _point_at(wall.get("calibration", {}), CALIBRATION_FILES, stage_path.parent)
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


def _read(stage_path: Path) -> tomlkit.TOMLDocument:
    try:
        return tomlkit.parse(stage_path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(str(stage_path), "", f"cannot be read: {error}", "Check the path and the file") from error


def _link_neighbours(original: Path, folder: Path) -> None:
    """The scenes and looks beside the original stand beside the variant too."""
    for name in ("scenes", "looks"):
        if (original / name).is_dir() and not (folder / name).exists():
            (folder / name).symlink_to(original / name, target_is_directory=True)


def free_udp_port() -> int:
    """A port nobody uses on loopback at this moment."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
