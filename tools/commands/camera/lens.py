"""`openstage lens`: lens files shown, made from other programs' files and written for them."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stage.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stage.lenses.formats import LensFormat
    from stage.model.lens_file import LensFile

lens_app = typer.Typer(no_args_is_help=True, help="Lens files: show, import, export; learn an encoder's ends.")
AsJson = Annotated[bool, typer.Option("--json", help="Print it as JSON.")]
FormatOption = Annotated[
    str | None, typer.Option("--format", help="unreal, opencv or opentrackio; unset: by the file.")
]


@lens_app.command()
def show(
    lens: Annotated[
        str, typer.Argument(help="A lens file or a bundled lens by name, or a stage: its cameras' lenses.")
    ],
    as_json: AsJson = False,
) -> None:
    """Print a lens: focal length, angle of view, focus, entrance pupil; overscan for distortion, apart from the margin.

    The overscan is what the picture needs more because the lens distorts. The margin and the feather are the look's:
    they hide latency, and come on top.

    Example: openstage lens show example-zoom
    """
    from tools.commands.camera.lens_table import shown_lenses

    found = shown_lenses(lens)
    if as_json:
        print(json.dumps([one.document() for one in found], indent=2))
    else:
        print("\n\n".join(one.text() for one in found))


@lens_app.command("import")
def import_lens(
    files: Annotated[
        list[Path], typer.Argument(help="A .ulens, OpenCV's YAML or JSON (a file a position), OpenTrackIO.")
    ],
    out: Annotated[Path | None, typer.Option(help="Write the lens file here; unset: print it.")] = None,
    form: FormatOption = None,
    name: Annotated[str | None, typer.Option(help="Name of the lens; unset: the file's own.")] = None,
    sensor: Annotated[
        str | None, typer.Option(help="WIDTHxHEIGHT in mm, such as 36x20.25, where the file does not say it.")
    ] = None,
    at: Annotated[
        list[str] | None, typer.Option(help="Where on the lens, repeatable: zoom_raw=0, focus_m=2.5. OpenCV only.")
    ] = None,
    tangential_per_f2: Annotated[
        bool,
        typer.Option(help="OpenTrackIO: p1 and p2 were divided by the focal length's square, as an early note had it."),
    ] = False,
    force: Annotated[bool, typer.Option(help="Replace the file that is there.")] = False,
) -> None:
    """Make a lens file from Unreal's, OpenCV's or OpenTrackIO's.

    Example: openstage lens import my-zoom.ulens --out lenses/my-zoom.toml
    """
    from stage.lenses.formats import Given, read_foreign
    from stage.lenses.written import toml_text

    given = Given(_sensor(sensor), _places(at or []), tangential_per_f2)
    made = read_foreign(files, _format(form), given)
    file = made.file if name is None else _renamed(made.file.model_dump(by_alias=True), name)
    text = toml_text(file)
    for note in made.notes:
        print(f"note: {note}", file=sys.stderr)
    if out is None:
        print(text, end="")
        return
    if out.exists() and not force:
        raise InputError(str(out), "", "is there already", "Give another name, or --force")
    _write(out, text)
    from tools.commands.camera.lens_table import lint_lines

    print(f"{out}: {len(file.rows)} point(s)")
    for line in lint_lines(out):
        print(line)


@lens_app.command()
def export(
    lens: Annotated[str, typer.Argument(help="A lens file, or a bundled lens by name.")],
    to: Annotated[Path, typer.Option(help="FILE.ulens, .yaml, .json or .jsonl; OpenCV gets a file a position.")],
    form: FormatOption = None,
) -> None:
    """Write a lens file for Unreal, OpenCV or OpenTrackIO.

    Example: openstage lens export example-zoom --to example-zoom.ulens
    """
    from stage.files.loading import find_lens, load_lens
    from stage.lenses.formats import recognised, write_foreign

    file, points = load_lens(find_lens(lens))
    paths, notes = write_foreign(file, points.points, _format(form) or recognised(to), to)
    for path in paths:
        print(path)
    for note in notes:
        print(f"note: {note}", file=sys.stderr)


def _format(text: str | None) -> LensFormat | None:
    from stage.lenses.formats import LensFormat

    if text is None:
        return None
    try:
        return LensFormat(text)
    except ValueError:
        raise InputError("--format", text, "is not known", f"Choose {', '.join(LensFormat)}") from None


def _sensor(text: str | None) -> tuple[float, float] | None:
    if text is None:
        return None
    try:
        width, height = (float(side) for side in text.lower().split("x"))
        if not (0 < width <= 1000 and 0 < height <= 1000):
            raise ValueError
    except ValueError:
        raise InputError("--sensor", text, "is not WIDTHxHEIGHT", "Write millimetres, such as 36x20.25") from None
    return width, height


def _places(given: list[str]) -> Mapping[str, float]:
    places: dict[str, float] = {}
    for each in given:
        key, _, value = each.partition("=")
        try:
            places[key.strip()] = float(value)
        except ValueError:
            raise InputError("--at", each, "is not KEY=NUMBER", "Write it as zoom_raw=1200 or focus_m=2.5") from None
    return places


def _renamed(document: dict[str, object], name: str) -> LensFile:
    from pydantic import ValidationError

    from stage.model.lens_file import LensFile

    try:
        return LensFile.model_validate(document | {"name": name})
    except ValidationError as error:
        raise InputError("--name", name, "cannot be a name", "Use letters, digits, dots, dashes") from error


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(str(path), "", f"cannot be written: {error.strerror}", "Check the folder") from error
