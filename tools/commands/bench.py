"""`openstage bench`: the figures of performance, each by a command anyone can run with other input."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import Annotated

import typer

from stage.errors import EXIT_FAILED
from tools.bench.table import print_table
from tools.commands.tracking.motion_options import Format, FrameRate, TimeUnit, Unit, UsdCamera, said_of

bench_app = typer.Typer(
    help="Measure performance; figures for people, or --json for machines.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)

AsJson = Annotated[bool, typer.Option("--json", help="Print it as JSON.")]
StageName = Annotated[str, typer.Option(help="A stage file, or a bundled stage by name.")]


@bench_app.command()
def prediction(
    motion: Annotated[Path, typer.Option(help="A recorded motion: TUM, EuRoC CSV, .chan, USD, COLMAP.")],
    rate_hz: Annotated[float, typer.Option(help="Tracker samples per second.", min=1, max=10_000)] = 120.0,
    horizon_ms: Annotated[float, typer.Option(help="How far ahead is predicted.", min=0, max=10_000)] = 100.0,
    format: Format = None,
    unit: Unit = None,
    time_unit: TimeUnit = None,
    frame_rate: FrameRate = None,
    usd_camera: UsdCamera = None,
    as_json: AsJson = False,
) -> None:
    """Compare predicting a camera's motion with holding its last sample, and measure the jitter of a still camera.

    Example: openstage bench prediction --motion shot.tum --rate-hz 120 --horizon-ms 100
    """
    from tools.bench.prediction import prediction_figures

    said = said_of(format, unit, time_unit, frame_rate, usd_camera)
    show_figures(prediction_figures(motion, rate_hz, horizon_ms, said), as_json)


@bench_app.command()
def ingest(
    sources: Annotated[int, typer.Option(help="Trackers that send at once.", min=1, max=64)] = 8,
    rate_hz: Annotated[int, typer.Option(help="Packets per second of each.", min=1, max=2000)] = 240,
    seconds: Annotated[float, typer.Option(help="How long they send.", min=1, max=86_400)] = 30.0,
    malformed: Annotated[bool, typer.Option(help="Also send datagrams that are not packets.")] = True,
    junk_hz: Annotated[
        int, typer.Option(help="Flood the ports with so many datagrams a second that are no packets.", min=0, max=10**6)
    ] = 0,
    as_json: AsJson = False,
) -> None:
    """Send packets over UDP and count the samples that come out: lost, wrong, refused. Exit 1 if not all are good.

    Example: openstage bench ingest --sources 8 --rate-hz 240 --seconds 30
    """
    from tools.bench.ingest.ingest import ingest_figures

    figures = ingest_figures(sources, rate_hz, seconds, malformed, junk_hz)
    show_figures(figures, as_json)
    if not figures["good"]:
        raise typer.Exit(EXIT_FAILED)


@bench_app.command()
def latency(
    stage: StageName = "two-walls",
    rate: Annotated[list[str] | None, typer.Option(help="Frame rate, may be repeated; unset: 24 and 60.")] = None,
    seconds: Annotated[float, typer.Option(help="How long each case is measured.", min=1, max=86_400)] = 8.0,
    as_json: AsJson = False,
) -> None:
    """Time from packet received to frame drawn: tracker genlocked or free-running, drawn or with the null driver.

    Example: openstage bench latency --stage two-walls --rate 24 --seconds 20
    """
    from stage.files.loading import find_stage
    from tools.bench.latency import latency_figures

    show_figures(latency_figures(find_stage(stage), rate or ("24", "60"), seconds), as_json)


@bench_app.command("frame-cpu")
def frame_cpu(
    stage: StageName = "volume",
    rate: Annotated[str, typer.Option(help="Frame rate.")] = "60",
    seconds: Annotated[float, typer.Option(help="How long it is measured.", min=2, max=86_400)] = 10.0,
    as_json: AsJson = False,
) -> None:
    """CPU time per frame of the conductor and the render process at a steady rate, with the null driver.

    Example: openstage bench frame-cpu --stage volume --rate 60
    """
    from stage.files.loading import find_stage
    from tools.bench.frame_cpu import frame_cpu_figures

    show_figures(frame_cpu_figures(find_stage(stage), rate, seconds), as_json)


@bench_app.command()
def drawing(
    stage: Annotated[Path | None, typer.Option(help="A stage file of flat walls; unset: the reference.")] = None,
    seconds: Annotated[float, typer.Option(help="How long each side draws.", min=1, max=86_400)] = 5.0,
    rounds: Annotated[int, typer.Option(help="How many times the sides take turns.", min=1, max=100_000)] = 3,
    peers: Annotated[bool, typer.Option("--peers", help="Beside raylib, Panda3D and bare moderngl instead.")] = False,
    case: Annotated[list[str] | None, typer.Option(help="With --peers: one case; unset: b, c, arc.")] = None,
    peer: Annotated[list[str] | None, typer.Option(help="With --peers: a program; unset: all installed.")] = None,
    frames: Annotated[int, typer.Option(help="With --peers: frames a turn.", min=1, max=100_000)] = 40,
    null_driver: Annotated[bool, typer.Option(help="With --peers: draw nothing, so that the rest is left.")] = False,
    as_json: AsJson = False,
) -> None:
    """Frames per second of the real render process next to a minimal program that draws the same the naive way.

    With --peers: the CPU time of a frame of this product and of other programs that draw the same walls, how many times
    theirs is ours, and how alike the pictures are (dB). They take turns, so other load affects all alike.

    Example: openstage bench drawing --peers --rounds 5
    """
    if peers:
        from tools.bench.peers.figures import peer_figures

        show_figures(peer_figures(case or (), peer or (), rounds, frames, null_driver), as_json)
        return
    from tools.bench.drawing import drawing_figures

    show_figures(drawing_figures(stage, seconds, rounds), as_json)


@bench_app.command()
def layers(
    only: Annotated[list[str] | None, typer.Option(help="One row, may be repeated; unset: all.")] = None,
    width: Annotated[int, typer.Option(help="Pixels across; 16 to 9.", min=64, max=7680)] = 640,
    frames: Annotated[int, typer.Option(help="Frames drawn in each turn.", min=1, max=100_000)] = 10,
    as_json: AsJson = False,
) -> None:
    """What each kind of layer costs a frame, next to a minimal program with the same triangles and pixels.

    Example: openstage bench layers --only meshes --width 1280
    """
    from tools.bench.layers.layers import layer_figures

    show_figures(layer_figures(only or (), (width, width * 9 // 16), frames), as_json)


@bench_app.command()
def picture(as_json: AsJson = False) -> None:
    """Measure how right reflection, sky, colour and encoder are, next to their limits. Exit 1 if one is exceeded.

    Sharpness and shimmer are a stage's: `openstage picture STAGE` measures those.

    Example: openstage bench picture --json
    """
    from tools.bench.picture.picture import picture_figures

    figures = picture_figures()
    groups = {about: {name: one.document() for name, one in rows.items()} for about, rows in figures.items()}
    show_figures(groups, as_json)
    if not all(one.good for rows in figures.values() for one in rows.values()):
        raise typer.Exit(EXIT_FAILED)


@bench_app.command()
def switching(
    stage: StageName = "two-walls",
    scene: Annotated[list[str] | None, typer.Option(help="Sets switched in turn; unset: boxes, marker_board.")] = None,
    recalls: Annotated[int, typer.Option(help="Presets recalled.", min=20, max=100_000)] = 200,
    set_changes: Annotated[int, typer.Option(help="Sets switched in between, evenly spread.", min=2, max=100_000)] = 20,
    coarser: Annotated[
        int,
        typer.Option(
            help="Put LEDs this many times as far apart: for sets that this machine cannot draw in time.",
            min=1,
            max=100,
        ),
    ] = 1,
    null_driver: Annotated[
        bool, typer.Option(help="Draw nothing: what is left is the cost of everything else.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Recall presets and switch sets while the stage runs: mixed frames, late frames, and which frame shows it first.

    Example: openstage bench switching --recalls 1000 --set-changes 50
    """
    from stage.files.loading import find_stage
    from tools.bench.switching.switching import switching_figures

    scenes = scene or ("boxes", "marker_board")
    show_figures(switching_figures(find_stage(stage), scenes, recalls, set_changes, null_driver, coarser), as_json)


