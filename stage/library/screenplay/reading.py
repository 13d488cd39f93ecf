"""Screenplays of every kind: Fountain, plain text, Final Draft, Word, Highland, PDF. Pure: bytes in, scenes out."""

from __future__ import annotations

import re
from itertools import pairwise

from stage.errors import InputError
from stage.library.screenplay import final_draft, plain_text
from stage.library.screenplay.documents import document_text
from stage.library.screenplay.encoding import text_of
from stage.library.screenplay.scene import Screenplay, ScriptScene

LARGEST_BYTES = 8 * 1024 * 1024
MOST_GAPS = 8
HEAD, TITLE_LINES = 4000, 30
TITLE = re.compile(r"(?:Title|Titel|Titre|Título|片名|剧名|劇名)\s*[:：]\s*(.+)|[《〈](.+)[》〉]", re.IGNORECASE)
NO_HEADING = "Headings are lines such as INT. HOUSE - NIGHT, 1-1 夜 内 客厅, 第一场 ..., or begin with a dot"


def read_screenplay(data: bytes, filename: str, encoding: str | None = None) -> Screenplay:
    """The screenplay in a file of that name; `encoding` of a text, where the user says it.

    Raises InputError: too large, too many lines, not text, broken XML (with its line), no scene heading.
    """
    if len(data) > LARGEST_BYTES:
        raise InputError(filename, "", f"has {len(data)} bytes", f"The limit is {LARGEST_BYTES}")
    notes: list[str] = []
    text = document_text(data, filename)
    if text is None:
        text, note = text_of(data, filename, encoding)
        notes = [note] if note else []
    if filename.lower().endswith(".fdx") or text.lstrip().startswith("<?xml"):
        scenes = final_draft.scenes_in(text, filename)
    else:
        scenes, doubts = plain_text.scenes_in(text, filename)
        notes += doubts
    if not scenes:
        raise InputError(filename, "", "has no scene heading", " ".join([NO_HEADING, *notes[:3]]))
    return Screenplay(tuple(scenes), _title(text), (*notes, *_gaps(scenes)))


def scenes_of(data: bytes, filename: str) -> list[ScriptScene]:
    """The scenes of a screenplay alone. Raises as `read_screenplay`."""
    return list(read_screenplay(data, filename).scenes)


def _title(text: str) -> str:
    """`Title: The last tea`, or 《短剧》 in a line of its own, before the first scene."""
    for line in text[:HEAD].splitlines()[:TITLE_LINES]:
        if (found := TITLE.fullmatch(line.strip())) is not None:
            return " ".join((found[1] or found[2]).strip("*_ ").split())
    return ""


def _gaps(scenes: list[ScriptScene]) -> list[str]:
    """Numbers that are left out between two scenes: perhaps a heading was not recognised."""
    notes = []
    for before, after in pairwise(scenes):
        told = [re.fullmatch(r"(\d+-)?(\d+)", scene.number) for scene in (before, after)]
        if told[0] is None or told[1] is None or told[0][1] != told[1][1]:
            continue
        missing = range(int(told[0][2]) + 1, int(told[1][2]))
        if missing:
            numbers = f"{missing[0]}" if len(missing) == 1 else f"{missing[0]} to {missing[-1]}"
            notes.append(f"no scene {told[0][1] or ''}{numbers} between {before.number} and {after.number}")
    more = [f"{len(notes) - MOST_GAPS} more numbers are left out"] if len(notes) > MOST_GAPS else []
    return [*notes[:MOST_GAPS], *more]
