"""`openstage look` and `openstage tell`: change what the running stage shows, from the command line."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from stage.errors import EXIT_FAILED, InputError
from tools.commands.surroundings import Surroundings

look_app = typer.Typer(
    help="Recall presets and change the look of the running stage.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)

RunDir = Annotated[Path | None, typer.Option(help="The stage's run directory; unset: the one that runs.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print it as JSON.")]
FadeS = Annotated[float, typer.Option("--fade", help="Seconds of the fade.", min=0, max=600)]


@look_app.command("list")
def list_looks(context: typer.Context, run_dir: RunDir = None, as_json: AsJson = False) -> None:
    """List the presets that can be recalled, and the sets.

    Example: openstage look list
    """
    from tools.live.running import ask

    shelf = ask(console_address(context, run_dir), "/api/shelf")
    if as_json:
        print(json.dumps(shelf, indent=2))
        return
    for preset in shelf["presets"]:
        print(f"{preset['name']:<24} {preset['duration_s']:>5g} s  {preset['problem'] or preset['title']}")
    print(f"sets: {', '.join(shelf['scenes'])}")


@look_app.command()
def recall(
    context: typer.Context,
    preset: Annotated[str, typer.Argument(help="A preset by name.")],
    fade: Annotated[
        float | None, typer.Option(help="Seconds of the fade; unset: as long as the preset says.", min=0, max=600)
    ] = None,
    run_dir: RunDir = None,
    as_json: AsJson = False,
) -> None:
    """Recall a preset. Exit 1 if the stage refuses.

    Example: openstage look recall dusk --fade 3
    """
    transition = {} if fade is None else {"transition": {"duration_s": fade}}
    give(context, run_dir, "look.recall", {"preset": preset, **transition}, as_json)


@look_app.command("set")
def set_values(
    context: typer.Context,
    values: Annotated[list[str], typer.Argument(help="PATH=VALUE, such as exposure.ev=-1 walls.main.brightness=0.5")],
    fade: FadeS = 0.0,
    run_dir: RunDir = None,
    as_json: AsJson = False,
) -> None:
    """Change values of the look.

    Example: openstage look set exposure.ev=-1 sun.source=hand sun.elevation_deg=4 --fade 2
    """
    give(context, run_dir, "look.set", {"values": pairs(values), "fade_s": fade}, as_json)


@look_app.command()
def undo(context: typer.Context, fade: FadeS = 0.0, run_dir: RunDir = None, as_json: AsJson = False) -> None:
    """Go back to the look before the last change.

    Example: openstage look undo
    """
    give(context, run_dir, "look.undo", {"fade_s": fade}, as_json)


@look_app.command()
def redo(context: typer.Context, fade: FadeS = 0.0, run_dir: RunDir = None, as_json: AsJson = False) -> None:
    """Make the change that was undone again.

    Example: openstage look redo
    """
    give(context, run_dir, "look.redo", {"fade_s": fade}, as_json)


@look_app.command()
def keep(
    context: typer.Context,
    slot: Annotated[str, typer.Argument(help="a or b.")],
    run_dir: RunDir = None,
    as_json: AsJson = False,
) -> None:
    """Keep the look on air as A or B, to compare it with the other one.

    Example: openstage look keep a
    """
    give(context, run_dir, "look.keep", {"slot": slot.lower()}, as_json)


@look_app.command()
def ab(
    context: typer.Context,
    slot: Annotated[str | None, typer.Argument(help="a or b; unset: the one that is not on air.")] = None,
    fade: FadeS = 0.0,
    run_dir: RunDir = None,
    as_json: AsJson = False,
) -> None:
    """Go to the look that was kept as A or B, and back again.

    Example: openstage look ab
    """
    give(context, run_dir, "look.ab", {"slot": slot.lower() if slot else None, "fade_s": fade}, as_json)


@look_app.command()
def show(context: typer.Context, run_dir: RunDir = None) -> None:
    """Print what is on air as JSON: look, preset, set, hold, black, pattern.

    Example: openstage look show
    """
    from tools.live.running import ask

    state = ask(console_address(context, run_dir), "/api/state")
    print(json.dumps(state.get("air/"), indent=2))


def tell(
    context: typer.Context,
    command: Annotated[str, typer.Argument(help="look.set, scene.switch, show.black, show.hold, show.pattern, ...")],
    arguments: Annotated[list[str] | None, typer.Argument(help="KEY=VALUE of the command.")] = None,
    run_dir: RunDir = None,
    as_json: AsJson = False,
) -> None:
    """Give the running stage any command. Exit 1 if it refuses.

    Example: openstage tell scene.switch scene=desert
    """
    give(context, run_dir, command, pairs(arguments or ()), as_json)


def pairs(texts: Sequence[str]) -> dict[str, Any]:
    """KEY=VALUE; the value is JSON, or the text itself where it is none. Raises InputError."""
    found: dict[str, Any] = {}
    for text in texts:
        key, sign, value = text.partition("=")
        if not key or not sign:
            raise InputError(text, "", "is not KEY=VALUE", "Write for example exposure.ev=-1")
        try:
            found[key] = json.loads(value)
        except ValueError:
            found[key] = value
    return found


def console_address(context: typer.Context, run_dir: Path | None) -> str:
    """The console of the stage that is meant. Raises InputError, ProcessError."""
    from tools.live.running import console_of

    surroundings: Surroundings = context.obj
    return console_of(run_dir, surroundings.run_base)


def give(context: typer.Context, run_dir: Path | None, command: str, arguments: dict[str, Any], as_json: bool) -> None:
    """Give a command and print the answer; exit 1 where it is refused."""
    from tools.live.running import tell

    answer = tell(console_address(context, run_dir), command, arguments)
    if as_json:
        print(json.dumps(answer, indent=2))
    elif answer["accepted"]:
        number = answer["frame_number"]
        print(answer["text"] if number is None else f"{answer['text']} (from frame {number})")
    else:
        typer.echo(f"refused: {answer['text']}", err=True)
    if not answer["accepted"]:
        raise typer.Exit(EXIT_FAILED)
