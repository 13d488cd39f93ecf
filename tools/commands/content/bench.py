"""`openstage bench content`: what it costs to refuse a header bomb, and to read pictures as large as stages use."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer

from stage.errors import EXIT_FAILED

AsJson = Annotated[bool, typer.Option("--json", help="Print it as JSON.")]


def content(
    pictures: Annotated[bool, typer.Option(help="Also read large pictures, which takes memory and a minute.")] = True,
    as_json: AsJson = False,
) -> None:
    """Refuse header bombs of every picture format (0.1 s at most), and read a 16k card, a 16k equirect and a 23k
    panorama: the peak memory of the reader, at most 2.5 times the decoded size. Exit 1 if not all is within that.

    Example: openstage bench content
    """
    from tools.bench.content.content import content_figures
    from tools.live.progress import progress

    with progress("content", as_json) as tell:
        bombs, memory = content_figures(pictures, tell)
    good = all(bomb.good for bomb in bombs) and all(picture.good for picture in memory)
    rows = {"bombs": [asdict(row) for row in bombs], "memory": [asdict(row) for row in memory]}
    print(json.dumps(rows | {"good": good}, indent=2) if as_json else _table(rows))
    if not good:
        raise typer.Exit(EXIT_FAILED)


def _table(rows: dict[str, list[dict[str, object]]]) -> str:
    lines = []
    for row in rows["bombs"]:
        good = "" if row["good"] else "   TOO LATE"
        lines.append(
            f"bomb       {row['format']:<26} claims {row['claims_mpx']:>7} Mpx in {row['bytes']:>6} bytes, "
            f"refused in {row['refused_ms']:>6} ms{good}"
        )
    for row in rows["memory"]:
        good = "" if row["good"] else "   TOO MUCH"
        lines.append(
            f"memory     {row['picture']:<26} decoded {row['decoded_mb']:>5} MB, peak {row['peak_mb']:>5} MB: "
            f"{row['ratio']} x, {row['seconds']} s{good}"
        )
    return "\n".join(lines)
