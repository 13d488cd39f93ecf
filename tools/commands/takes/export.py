"""`openstage take export`: everything of a take that post needs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from tools.commands.out_folder import out_folder
from tools.commands.takes.app import RunDir, StageName, Takes, library_of, take_app


def say_what_is_left_out() -> None:
    """What this installation cannot write."""
    from tools.takes.post.report_pdf import available

    if not available():
        print(
            "no report.pdf: it needs fpdf2, pip install 'openstage[report]'; report.html is the same", file=sys.stderr
        )


@take_app.command()
def export(
    context: typer.Context,
    take: Annotated[list[str], typer.Argument(help="Takes, by name.")],
    out: Annotated[Path, typer.Option(help="A folder; each take gets one of its own in it.")],
    camera: Annotated[list[str] | None, typer.Option(help="Only this camera; may be repeated.")] = None,
    takes: Takes = None,
    stage: StageName = None,
    run_dir: RunDir = None,
) -> None:
    """Write camera curves (USD, .chan, CSV), tracking (OpenTrackIO), lens (ST maps, .ulens), lists (OTIO, EDL, ALE,
    FCPXML, CDL), a report (HTML, PDF), an ASC MHL and checksums. `openstage day export` does it for a day.

    Example: openstage take export 12A_t003 --out post
    """
    from stage.takes.take import Take
    from tools.takes.post.folder import write_post

    target = out_folder(out)
    library = library_of(context, takes, stage, run_dir)
    for name in take:
        folder = library.find(name)
        into = target / folder.parent.name / folder.name
        with Take(folder) as opened:
            handed = write_post(opened, into, tuple(camera or ()))
        print(f"{folder.parent.name}/{folder.name}: {len(handed.files)} files in {into}")
    say_what_is_left_out()
