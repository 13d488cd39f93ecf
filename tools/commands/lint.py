"""`openstage lint`: everything wrong in a file that a person wrote, before the stage is run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from stage.errors import EXIT_FAILED

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from stage.files.finding import Finding


def lint(
    stage: Annotated[
        str,
        typer.Argument(
            metavar="FILE",
            help="A stage, look, scene, show or lens file, or a bundled stage by name (two-walls, volume).",
        ),
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
) -> None:
    """Find what is wrong in a stage file: keys, names, units, pixels mapped twice or not at all, walls that face away.

    Look, scene, show and lens files are checked, too. Exit 0: nothing wrong, or warnings only. 1: errors. 2: the file
    cannot be read or is not TOML.

    Example: openstage lint my-stage.toml
    """
    from stage.files.finding import Severity
    from stage.files.loading import find_stage
    from stage.lint.lint import lint_file

    path = find_stage(stage)
    findings = lint_file(path)
    errors = sum(finding.severity is Severity.ERROR for finding in findings)
    if as_json:
        import json

        print(json.dumps(as_document(path, findings, errors), indent=2))
    else:
        print(as_text(path, findings, errors))
    if errors:
        raise typer.Exit(EXIT_FAILED)


def as_document(path: Path, findings: Sequence[Finding], errors: int) -> dict[str, object]:
    """The findings as JSON can carry them."""
    from dataclasses import asdict

    return {
        "stage": str(path),
        "good": errors == 0,
        "errors": errors,
        "warnings": len(findings) - errors,
        "findings": [asdict(finding) for finding in findings],
    }


def as_text(path: Path, findings: Sequence[Finding], errors: int) -> str:
    """One block per finding: where, what, what to do; then the count."""
    blocks = [
        f"{finding.severity}: {finding.field or finding.file}{_line(finding)}\n"
        f"  {finding.problem}\n  -> {finding.remedy}"
        + ("" if finding.file == str(path) or not finding.field else f"\n  in {finding.file}")
        for finding in findings
    ]
    warnings = len(findings) - errors
    total = f"{errors} error(s), {warnings} warning(s)" if findings else "nothing to complain about"
    return "\n".join([*blocks, f"{path}: {total}"])


def _line(finding: Finding) -> str:
    return "" if finding.line is None else f" (line {finding.line})"
