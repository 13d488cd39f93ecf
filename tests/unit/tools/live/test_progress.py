"""What a command says while it works: to people, to files, and not to machines."""

from __future__ import annotations

import io

import pytest

from tools.live.progress import progress

ERASED = "\x1b[1A\x1b[2K"
"""One line up, and all of it gone: nothing is left of the live line."""


class Terminal(io.StringIO):
    """A stream that says it is one."""

    def isatty(self) -> bool:
        return True


def test_elsewhere_than_on_a_terminal_each_piece_of_work_has_its_line() -> None:
    stream = io.StringIO()
    with progress("shot", shown_on=stream) as tell:
        tell("starting the stage's processes")
        tell("shooting 4 s")
    assert stream.getvalue() == "shot: starting the stage's processes\nshot: shooting 4 s\n"


def test_machines_are_told_nothing() -> None:
    stream = io.StringIO()
    with progress("shot", as_json=True, shown_on=stream) as tell:
        tell("shooting 4 s")
    assert stream.getvalue() == ""


@pytest.mark.parametrize("as_json", [False, True])
def test_a_terminal_has_one_live_line(as_json: bool) -> None:
    stream = Terminal()
    with progress("check", as_json, stream) as tell:
        tell("measuring parallax, frame 1 of 6")
        tell("measuring parallax, frame 2 of 6")
    text = stream.getvalue()
    assert "check: measuring parallax, frame 2 of 6" in text
    assert text.count("\n") == 1
    assert text.endswith(ERASED)


def test_nothing_goes_to_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    with progress("check") as tell:
        tell("filming")
    told = capsys.readouterr()
    assert (told.out, told.err) == ("", "check: filming\n")
