"""The takes of a folder in SQLite, so that thousands are found at once. The files are the truth: the index follows
them, and is made again from them where it is missing, damaged or of another release. IO.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from stage.errors import InputError
from stage.takes.places import DAY, parts_of
from stage.takes.take_info import FILE, TakeInfo, read_info

INDEX = "index.sqlite"
VERSION = 1
"""Raised whenever the columns or the words of a take change: an index of another version is made again."""
PATIENCE_S = 2.0
"""For another process that writes at the moment; then this one goes on with an index of its own in memory."""
COLUMNS = "name, stamp, size, rolled_at, bytes, words, info, problem"
Row = tuple[str, int, int, str, int, str, str | None, str | None]


@dataclass(frozen=True, slots=True)
class Listed:
    """A take in a list. `info` None: its file is damaged, `problem` says how."""

    name: str
    folder: Path
    info: TakeInfo | None
    bytes: int
    problem: str | None = None


class TakeIndex:
    """The index of a folder of takes. A take is read again when its `take.json` changed, or while it rolls."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._db: sqlite3.Connection | None = None
        self._lock = Lock()  # pages ask from several threads

    def listed(self, words: str = "", most: int | None = None) -> list[Listed]:
        """Takes, newest first; with words only those that have every one of them somewhere; `most` of them."""
        where, wanted = _where(words)
        limit = -1 if most is None else most
        order = f"SELECT name, bytes, info, problem FROM takes {where} ORDER BY rolled_at DESC, name DESC LIMIT ?"
        with self._lock:
            rows = self._fresh().execute(order, (*wanted, limit)).fetchall()
        return [self._take(*row) for row in rows]

    def count(self, words: str = "") -> int:
        """How many takes have all the words."""
        where, wanted = _where(words)
        with self._lock:
            (found,) = self._fresh().execute(f"SELECT count(*) FROM takes {where}", wanted).fetchone()
        return int(found)

    def close(self) -> None:
        """Let go of the file."""
        if self._db is not None:
            self._db.close()
            self._db = None

    def _take(self, name: str, size: int, info: str | None, problem: str | None) -> Listed:
        known = None if info is None else TakeInfo.model_validate_json(info)
        return Listed(name, self._root / name, known, size, problem)

    def _fresh(self) -> sqlite3.Connection:
        """The index as the files are now."""
        for _ in range(2):
            try:
                self._db = self._db or _opened(self._root)
                _follow(self._db, self._root)
                return self._db
            except sqlite3.DatabaseError:  # damaged, removed under us, or a disk that refuses
                self.close()
                with suppress(OSError):
                    (self._root / INDEX).unlink(missing_ok=True)
        self._db = _made(sqlite3.connect(":memory:", check_same_thread=False))
        _follow(self._db, self._root)
        return self._db


def _opened(root: Path) -> sqlite3.Connection:
    """The file's index; one in memory where there is no folder, or none can be written there."""
    if not root.is_dir() or not os.access(root, os.W_OK):
        return _made(sqlite3.connect(":memory:", check_same_thread=False))
    db = sqlite3.connect(root / INDEX, timeout=PATIENCE_S, check_same_thread=False)
    (version,) = db.execute("PRAGMA user_version").fetchone()
    return db if version == VERSION else _made(db)


def _made(db: sqlite3.Connection) -> sqlite3.Connection:
    with db:
        db.execute("DROP TABLE IF EXISTS takes")
        db.execute(
            "CREATE TABLE takes (name TEXT PRIMARY KEY, stamp INTEGER, size INTEGER, rolled_at TEXT, bytes INTEGER, "
            "words TEXT, info TEXT, problem TEXT) WITHOUT ROWID"
        )
        db.execute("CREATE INDEX newest ON takes (rolled_at DESC, name DESC)")
        db.execute(f"PRAGMA user_version = {VERSION}")
    return db


def _follow(db: sqlite3.Connection, root: Path) -> None:
    """Bring the index up to the files."""
    known = {name: (stamp, size) for name, stamp, size in db.execute("SELECT name, stamp, size FROM takes")}
    there = dict(_states(root))
    gone = [(name,) for name in known if name not in there]
    changed = [name for name, state in there.items() if known.get(name) != state]
    rows = [row for name in changed if (row := _row(root, name, *there[name])) is not None]
    gone += [(name,) for name in {*changed} - {row[0] for row in rows} if name in known]
    if gone or rows:
        _write(db, rows, gone)


def _write(db: sqlite3.Connection, rows: Iterable[Row], gone: Iterable[tuple[str]]) -> None:
    with db:
        db.executemany("DELETE FROM takes WHERE name = ?", gone)
        db.executemany(f"INSERT OR REPLACE INTO takes ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)


def _states(root: Path) -> Iterator[tuple[str, tuple[int, int]]]:
    """By name: when a take's file was written, and its length; zeros where it has none."""
    with suppress(FileNotFoundError, NotADirectoryError), os.scandir(root) as days:
        for day in sorted((each.name for each in days if DAY.fullmatch(each.name) and each.is_dir()), reverse=True):
            with os.scandir(root / day) as takes:
                names = [each.name for each in takes if each.is_dir()]
            folder = f"{root}/{day}"
            for name in names:
                try:
                    state = os.stat(f"{folder}/{name}/{FILE}")
                except OSError:
                    yield f"{day}/{name}", (0, 0)
                    continue
                yield f"{day}/{name}", (state.st_mtime_ns, state.st_size)


def _row(root: Path, name: str, stamp: int, size: int) -> Row | None:
    """A take's row; None where its folder holds no recording. One that rolls has no stamp: it is read again."""
    folder = root / name
    parts = parts_of(folder)
    if not parts:
        return None
    length = sum(part.stat().st_size for part in parts)
    try:
        info = read_info(folder)
    except InputError as error:
        first_of_its_day = f"{folder.parent.name}T99"
        return (name, -1, 0, first_of_its_day, length, name.casefold(), None, str(error))
    stamp = -1 if info.status == "rolling" else stamp
    return (name, stamp, size, info.rolled_at, length, words_of(name, info), info.model_dump_json(by_alias=True), None)


def words_of(name: str, info: TakeInfo) -> str:
    """Everything that a take is found by, in lower case."""
    marks = [word for word, on in (("circled", info.circled), ("print", info.printed)) if on]
    stars = "" if info.rating is None else f"{'*' * info.rating} {info.rating}star"
    scenes = {path.split("/")[2] for path in info.content if path.startswith("stage/scenes/")}
    said = [name, info.title, info.note, info.rolled_by or "", info.status, *marks, stars, *scenes]
    return "\n".join([*said, *info.looks, *info.alerts]).casefold()


def _where(words: str) -> tuple[str, tuple[str, ...]]:
    wanted = tuple(words.casefold().split())
    return (f"WHERE {' AND '.join(['instr(words, ?) > 0'] * len(wanted))}" if wanted else ""), wanted
