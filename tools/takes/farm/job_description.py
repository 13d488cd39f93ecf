"""A job for farms that read Open Job Description (2023-09): a task for every chunk of frames."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from stage.errors import InputError
from tools.takes.job import Job
from tools.takes.redraw import Span

VERSION = "jobtemplate-2023-09"
LONGEST_NAME = 60
MOST_TASKS = 1024
"""Values that a task's parameter may have."""


def write_description(path: Path, job: Job, spans: Sequence[Span]) -> None:
    """Write the template. Raises InputError."""
    if len(spans) > MOST_TASKS:
        problem = f"would have {len(spans)} tasks, a template has {MOST_TASKS} at most"
        raise InputError(str(path), "", problem, "Give a larger --chunk")
    try:
        path.write_text(json.dumps(description(job, spans), indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise InputError(str(path), "", f"cannot be written: {error.strerror}", "Check the folder") from error


def description(job: Job, spans: Sequence[Span]) -> dict[str, Any]:
    """The template as JSON has it."""
    folders = [
        _folder("Take", str(job.take.resolve()), "IN"),
        _folder("Out", str((job.out or Path("frames")).resolve()), "OUT"),
    ]
    frames = {"name": "Frames", "type": "STRING", "range": [f"{span.first}-{span.last}" for span in spans]}
    run = {"command": "openstage", "args": arguments(job)}
    step = {
        "name": "draw",
        "parameterSpace": {"taskParameterDefinitions": [frames]},
        "script": {"actions": {"onRun": run}},
    }
    return {
        "specificationVersion": VERSION,
        "name": f"{job.take.parent.name} {job.take.name}"[:LONGEST_NAME],
        "parameterDefinitions": folders,
        "steps": [step],
    }


def arguments(job: Job) -> list[str]:
    """The command line of a task."""
    made = ["take", "render", "{{Param.Take}}", "--takes", "{{Param.Take}}/../..", "--out", "{{Param.Out}}"]
    made += ["--frames", "{{Task.Param.Frames}}", "--step", str(job.span.step)]
    if job.camera is not None:
        width, height = job.size_px
        made += ["--camera", job.camera, "--size", f"{width}x{height}", "--margin", f"{job.margin_deg:g}"]
    named = {"--passes": ",".join(job.passes), "--look": job.wish.look, "--scene": job.wish.scene, "--on": job.stage}
    for option, value in named.items():
        made += [option, value] if value else []
    return made + ([] if job.wish.samples is None else ["--samples", str(job.wish.samples)])


def _folder(name: str, default: str, flow: str) -> dict[str, str]:
    return {"name": name, "type": "PATH", "objectType": "DIRECTORY", "dataFlow": flow, "default": default}
