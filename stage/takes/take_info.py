"""`take.json`: what a take is called, when it was shot, what it needs, and what people said of it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from threading import get_ident
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from stage.errors import InputError
from stage.model.base import Model

FILE = "take.json"
TakeStatus = Literal["rolling", "complete", "recovered"]
"""Recovered: its recording ended without a cut (a process was killed, the power failed); what was written is there."""


class TakeInfo(Model):
    """A take. Frames are numbered as on the wall; `pre_roll` of them lie before the roll. `start_timecode` is that of
    the first frame after the roll. Times are ISO 8601 with their zone. `content`: SHA-256 by path, of every file that a
    frame names, as it is laid out for drawing: `stage/small.toml`, `stage/scenes/NAME/...`. `lost`: frames that were
    decided and are missing, because the recorder never received them; `skipped`: those that were never decided, because
    the conductor missed their tick. `looks`: presets that were on air; `alerts`: what was raised."""

    schema_: Literal["take/1"] = Field("take/1", alias="schema")
    slate: str | None = None
    take: int = 0
    stage: str
    stage_file: str
    rate: str
    status: TakeStatus = "rolling"
    rolled_at: str
    cut_at: str | None = None
    start_timecode: str
    first_frame: int | None = None
    last_frame: int | None = None
    pre_roll: int = 0
    lost: int = 0
    skipped: int = 0
    looks: tuple[str, ...] = ()
    alerts: tuple[str, ...] = ()
    rolled_by: str | None = None
    software: str
    content: dict[str, str] = Field(default_factory=dict)
    circled: bool = False
    printed: bool = False
    rating: Annotated[int, Field(ge=0, le=5)] | None = None
    note: Annotated[str, Field(max_length=4000)] = ""

    @property
    def title(self) -> str:
        """As it is read out: "12A take 3"."""
        return f"{self.slate or 'no slate'} take {self.take}"

    @property
    def frames(self) -> int:
        """Frames from its first to its last, pre-roll included; 0 where none was written."""
        if self.first_frame is None or self.last_frame is None:
            return 0
        return self.last_frame - self.first_frame + 1


def read_info(folder: Path) -> TakeInfo:
    """The take in a folder. Raises InputError where there is none, or its file is damaged."""
    path = folder / FILE
    try:
        return TakeInfo.model_validate_json(path.read_bytes())
    except OSError as error:
        problem = f"is not a take: {FILE} cannot be read ({error.strerror})"
        raise InputError(str(folder), "", problem, "`openstage take list` names all takes") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        remedy = "`openstage take recover` writes it again from the recording"
        raise InputError(str(path), field, first["msg"], remedy) from error


def write_info(folder: Path, info: TakeInfo, whole: bool = True) -> None:
    """Write it, whole or not at all, also when the power fails; `whole` False does without the last. Raises OSError."""
    path = folder / FILE
    fresh = folder / f"{FILE}.{os.getpid()}-{get_ident()}.new"  # two may write at once
    text = json.dumps(info.model_dump(by_alias=True), indent=1, ensure_ascii=False) + "\n"
    with fresh.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        if whole:
            os.fsync(file.fileno())
    os.replace(fresh, path)
