"""`openstage preset`: save, compare and keep the presets of the running stage."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote, urlencode

import typer

from stage.errors import EXIT_FAILED, InputError
from tools.commands.surroundings import Surroundings

preset_app = typer.Typer(
    help="Save, compare and keep the presets of the running stage.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)

RunDir = Annotated[Path | None, typer.Option(help="The stage's run directory; unset: the one that runs.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print it as JSON.")]
Preset = Annotated[str, typer.Argument(help="A preset by name.")]


@preset_app.command("list")
def list_presets(context: typer.Context, run_dir: RunDir = None, as_json: AsJson = False) -> None:
    """List all presets in the operator's order, and which are your own, locked or broken.

    Example: openstage preset list
    """
    presets = _ask(context, run_dir, "")
    if as_json:
        print(json.dumps(presets, indent=2))
        return
    for each in presets:
        marks = " ".join(word for word, on in (("own", each["own"]), ("locked", each["locked"])) if on)
        print(f"{each['name']:<24} {each['duration_s']:>5g} s  {marks:<11} {each['problem'] or each['title']}")


@preset_app.command()
def save(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Its name: the file is looks/NAME.toml beside the stage file.")],
    title: Annotated[str | None, typer.Option(help="What the button says.")] = None,
    colour: Annotated[str | None, typer.Option(help="The button's colour, such as #c05a2a.")] = None,
    fade: Annotated[float | None, typer.Option(help="Seconds a recall takes.", min=0, max=600)] = None,
    group: Annotated[list[str] | None, typer.Option(help="A group of values to hold; may be repeated.")] = None,
    over: Annotated[bool, typer.Option(help="Save over the preset of that name.")] = False,
    run_dir: RunDir = None,
    as_json: AsJson = False,
) -> None:
    """Save the look on air, or some groups of it, as a preset. Exit 1 if that is refused.

    Example: openstage preset save storm --title "Storm at sea" --group weather --group sky
    """
    given = {"title": title, "colour": colour, "groups": group}
    body: dict[str, Any] = {key: value for key, value in given.items() if value is not None}
    if fade is not None:
        body["transition"] = {"duration_s": fade}
    known = {each["name"]: each["revision"] for each in _ask(context, run_dir, "")} if over else {}
    if over and name in known and group is None:
        body["groups"] = _ask(context, run_dir, f"/{quote(name, safe='')}")["groups"]
    _send(
        context=context,
        run_dir=run_dir,
        path=f"/{quote(name, safe='')}",
        method="PUT",
        body=body,
        as_json=as_json,
        headers={"If-Match": known.get(name, "*")},
    )


@preset_app.command()
def compare(
    context: typer.Context,
    preset: Preset,
    other: Annotated[str, typer.Argument(help="Another preset, or `air`: what is on air.")] = "air",
    run_dir: RunDir = None,
    as_json: AsJson = False,
) -> None:
    """List every value in which two presets differ.

    Example: openstage preset compare dusk air
    """
    rows = _ask(context, run_dir, f"/{quote(preset, safe='')}/compare/{quote(other, safe='')}")
    if isinstance(rows, dict):
        typer.echo(f"refused: {rows['text']}", err=True)
        raise typer.Exit(EXIT_FAILED)
    if as_json:
        print(json.dumps(rows, indent=2))
        return
    for row in rows:
        print(f"{row['path']:<32} {_shown(row['a']):>20} {_shown(row['b']):>20} {row['unit']}".rstrip())
    if not rows:
        print("there is no difference")


@preset_app.command()
def picture(
    context: typer.Context,
    preset: Annotated[str, typer.Argument(help="A preset by name, or `air`: what is on air.")],
    out: Annotated[Path, typer.Option(help="The JPEG file that is written.")],
    scene: Annotated[str | None, typer.Option(help="Another set instead of the one on air.")] = None,
    width: Annotated[int, typer.Option(help="Pixels.", min=96, max=640)] = 320,
    run_dir: RunDir = None,
) -> None:
    """Draw how a preset would look over what is on air; nothing goes to air. Exit 1 if it cannot be drawn.

    Example: openstage preset picture dusk --out dusk.jpg
    """
    from stage.clock import MonotonicClock
    from tools.live.running import picture as drawn

    query = urlencode({"width": width, **({"scene": scene} if scene else {})})
    still = drawn(_console(context, run_dir), f"/api/stills/{quote(preset, safe='')}.jpg?{query}", MonotonicClock())
    if isinstance(still, str):
        typer.echo(f"refused: {still}", err=True)
        raise typer.Exit(EXIT_FAILED)
    try:
        out.write_bytes(still)
    except OSError as error:
        raise InputError(str(out), "", f"cannot be written: {error.strerror}", "Give another --out") from error
    print(out)


@preset_app.command()
def rename(
    context: typer.Context,
    preset: Preset,
    to: Annotated[str, typer.Argument(help="Its new name.")],
    run_dir: RunDir = None,
    as_json: AsJson = False,
) -> None:
    """Rename a preset of your own.

    Example: openstage preset rename storm gale
    """
    _send(context, run_dir, f"/{quote(preset, safe='')}/rename", "POST", {"to": to}, as_json)


@preset_app.command()
def lock(
    context: typer.Context,
    preset: Preset,
    off: Annotated[bool, typer.Option("--off", help="Unlock it.")] = False,
    run_dir: RunDir = None,
    as_json: AsJson = False,
) -> None:
    """Lock a preset, so that nobody changes it by mistake.

    Example: openstage preset lock storm
    """
    _send(context, run_dir, f"/{quote(preset, safe='')}/lock", "POST", {"on": not off}, as_json)


@preset_app.command()
def order(
    context: typer.Context,
    presets: Annotated[list[str], typer.Argument(help="Presets, first to last; the others follow by name.")],
    run_dir: RunDir = None,
    as_json: AsJson = False,
) -> None:
    """Set the order of the presets on the page, and so of the keys 1 to 9.

    Example: openstage preset order noon dusk night
    """
    _send(context, run_dir, "/order", "POST", {"names": presets}, as_json)


@preset_app.command()
def delete(context: typer.Context, preset: Preset, run_dir: RunDir = None, as_json: AsJson = False) -> None:
    """Put a preset of your own into the trash; `restore` brings it back.

    Example: openstage preset delete storm
    """
    _send(context, run_dir, f"/{quote(preset, safe='')}", "DELETE", None, as_json)


@preset_app.command()
def restore(context: typer.Context, preset: Preset, run_dir: RunDir = None, as_json: AsJson = False) -> None:
    """Bring back a preset that was deleted.

    Example: openstage preset restore storm
    """
    _send(context, run_dir, f"/{quote(preset, safe='')}/restore", "POST", {}, as_json)


def _shown(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else "-" if value is None else str(value)


def _ask(context: typer.Context, run_dir: Path | None, path: str) -> Any:
    from tools.live.running import ask

    return ask(_console(context, run_dir), f"/api/presets{path}")


def _send(
    context: typer.Context,
    run_dir: Path | None,
    path: str,
    method: str,
    body: dict[str, Any] | None,
    as_json: bool,
    headers: dict[str, str] | None = None,
) -> None:
    from tools.live.running import send

    answer = send(_console(context, run_dir), method, f"/api/presets{path}", body, headers or {})
    if as_json:
        print(json.dumps(answer, indent=2))
    elif answer.get("accepted"):
        print(answer["text"])
    else:
        typer.echo(f"refused: {answer.get('text') or _problems(answer.get('detail', ()))}", err=True)
    if not answer.get("accepted"):
        raise typer.Exit(EXIT_FAILED)


def _problems(details: Sequence[dict[str, Any]]) -> str:
    """What the API found wrong with the values themselves."""
    return "; ".join(f"{'.'.join(map(str, each['loc'][1:]))}: {each['msg']}" for each in details)


def _console(context: typer.Context, run_dir: Path | None) -> str:
    from tools.live.running import console_of

    surroundings: Surroundings = context.obj
    return console_of(run_dir, surroundings.run_base)
