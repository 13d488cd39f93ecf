"""`python -m tools.dev.check`: format, lint, types, import direction, generated files, sizes, the console's page.
The same that CI runs; run it before every commit.

Every check runs even if one fails; exit code 1 if any did. `--quick` skips the slow ones, as the pre-commit hook does
(`make hooks`).
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

BIN = Path(sys.executable).parent
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Check:
    """A command that exits with 0 if all is well; `remedy` is what to do otherwise."""

    name: str
    command: tuple[str, ...]
    remedy: str
    told: bool = False
    """Whether its output matters even if all is well."""
    quick: bool = True
    """Whether it is fast enough for every commit."""


CHECKS: tuple[Check, ...] = (
    Check("format", (str(BIN / "ruff"), "format", "--check", "--quiet", "."), "ruff format ."),
    Check("lint", (str(BIN / "ruff"), "check", "--quiet", "."), "ruff check --fix ."),
    Check("imports", (str(BIN / "lint-imports"),), "keep imports one-way (ARCHITECTURE.md)"),
    Check(
        "generated",
        (sys.executable, "-m", "tools.dev.gen_console_types", "--check"),
        "python -m tools.dev.gen_console_types",
    ),
    Check(
        "sizes",
        (sys.executable, "-m", "tools.dev.sizes"),
        "split what is about two things, and name its parts",
        told=True,
    ),
    Check(
        "page",
        (sys.executable, "-m", "tools.dev.build_console", "--check"),
        "correct what is named, in stage/console/web",
        quick=False,
    ),
    Check("types", (str(BIN / "mypy"), "--no-error-summary"), "correct the types", quick=False),
)


def main(arguments: Sequence[str] = ()) -> int:
    """Run every check, or the quick ones; print what failed and what to do."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="skip the slow checks")
    quick = parser.parse_args(arguments).quick
    failed = [check for check in CHECKS if (check.quick or not quick) and not _passes(check)]
    for check in failed:
        print(f"check {check.name} failed: {check.remedy}", file=sys.stderr)
    return 1 if failed else 0


def _passes(check: Check) -> bool:
    ran = subprocess.run(check.command, cwd=ROOT, capture_output=True, text=True, check=False)
    print(f"{check.name:<10}{'ok' if ran.returncode == 0 else 'FAILED'}", flush=True)
    if check.told:
        print(ran.stdout, end="", flush=True)
    if ran.returncode:
        print(ran.stderr if check.told else ran.stdout + ran.stderr, file=sys.stderr)
    return ran.returncode == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
