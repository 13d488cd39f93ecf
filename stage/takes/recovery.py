"""Takes whose recording ended without a cut: what was written is closed properly, and `take.json` is completed. IO."""

from __future__ import annotations

import logging
import os
from contextlib import ExitStack
from pathlib import Path
from threading import get_ident

from stage.errors import InputError
from stage.takes.marks import Marks
from stage.takes.part_reader import PartReader
from stage.takes.part_writer import PartWriter
from stage.takes.places import parts_of, take_folders
from stage.takes.recording import local
from stage.takes.take_info import TakeInfo, read_info, write_info

log = logging.getLogger("openstage.takes")


def recover_all(root: Path, rolling: bool = False) -> list[Path]:
    """Recover every take that needs it; returns their folders. `rolling`: leave the newest one as it is while it says
    that it rolls, because its recorder goes on with it."""
    folders = [folder for folder in take_folders(root) if _unfinished(folder)]
    if rolling and folders and folders[-1] == max(take_folders(root), default=None):
        folders = folders[:-1]
    done: list[Path] = []
    for folder in folders:
        try:
            recover(folder)
            done.append(folder)
        except (OSError, InputError) as error:
            log.error("a take cannot be recovered: %s", error)
    return done


def recover(folder: Path) -> TakeInfo:
    """Close a take's parts, and write what `take.json` must say from them. Raises InputError where no part can be read,
    OSError where the disk refuses."""
    parts = parts_of(folder)
    if not parts:
        raise InputError(str(folder), "", "has no recording", "`openstage take list` names all takes")
    with ExitStack() as held:
        return _completed(folder, parts, [held.enter_context(PartReader(part)) for part in parts])


def _completed(folder: Path, parts: list[Path], readers: list[PartReader]) -> TakeInfo:
    last_ns = 0
    marks = Marks(int(readers[0].about["rolled_ns"]))
    for part, reader in zip(parts, readers, strict=True):
        last_ns = _closed(part, reader, marks)
    info = _info(folder, readers[0].about)
    info = info.model_copy(
        update={
            "status": info.status if info.status == "complete" else "recovered",
            "cut_at": info.cut_at or local(last_ns).isoformat(timespec="milliseconds"),
            **marks.info(),
        }
    )
    write_info(folder, info)
    return info


def _unfinished(folder: Path) -> bool:
    try:
        return read_info(folder).status == "rolling"
    except InputError:
        return True


def _info(folder: Path, about: dict[str, str]) -> TakeInfo:
    """What `take.json` says; where it is lost, what the recording says of itself."""
    try:
        return read_info(folder)
    except InputError:
        return TakeInfo(
            schema="take/1",
            slate=about["slate"] or None,
            take=int(about["take"]),
            stage=about["stage"],
            stage_file=about["stage_file"],
            rate=about["rate"],
            rolled_at=about["rolled_at"],
            start_timecode=about["start_timecode"],
            software=about["software"],
        )


def _closed(part: Path, reader: PartReader, marks: Marks) -> int:
    """Write a part that was cut off again, with its end; `marks` hear it. Returns the calendar time of its last
    message."""
    fresh = part.with_name(f"{part.name}.{os.getpid()}-{get_ident()}.new")  # somebody else may recover it, too
    writer: PartWriter | None = None
    last_ns = 0
    for found in reader.messages():
        if writer is None:
            writer = PartWriter(fresh, reader.about, found.calendar_ns - found.letter.sent_ns)
        writer.write(found.letter)
        marks.hear(found.letter)
        last_ns = found.calendar_ns
    if reader.whole and not reader.damaged:
        if writer is not None:
            writer.abandon()
        fresh.unlink(missing_ok=True)
        return last_ns
    if writer is None:
        return last_ns
    writer.finish()
    os.replace(fresh, part)
    os.replace(fresh.with_suffix(".frames.npy"), part.with_suffix(".frames.npy"))
    return last_ns
