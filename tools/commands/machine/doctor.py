"""`openstage doctor`: what is wrong with this machine, and what to do."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer

from stage.errors import EXIT_FAILED
from tools.commands.surroundings import Surroundings

MARKS = {"good": "  ", "note": "? ", "bad": "! "}


def doctor(
    context: typer.Context,
    stage: Annotated[
        str | None, typer.Argument(help="A stage file or a bundled stage: its ports and folders too.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
) -> None:
    """Look at this machine: OpenGL, cores, memory, waking in time, clock, disks, ports, buffers, firewall. Exit 1 if
    a stage cannot run well here; `?` marks what could be better, `!` what must be changed.

    Example: openstage doctor two-walls
    """
    from stage.files.loading import load_stage
    from stage.files.presets import find_stage
    from tools.doctor.doctor import Patient, looked_at
    from tools.doctor.finding import is_well

    surroundings: Surroundings = context.obj
    path = find_stage(stage).resolve() if stage is not None else None
    patient = Patient(
        has_screen=surroundings.has_screen,
        run_base=surroundings.run_base,
        stage=load_stage(path) if path is not None else None,
        stage_folder=path.parent if path is not None else None,
    )
    findings = []
    for finding in looked_at(patient):
        findings.append(finding)
        if not as_json:
            print(f"{MARKS[finding.verdict]}{finding.what:<26} {finding.says}", flush=True)
            if finding.remedy:
                print(f"{'':<28} {finding.remedy}", flush=True)
    well = is_well(findings)
    if as_json:
        print(json.dumps({"good": well, "findings": [asdict(finding) for finding in findings]}, indent=2))
    if not well:
        raise typer.Exit(EXIT_FAILED)
