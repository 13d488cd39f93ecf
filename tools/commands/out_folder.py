"""The folder that a command writes into: made, and known to take files, before the work begins."""

from __future__ import annotations

import os
from pathlib import Path

from stage.errors import InputError

REMEDY = "Give another folder"


def out_folder(out: Path, option: str = "--out") -> Path:
    """The folder, made where it is not there yet. Raises InputError where it is none or takes no files."""
    try:
        out.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:
        raise InputError(option, "", f"{out} is a file, not a folder", REMEDY) from error
    except OSError as error:
        raise InputError(option, "", f"{out} cannot be made: {error.strerror}", REMEDY) from error
    if not os.access(out, os.W_OK | os.X_OK):
        raise InputError(option, "", f"{out} takes no files: it is write-protected", REMEDY)
    return out
