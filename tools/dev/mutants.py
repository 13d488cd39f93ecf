"""`python -m tools.dev.mutants`: whether the tests notice when a line that they are there for is broken.

Two kinds of mutants. Every value that a pass says it depends on (`depends_on` in render/) is struck, one at a time; and
each row of tools/dev/mutant_table.py puts a wrong text for a right one. Each is made in a copy of the tree, never in
the tree itself, and the test that is to notice it is run there. A test that passes without any mutant and fails with it
has killed it; exit code 1 where one lives, or where a row's text is no longer found.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tools.dev.mutant_table import MUTANTS, STALE, Mutant
from tools.dev.struck import struck_entries

ROOT = Path(__file__).parents[2]
WITHIN = "render"
"""Where passes say what they depend on."""
LONGEST_S = 900.0
KILLED, ALIVE, LOST = "killed", "ALIVE", "NOT FOUND"


@dataclass(frozen=True, slots=True)
class Broken:
    """A mutant, and the whole text of its file with it; None where its text is not there once."""

    mutant: Mutant
    text: str | None


def all_mutants(root: Path) -> Iterator[Broken]:
    """The struck entries, then the table."""
    for path in sorted((root / WITHIN).rglob("*.py")):
        source = path.read_text(encoding="utf-8")
        for entry in struck_entries(source):
            name = str(path.relative_to(root))
            yield Broken(Mutant(name, entry.text, "", entry.where, tests_of(name)), entry.source)
    for mutant in MUTANTS:
        source = (root / mutant.file).read_text(encoding="utf-8") if (root / mutant.file).is_file() else ""
        found = source.count(mutant.old) == 1 and mutant.old != mutant.new
        yield Broken(mutant, source.replace(mutant.old, mutant.new) if found else None)


def tests_of(name: str) -> tuple[str, ...]:
    """The tests in which a pass's picture would be stale. Raises KeyError for one that no walk is known to show."""
    return STALE[next((place for place in STALE if name.startswith(place)), name)]


class Copy:
    """A copy of the tree's files, as git knows them, to break one at a time."""

    def __init__(self, root: Path, folder: Path) -> None:
        self.folder = folder
        listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
        for name in subprocess.run(listed, cwd=root, capture_output=True, text=True, check=True).stdout.splitlines():
            if (root / name).is_file():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(root / name, folder / name)

    def passes(self, tests: Sequence[str]) -> bool:
        """Whether the tests pass in it; the first that fails ends them."""
        command = [sys.executable, "-B", "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests]
        alone = os.environ | {"LP_NUM_THREADS": "1"}  # a software renderer leaves the other cores to the other copies
        try:
            ran = subprocess.run(command, cwd=self.folder, env=alone, capture_output=True, timeout=LONGEST_S)
            return ran.returncode == 0
        except subprocess.TimeoutExpired:
            return False

    def verdict(self, broken: Broken) -> str:
        """What the tests say of a mutant; the copy is whole again afterwards."""
        if broken.text is None:
            return LOST
        path = self.folder / broken.mutant.file
        whole = path.read_bytes()
        path.write_text(broken.text, encoding="utf-8")
        try:
            return ALIVE if self.passes(broken.mutant.tests) else KILLED
        finally:
            path.write_bytes(whole)


def row(broken: Broken, verdict: str) -> str:
    """One line of the table."""
    mutant = broken.mutant
    old, new = (" ".join(text.split()) for text in (mutant.old, mutant.new))
    return f"{verdict:<10}{mutant.file:<42}{mutant.what:<48}{old} -> {new or 'struck'}"


def judged(root: Path, chosen: Sequence[Broken], jobs: int) -> Iterator[tuple[Broken, str]]:
    """Every mutant with its verdict, in order; `jobs` copies are at work at once.

    Raises AssertionError where a test fails without any mutant: it would kill them all.
    """
    with tempfile.TemporaryDirectory(prefix="openstage-mutants-") as folder:
        copies = [Copy(root, Path(folder, str(number))) for number in range(jobs)]
        tests = list(dict.fromkeys(test for broken in chosen for test in broken.mutant.tests))
        assert copies[0].passes(tests), "a test fails without any mutant"
        free = list(copies)

        def judge(broken: Broken) -> str:
            copy = free.pop()
            try:
                return copy.verdict(broken)
            finally:
                free.append(copy)

        with ThreadPoolExecutor(jobs) as pool:
            yield from zip(chosen, pool.map(judge, chosen), strict=True)


def main() -> int:
    """Judge every mutant; say which live."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="those whose line of the table holds this text")
    parser.add_argument("--jobs", type=int, default=1, help="how many copies are at work at once")
    given = parser.parse_args()
    chosen = [broken for broken in all_mutants(ROOT) if given.only in row(broken, "")]
    bad = 0
    for broken, verdict in judged(ROOT, chosen, given.jobs):
        print(row(broken, verdict), flush=True)
        bad += verdict != KILLED
    print(f"{len(chosen)} mutants, {len(chosen) - bad} killed")
    return 1 if bad or not chosen else 0


if __name__ == "__main__":
    sys.exit(main())
