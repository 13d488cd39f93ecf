"""The scenes of a Final Draft file (FDX). Pure. It is untrusted XML: a document type is refused."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

from stage.errors import InputError
from stage.library.screenplay.plain_text import FIRST_LINES, short
from stage.library.screenplay.scene import ScriptScene

HEADINGS = ("Scene Heading", "Scene Heading (Top of Page)")


def scenes_in(text: str, filename: str) -> list[ScriptScene]:
    """The scenes. Raises InputError for what is not XML, with its line, or has a document type."""
    if re.search(r"<!\s*(DOCTYPE|ENTITY)", text, re.IGNORECASE):
        raise InputError(filename, "", "declares a document type", "Export it from Final Draft again")
    try:
        root = ET.fromstring(text)
    except (ET.ParseError, ValueError) as error:
        line = getattr(error, "position", (0, 0))[0]
        raise InputError(filename, f"line {line}", f"is not valid XML: {error}", "Export it again") from error
    found: list[list[str]] = []
    for paragraph in root.iterfind("./Content/Paragraph"):
        words = short("".join("".join(each.itertext()) for each in paragraph.findall("Text")))
        kind = paragraph.get("Type", "")
        if kind in HEADINGS:
            properties = paragraph.find("SceneProperties")
            pages = "" if properties is None else properties.get("Length", "")
            found.append([paragraph.get("Number", ""), words, "", pages])
        elif kind in ("Action", "General") and found:
            found[-1][2] = f"{found[-1][2]} {words}".strip()[:FIRST_LINES]
    return [ScriptScene(*row) for row in found]
