"""ASC Media Hash Lists (ASC MHL 2.0): what a folder holds, with hashes, as DITs and archives check it. IO.

`ascmhl/0001_FOLDER_DATE_TIMEZ.mhl` beside the files, and `ascmhl/ascmhl_chain.xml` that guards the list itself. A
folder that is written again gets the next list. Hashes are C4 (SMPTE ST 2114: SHA-512 in base 58).
"""

from __future__ import annotations

import hashlib
import socket
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

LIST, CHAIN = "urn:ASC:MHL:v2.0", "urn:ASC:MHL:DIRECTORY:v2.0"
FOLDER, CHAIN_FILE = "ascmhl", "ascmhl_chain.xml"
DIGITS = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
C4_DIGITS = 88
BLOCK = 1 << 20
TOOL = "OpenStage"


def write_hash_list(folder: Path, files: Sequence[Path], software: str, now: datetime) -> Path:
    """Write a list of files in a folder, and continue its chain; returns the list. Raises OSError."""
    into = folder / FOLDER
    into.mkdir(exist_ok=True)
    generation = len(list(into.glob("*.mhl"))) + 1
    stamp = now.astimezone(UTC)
    path = into / f"{generation:04}_{folder.name}_{stamp:%Y-%m-%d_%H%M%S}Z.mhl"
    path.write_bytes(_document(_hashlist(folder, files, software, stamp)))
    _continue(into / CHAIN_FILE, path, generation)
    return path


def c4_of(path: Path) -> str:
    """The C4 id of a file. Raises OSError."""
    digest = hashlib.sha512()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return c4_text(digest.digest())


def c4_text(digest: bytes) -> str:
    """A SHA-512 as a C4 id."""
    number, letters = int.from_bytes(digest, "big"), ""
    while number:
        number, place = divmod(number, len(DIGITS))
        letters = DIGITS[place] + letters
    return "c4" + letters.rjust(C4_DIGITS, DIGITS[0])


def _hashlist(folder: Path, files: Sequence[Path], software: str, now: datetime) -> ET.Element:
    root = ET.Element("hashlist", xmlns=LIST, version="2.0")
    creator = ET.SubElement(root, "creatorinfo")
    ET.SubElement(creator, "creationdate").text = _moment(now)
    ET.SubElement(creator, "hostname").text = socket.gethostname()
    ET.SubElement(creator, "tool", version=software).text = TOOL
    ET.SubElement(ET.SubElement(root, "processinfo"), "process").text = "in-place"
    hashes = ET.SubElement(root, "hashes")
    for file in sorted(files):
        state = file.stat()
        changed = _moment(datetime.fromtimestamp(state.st_mtime, UTC))
        entry = ET.SubElement(hashes, "hash")
        path = ET.SubElement(entry, "path", size=str(state.st_size), lastmodificationdate=changed)
        path.text = file.relative_to(folder).as_posix()
        ET.SubElement(entry, "c4", action="original", hashdate=_moment(now)).text = c4_of(file)
    return root


def _continue(chain: Path, path: Path, generation: int) -> None:
    """Add a list to the chain."""
    ET.register_namespace("", CHAIN)
    root = ET.parse(chain).getroot() if chain.is_file() else ET.Element(f"{{{CHAIN}}}ascmhldirectory")
    entry = ET.SubElement(root, f"{{{CHAIN}}}hashlist", sequencenr=str(generation))
    ET.SubElement(entry, f"{{{CHAIN}}}path").text = path.name
    ET.SubElement(entry, f"{{{CHAIN}}}c4").text = c4_of(path)
    chain.write_bytes(_document(root))


def _document(root: ET.Element) -> bytes:
    ET.indent(root, " ")
    text: str = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