@bench_app.command()
def consoles(
    stage: StageName = "two-walls",
    consoles: Annotated[int, typer.Option(help="How many consoles are open at once.", min=2, max=200)] = 20,
    seconds: Annotated[
        float, typer.Option(help="How long it is measured without them, and with them.", min=4, max=86_400)
    ] = 40.0,
    drag_seconds: Annotated[float, typer.Option(help="How long a slider is dragged.", min=1, max=86_400)] = 10.0,
    null_driver: Annotated[bool, typer.Option(help="Draw nothing, so that cores are left for the consoles.")] = False,
    as_json: AsJson = False,
) -> None:
    """Open many consoles: what that costs the walls; drag a slider on one: when the others have its last value.

    Exit 1 if a console has not received it within 200 ms, or more than two batches are queued for one that sleeps.

    Example: openstage bench consoles --consoles 20 --drag-seconds 10
    """
    from stage.files.loading import find_stage
    from tools.bench.consoles import console_figures

    figures = console_figures(find_stage(stage), consoles, seconds, drag_seconds, null_driver)
    show_figures(figures, as_json)
    if not figures["slider"]["good"]:
        raise typer.Exit(EXIT_FAILED)


@bench_app.command()
def lights(
    stage: Annotated[str | None, typer.Option(help="A stage file, or a bundled stage; unset: a small one.")] = None,
    scene: Annotated[str | None, typer.Option(help="Its set; unset: the stage's own.")] = None,
    rate: Annotated[str, typer.Option(help="Frame rate.")] = "24",
    seconds: Annotated[float, typer.Option(help="How long each fade takes.", min=1, max=86_400)] = 3.0,
    as_json: AsJson = False,
) -> None:
    """Measure lamps beside the walls, at the wire: is the right light sent, how often, and how far behind in a fade?

    Example: openstage bench lights --rate 60
    """
    from stage.files.loading import find_stage
    from tools.bench.lights import light_figures

    show_figures(light_figures(find_stage(stage) if stage else None, scene, rate, seconds), as_json)


