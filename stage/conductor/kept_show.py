"""What is on air, kept in the run directory: a restarted conductor continues with it."""

from __future__ import annotations

import logging
import os
from pathlib import Path

from stage.errors import MessageError
from stage.messages.codec import decode, encode
from stage.messages.commands import OnAir

NAME = "on_air.msgpack"

log = logging.getLogger("openstage.conductor")


def keep(run_dir: Path, air: OnAir) -> None:
    """Write it, whole or not at all. A full disk is logged: the show goes on."""
    fresh = run_dir / f"{NAME}.new"
    try:
        fresh.write_bytes(encode(air))
        os.replace(fresh, run_dir / NAME)
    except OSError as error:
        log.error("what is on air could not be saved for a restart: %s", error)


def kept(run_dir: Path) -> OnAir | None:
    """What was on air, or None where nothing was saved or it cannot be read."""
    try:
        record = decode("show.air", (run_dir / NAME).read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, MessageError) as error:
        log.error("what was on air before the restart cannot be read: %s", error)
        return None
    return record if isinstance(record, OnAir) else None
