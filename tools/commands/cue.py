"""`openstage cue` and `openstage show`: step through a shooting day, check its file, import a screenplay."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from stage.errors import EXIT_FAILED, InputError
from stage.names import normal
from tools.commands.look import AsJson, RunDir, console_address, give

if TYPE_CHECKING:
    from stage.library.show_store import ShowStore

cue_app = typer.Typer(
    help="Step through the cue list of the running stage.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
show_app = typer.Typer(
    help="Show files: the scenes and cues of a shooting day.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Fade = Annotated[
    float | None, typer.Option(help="Seconds of the fade; unset: as long as the cue says.", min=0, max=600)
]
WhenReady = Annotated[bool, typer.Option("--when-ready", help="Wait until the set is ready, then go.")]


@cue_app.command("list")
def list_cues(context: typer.Context, run_dir: RunDir = None, as_json: AsJson = False) -> None:
    """List the cues of the show that is loaded; `>` marks the one on air.

    Example: openstage cue list
    """
    from tools.live.running import ask

    cues = ask(console_address(context, run_dir), "/api/state").get("cues/") or {}
    if as_json:
        print(json.dumps(cues, indent=2))
        return
    print(cues.get("problem") or cues.get("title") or "no cue list is loaded: openstage cue load NAME")
    for cue in cues.get("cues", ()):
        mark = ">" if cue["id"] == cues["current"] else " "
        what = f"{cue['set'] or '-':<16} {cue['preset'] or '-':<16}"
        print(f"{mark} {cue['id']:<10} {what} {'done  ' if cue['done'] else '      '}{cue['problem'] or cue['title']}")


@cue_app.command()
def load(
    context: typer.Context,
    show: Annotated[str, typer.Argument(help="A show by name; '' closes the list.")],
    run_dir: RunDir = None,
    as_json: AsJson = False,
) -> None:
    """Load a show's cue list; the picture does not change.

    Example: openstage cue load demo-day
    """
    give(context, run_dir, "cue.load", {"cue_list": show}, as_json)


@cue_app.command("next")
def next_cue(
    context: typer.Context,
    fade: Fade = None,
    when_ready: WhenReady = False,
    run_dir: RunDir = None,
    as_json: AsJson = False,
) -> None:
    """Go to the next cue: its set and its look change on one frame.

    Example: openstage cue next
    """
    _fire(context, run_dir, {"step": "next"}, fade, when_ready, as_json)


@cue_app.command()
def previous(
    context: typer.Context,
    fade: Fade = None,
    when_ready: WhenReady = False,
    run_dir: RunDir = None,
    as_json: AsJson = False,
) -> None:
    """Go back to the previous cue.

    Example: openstage cue previous --fade 0
    """
    _fire(context, run_dir, {"step": "previous"}, fade, when_ready, as_json)


@cue_app.command()
def go(
    context: typer.Context,
    cue: Annotated[str, typer.Argument(help="A cue by its id.")],
    fade: Fade = None,
    when_ready: WhenReady = False,
    run_dir: RunDir = None,
    as_json: AsJson = False,
) -> None:
    """Jump to a cue.

    Example: openstage cue go 2B --when-ready
    """
    _fire(context, run_dir, {"cue": cue}, fade, when_ready, as_json)


@show_app.command("list")
def list_shows(context: typer.Context, run_dir: RunDir = None, as_json: AsJson = False) -> None:
    """List the shows that the running stage can load.

    Example: openstage show list
    """
    from tools.live.running import ask

    shows = ask(console_address(context, run_dir), "/api/shows")
    if as_json:
        print(json.dumps(shows, indent=2))
        return
    for each in shows:
        print(f"{each['name']:<24} {each['cues']:>4} cues  {each['problem'] or each['title']}")


@show_app.command()
def check(
    show: Annotated[str, typer.Argument(help="A show file, or a bundled show by name.")],
    as_json: AsJson = False,
) -> None:
    """Say everything that is wrong with a show file, or else, cue by cue, what is missing. Exit 1 if anything is.

    Example: openstage show check demo-day
    """
    from dataclasses import asdict

    from stage.library.show_store import ShowStore

    store, name = (store_of(show), normal(Path(show).stem)) if show.endswith(".toml") else (ShowStore(Path()), show)
    if problems := store.read(name).problems:
        print(json.dumps({"name": name, "problems": problems}, indent=2) if as_json else "\n".join(problems))
        raise typer.Exit(EXIT_FAILED)
    cues = store.cue_list(name, None)
    if as_json:
        print(json.dumps(asdict(cues), indent=2))
    else:
        for cue in cues.cues:
            print(f"{cue.id:<10} {cue.set or '-':<16} {cue.preset or '-':<16} {cue.problem or 'good'}")
    if any(cue.problem for cue in cues.cues):
        raise typer.Exit(EXIT_FAILED)


@show_app.command("import")
def bring_in(
    script: Annotated[
        Path, typer.Argument(help="A screenplay: Fountain, plain text, Final Draft's .fdx, Word, Highland, PDF.")
    ],
    out: Annotated[Path, typer.Option(help="The show file to write: shows/NAME.toml beside the stage file.")],
    encoding: Annotated[str | None, typer.Option(help="Of a text: gb18030, big5, cp1252; unset: as it looks.")] = None,
) -> None:
    """Turn a screenplay into a show: a look and a set are proposed for each scene heading.

    Example: openstage show import tests/data/shows/tea.fountain --out shows/tea.toml
    """
    from stage.library.kept_file import NEW
    from stage.library.screenplay.reading import read_screenplay
    from stage.library.show_proposal import proposed_show

    try:
        data = script.read_bytes()
    except OSError as error:
        raise InputError(str(script), "", f"cannot be read: {error.strerror}", "Check the path") from error
    store = store_of(str(out))
    name = normal(out.stem)
    read = read_screenplay(data, script.name, encoding)
    show = proposed_show(name, read.scenes, out.resolve().parent.parent, read.title)
    store.save(name, {key: value for key, value in show.items() if key not in ("schema", "name")}, NEW)
    for scene in show["scenes"]:
        found = f"{scene.get('set', '-'):<16} {scene.get('preset', '-'):<16}"
        print(f"{scene['number']:<8} {found} {scene['heading']}")
    for note in read.notes:
        print(f"note: {note}")
    print(f"written: {out}: {len(show['scenes'])} scenes")


def store_of(path: str) -> ShowStore:
    """The store whose own shows lie where the file does. Raises InputError where that is no folder `shows`."""
    from stage.library.show_store import FOLDER, ShowStore

    file = Path(path)
    if file.suffix != ".toml" or file.resolve().parent.name != FOLDER:
        raise InputError(
            path, "", "is not a show file", f"Shows lie in {FOLDER}/ beside the stage file: {FOLDER}/NAME.toml"
        )
    return ShowStore(file.resolve().parent.parent)


def _fire(
    context: typer.Context,
    run_dir: Path | None,
    which: dict[str, str],
    fade: float | None,
    when_ready: bool,
    as_json: bool,
) -> None:
    more: dict[str, Any] = {} if fade is None else {"fade_s": fade}
    give(context, run_dir, "cue.fire", {**which, **more, "when_ready": when_ready}, as_json)
