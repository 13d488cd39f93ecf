"""`openstage bench faults`: what the wall and the alerts do when trackers do wrong."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer

from stage.errors import EXIT_FAILED


def faults(
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
) -> None:
    """Every fault of every protocol, fed through tracking and the conductor: the largest step of the picture beyond the
    camera's own motion, and when the right alert was raised. Takes a minute. Exit 1 where one is not as it must be.

    Example: openstage bench faults
    """
    from tools.bench.faults.table import printed, rows
    from tools.live.progress import progress

    with progress("faults", as_json) as tell:
        table = rows(tell=tell)
    if as_json:
        print(json.dumps([{**asdict(row), "faults": row.faults} for row in table], indent=2))
    else:
        print("\n".join(printed(table)))
    if any(row.faults for row in table):
        raise typer.Exit(EXIT_FAILED)
