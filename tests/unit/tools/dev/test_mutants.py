"""Mutants: what is struck, what is told of it, and that a mutant nobody notices is not passed over."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tools.dev import mutants
from tools.dev.check_faults import FAULTS
from tools.dev.mutant_table import Mutant
from tools.dev.mutants import ALIVE, KILLED, LOST, ROOT, Broken, Copy, all_mutants
from tools.dev.struck import struck_entries

SOURCE = '''
class Glow:
    """Wärme: letters of two bytes come before what is struck."""

    def depends_on(self, moment):
        """When."""
        return (moment.look.sky, *[one for one in self.parts], 'ü') if self.there else ()

    def moves(self, moment):
        return (1, 2)


class Still:
    def depends_on(self, moment):
        return ()
'''


def test_each_entry_of_each_answer_is_struck_and_nothing_else() -> None:
    struck = list(struck_entries(SOURCE))
    assert [one.text for one in struck] == ["moment.look.sky", "*[one for one in self.parts]", "'ü'"]
    assert {one.where for one in struck} == {"Glow.depends_on"}
    whole = "(moment.look.sky, *[one for one in self.parts], 'ü')"
    left = (
        "(*[one for one in self.parts], 'ü', )",
        "(moment.look.sky, 'ü', )",
        "(moment.look.sky, *[one for one in self.parts], )",
    )
    assert [one.source for one in struck] == [SOURCE.replace(whole, text) for text in left]


def test_every_row_of_the_table_is_found_in_the_tree_once() -> None:
    lost = [str(broken.mutant) for broken in all_mutants(ROOT) if broken.text is None]
    assert lost == []


def test_every_test_of_the_table_is_there() -> None:
    files = {test.split("::")[0] for broken in all_mutants(ROOT) for test in broken.mutant.tests}
    assert [name for name in sorted(files) if not (ROOT / name).is_file()] == []


def test_every_fault_that_the_check_must_see_is_found_in_the_tree_once_with_its_tests() -> None:
    lost = [f"{fault.file}: {fault.what}" for fault in FAULTS if (ROOT / fault.file).read_text().count(fault.old) != 1]
    assert lost == []
    files = {test.split("::")[0] for fault in FAULTS for test in fault.tests}
    assert [name for name in sorted(files) if not (ROOT / name).exists()] == []


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    """A tree of one module and its test, in which only the sum is tested."""
    root = tmp_path / "root"
    root.mkdir()
    (root / "sums.py").write_text("def add(a, b):\n    return a + b\n\n\ndef less(a, b):\n    return a - b\n")
    (root / "test_sums.py").write_text("from sums import add\n\n\ndef test_add():\n    assert add(2, 3) == 5\n")
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    return Copy(root, tmp_path / "copy")


@pytest.mark.parametrize(("old", "new", "verdict"), [("a + b", "a * b", KILLED), ("a - b", "a + b", ALIVE)])
def test_what_no_test_notices_lives(copy: Copy, old: str, new: str, verdict: str) -> None:
    source = (copy.folder / "sums.py").read_text()
    broken = Broken(Mutant("sums.py", old, new, "", ("test_sums.py",)), source.replace(old, new))
    assert copy.passes(("test_sums.py",))
    assert copy.verdict(broken) == verdict
    assert (copy.folder / "sums.py").read_text() == source


def test_a_row_whose_text_is_gone_is_an_error(copy: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mutants, "MUTANTS", (Mutant("sums.py", "a / b", "a", "", ("test_sums.py",)),))
    (broken,) = all_mutants(copy.folder)
    assert copy.verdict(broken) == LOST
