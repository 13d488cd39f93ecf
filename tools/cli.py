"""`openstage`: the outermost layer, where every command is wired. The only module that reads the environment.

Exit codes: 0 good, 1 a check failed, 2 bad input, 130 Ctrl-C. Command modules import heavy libraries inside their
functions, so `openstage --help` and the simulated trackers start at once.
"""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from stage.errors import OpenStageError, exit_code_of
from tools.commands.alerts import alerts_app
from tools.commands.bench import bench_app
from tools.commands.bench_light import light
from tools.commands.camera.align import align_app
from tools.commands.camera.bench_alignment import alignment
from tools.commands.camera.ends import ends
from tools.commands.camera.lens import lens_app
from tools.commands.camera.moire import moire
from tools.commands.camera.rig import pose, rig
from tools.commands.chart import chart
from tools.commands.check import check
from tools.commands.console import console_app
from tools.commands.content.bench import content
from tools.commands.cue import cue_app, show_app
from tools.commands.lights import lights_app
from tools.commands.lint import lint
from tools.commands.look import look_app, tell
from tools.commands.machine.doctor import doctor
from tools.commands.machine.service import service_app
from tools.commands.meter import meter
from tools.commands.osc import osc
from tools.commands.picture import picture
from tools.commands.preset import preset_app
from tools.commands.run import run
from tools.commands.scene import scene_app
from tools.commands.schema import schema
from tools.commands.shot import shot
from tools.commands.simulate import simulate_app
from tools.commands.status import status
from tools.commands.surroundings import surroundings_of
from tools.commands.survival.bench import connections, disk, fuzz, kills, soak
from tools.commands.takes import day_app, take_app
from tools.commands.tracking.bench_timing import timing
from tools.commands.tracking.faults import faults
from tools.commands.tracking.listen import tracker_app
from tools.commands.tracking.motion import motion
from tools.commands.tracking.prediction_table import prediction_table

app = typer.Typer(
    name="openstage",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for command in (run, check, chart, picture, shot, meter, moire, lint, schema, status, tell, osc, motion, doctor):
    app.command()(command)
app.add_typer(simulate_app, name="simulate")
app.add_typer(tracker_app, name="tracker")
for measurement in (light, prediction_table, timing, faults, alignment, content, kills, disk, fuzz, connections, soak):
    bench_app.command()(measurement)
app.add_typer(bench_app, name="bench")
app.add_typer(look_app, name="look")
app.add_typer(alerts_app, name="alerts")
app.add_typer(lights_app, name="lights")
lens_app.command()(ends)
app.add_typer(lens_app, name="lens")
align_app.command()(rig)
align_app.command()(pose)
app.add_typer(align_app, name="align")
app.add_typer(preset_app, name="preset")
app.add_typer(console_app, name="console")
app.add_typer(cue_app, name="cue")
app.add_typer(show_app, name="show")
app.add_typer(scene_app, name="scene")
app.add_typer(service_app, name="service")
app.add_typer(take_app, name="take")
app.add_typer(day_app, name="day")


def show_version(wanted: bool) -> None:
    """`--version`: print what is installed and exit."""
    if wanted:
        from importlib.metadata import version

        print(f"openstage {version('openstage')}")
        raise typer.Exit


@app.callback()
def openstage(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=show_version, is_eager=True)
    ] = False,
) -> None:
    """Run an LED stage and prove it with numbers. Start with: openstage run two-walls --simulate handheld"""
    context.obj = surroundings_of(os.environ, os.getuid())


def main() -> None:
    """The `openstage` program."""
    try:
        app()
    except OpenStageError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(exit_code_of(error))


if __name__ == "__main__":
    main()