@bench_app.command()
def start(
    stage: StageName = "two-walls",
    runs: Annotated[int, typer.Option(help="How many times it is measured.", min=1, max=100_000)] = 3,
    as_json: AsJson = False,
) -> None:
    """Time from `openstage run` to the first frame, and from a killed render process or conductor to the next one.

    Example: openstage bench start --runs 5
    """
    from stage.files.loading import find_stage
    from tools.bench.start import start_figures

    show_figures(start_figures(find_stage(stage), runs), as_json)


@bench_app.command()
def strangers(as_json: AsJson = False) -> None:
    """Try all doors of a running stage as a stranger: all must be refused and counted. Exit 1 if any is not.

    Forwarders, foreign hosts and pages, wrong PINs, viewers, ended sessions, datagrams; as root also another user of
    this machine.

    Example: openstage bench strangers
    """
    from tools.bench.strangers.bench import stranger_figures

    figures = stranger_figures()
    show_figures(figures, as_json)
    if not figures["good"]:
        raise typer.Exit(EXIT_FAILED)


def show_figures(figures: object, as_json: bool) -> None:
    """Print figures, as a table or as JSON."""
    document = asdict(figures) if is_dataclass(figures) and not isinstance(figures, type) else figures
    if as_json:
        print(json.dumps(document, indent=2))
    elif isinstance(document, Mapping):
        print_table(document)
