"""`openstage console`: the PINs of a stage's console, who is there, and who did what."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from stage.errors import InputError
from stage.units import NS_PER_S
from tools.commands.look import AsJson, RunDir, console_address
from tools.commands.surroundings import Surroundings

console_app = typer.Typer(
    help="The console of a stage: its PINs, who is there, and who did what.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@console_app.command()
def pin(
    context: typer.Context,
    new: Annotated[bool, typer.Option("--new", help="Make new ones; everybody has to sign in again.")] = False,
    run_dir: RunDir = None,
    as_json: AsJson = False,
) -> None:
    """Show the PINs and tokens of the running stage's console; only the user who runs the stage can read them.

    Example: openstage console pin --new
    """
    from stage.console.door.keys import KEYS_FILE, keys_of
    from tools.live.running import running_stage_of

    surroundings: Surroundings = context.obj
    running = running_stage_of(run_dir, surroundings.run_base)
    folder = Path(running.run_dir) if running is not None else run_dir
    if folder is None or not (new or (folder / KEYS_FILE).exists()):
        raise InputError(str(folder or "openstage console pin"), "", "no stage with PINs", "Run one with --listen")
    shown = keys_of(folder, anew=new).shown()
    if as_json:
        print(json.dumps(shown, indent=2))
        return
    for name, value in shown.items():
        print(f"{name.replace('_', ' '):<15} {value}")


@console_app.command()
def people(context: typer.Context, run_dir: RunDir = None, as_json: AsJson = False) -> None:
    """List who has the console open now.

    Example: openstage console people
    """
    here = _state(context, run_dir).get("operators/", {}).get("people", [])
    if as_json:
        print(json.dumps(here, indent=2))
        return
    for person in here:
        print(f"{person['name']:<24} {person['role']:<9} {person['page'] or '-':<8} {person['address']}")


@console_app.command()
def log(context: typer.Context, run_dir: RunDir = None, as_json: AsJson = False) -> None:
    """List the last fifty commands, the newest last: who gave them, what came of them, how long ago.

    Example: openstage console log
    """
    state = _state(context, run_dir)
    lines = sorted((line for key, line in state.items() if key.startswith("log/")), key=lambda line: line["done_ns"])
    if as_json:
        print(json.dumps(lines, indent=2))
        return
    now_ns = state.get("pulse/", {}).get("now_ns", lines[-1]["done_ns"] if lines else 0)
    for line in lines:
        ago_s = (now_ns - line["done_ns"]) / NS_PER_S
        mark = "  " if line["accepted"] else "! "
        print(f"{mark}{ago_s:7.0f} s  {line['who']:<28} {line['name']:<14} {line['text']}")


def _state(context: typer.Context, run_dir: Path | None) -> dict[str, Any]:
    from tools.live.running import ask

    state: dict[str, Any] = ask(console_address(context, run_dir), "/api/state")
    return state
