"""One thing that was looked at on a machine: how it is, and what to do where it is not well. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """`bad`: a stage will not run, or not well enough to shoot. `note`: worth knowing, or better otherwise."""

    GOOD = "good"
    NOTE = "note"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Finding:
    """`what` was looked at, how it `is`, and the `remedy`, "" where nothing needs to be done."""

    verdict: Verdict
    what: str
    says: str
    remedy: str = ""


def good(what: str, says: str) -> Finding:
    """All is well."""
    return Finding(Verdict.GOOD, what, says)


def note(what: str, says: str, remedy: str) -> Finding:
    """It works, but could be better, or nobody can say."""
    return Finding(Verdict.NOTE, what, says, remedy)


def bad(what: str, says: str, remedy: str) -> Finding:
    """It must be changed."""
    return Finding(Verdict.BAD, what, says, remedy)


def is_well(findings: Iterable[Finding]) -> bool:
    """Whether a stage can run."""
    return all(finding.verdict is not Verdict.BAD for finding in findings)
