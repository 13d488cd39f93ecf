"""Writes a set's files into its folder; the only file here that touches the disk."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import tomlkit

from stage.model.scene import Scene


def scene_text(scene: Scene) -> str:
    """The scene as TOML, without defaults; reading it gives the same scene."""
    return tomlkit.dumps(scene.model_dump(mode="json", by_alias=True, exclude_defaults=True))


def file_bytes(content: bytes | Scene) -> bytes:
    """The content of a set's file."""
    return scene_text(content).encode() if isinstance(content, Scene) else content


def write_set(folder: Path, files: Mapping[str, bytes | Scene]) -> None:
    """Write the files of a set, replacing those of the same name."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(file_bytes(content))
