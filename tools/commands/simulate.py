"""`openstage simulate`: devices that are not there, simulated at the wire."""

from __future__ import annotations

import json
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from stage.errors import InputError
from tools.commands.tracking.motion_options import Format, FrameRate, TimeUnit, Unit, UsdCamera, said_of

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from typing import TextIO

    from stage.clock import Clock
    from stage.motions.kinds import Said
    from tools.sim.faults import Faults
    from tools.sim.sender import Address
    from tools.sim.tracker import TrackerSettings

simulate_app = typer.Typer(
    help="Simulate devices at the wire, as if they were there.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)

DEFAULT_RATE = "60"
DEFAULT_PROTOCOL = "freed"

Motion = Annotated[
    str, typer.Option(help="survey, still, dolly, crane, handheld, whip-pan, or a recorded motion's file.")
]
Rate = Annotated[
    str | None,
    typer.Option(
        "--rate", "--rate-hz", help=f"Packets per second, 24000/1001 too; {DEFAULT_RATE} unless a stage says otherwise."
    ),
]
To = Annotated[
    str | None,
    typer.Option(help="HOST:PORT of the receiver; this machine and the protocol's port unless a stage says otherwise."),
]
Protocol = Annotated[
    str | None, typer.Option(help="freed, opentrackio, osc or psn; freed unless a stage says otherwise.")
]
Kind = Annotated[str | None, typer.Option(help="FreeD vendor or OSC preset: sony, vrchat and others.")]
StageOption = Annotated[
    str | None, typer.Option(help="Be the tracker of this stage: address, rate, axes, rig and lens from its file.")
]
SourceOption = Annotated[str | None, typer.Option(help="Which source of --stage; the first unless given.")]
CameraId = Annotated[
    int | None,
    typer.Option(
        help="FreeD camera id, or the number in another protocol; 1 unless a stage says otherwise.", min=0, max=65_535
    ),
]
Encoder = Annotated[int | None, typer.Option(help="Raw encoder value.", min=0, max=0xFFFFFF)]
Seed = Annotated[int, typer.Option(help="Same seed, same packets.", min=0)]
Noise = Annotated[bool, typer.Option(help="Noise of a good tracker: 0.1 mm, 0.005 degrees.")]
Phase = Annotated[
    float, typer.Option(help="Genlock: leave this long after the frame clock's tick.", min=-60_000, max=60_000)
]
Latency = Annotated[float, typer.Option(help="The device's own delay: how old its poses are.", min=0, max=60_000)]
Loss = Annotated[float, typer.Option(help="Share of the datagrams that never arrive.", min=0, max=1)]
Jitter = Annotated[float, typer.Option(help="Datagrams arrive up to this late.", min=0, max=60_000)]
Reorder = Annotated[float, typer.Option(help="Share that changes places with the next.", min=0, max=1)]
Duplicate = Annotated[float, typer.Option(help="Share that arrives twice.", min=0, max=1)]
Corrupt = Annotated[float, typer.Option(help="Share with one wrong bit.", min=0, max=1)]
Seconds = Annotated[float | None, typer.Option(help="End after this long; unset: at Ctrl-C.", min=0, max=10_000_000)]
Epoch = Annotated[
    int | None, typer.Option(help="When the motion begins, CLOCK_MONOTONIC nanoseconds; now unless given.", min=0)
]
Truth = Annotated[Path | None, typer.Option(help="Write the true poses, JSON lines, one per packet.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print what was sent as JSON at the end.")]


@simulate_app.callback()
def simulate() -> None:
    """Simulate devices at the wire, as if they were there."""


@simulate_app.command()
def tracker(
    motion: Motion = "handheld",
    rate: Rate = None,
    to: To = None,
    protocol: Protocol = None,
    kind: Kind = None,
    stage: StageOption = None,
    source: SourceOption = None,
    camera_id: CameraId = None,
    zoom: Encoder = None,
    focus: Encoder = None,
    seed: Seed = 0,
    noise: Noise = True,
    phase_ms: Phase = 0.0,
    latency_ms: Latency = 0.0,
    loss: Loss = 0.0,
    jitter_ms: Jitter = 0.0,
    reorder: Reorder = 0.0,
    duplicate: Duplicate = 0.0,
    corrupt: Corrupt = 0.0,
    seconds: Seconds = None,
    epoch_ns: Epoch = None,
    truth: Truth = None,
    format: Format = None,
    unit: Unit = None,
    time_unit: TimeUnit = None,
    frame_rate: FrameRate = None,
    usd_camera: UsdCamera = None,
    as_json: AsJson = False,
) -> None:
    """Send the packets of a moving camera's tracker over UDP.

    Example: openstage simulate tracker --motion dolly --rate 60 --to 127.0.0.1:40000 --seconds 10

    A recorded motion (TUM, EuRoC CSV, Nuke .chan, USD camera, COLMAP) is set up so that its first pose looks as the
    camera does at home, and the mean of its path is the camera's home.
    """
    from dataclasses import replace

    from stage.clock import MonotonicClock
    from tools.commands.tracking.simulated import address_of, announcement, summary
    from tools.sim.faults import Faults
    from tools.sim.motion import RecordedMotion
    from tools.sim.receivers import receiver_of

    clock, faults = MonotonicClock(), Faults(loss, jitter_ms, reorder, duplicate, corrupt)
    said = said_of(format, unit, time_unit, frame_rate, usd_camera)
    base = _settings(stage, source, (motion, said), seed, rate, (protocol, kind, camera_id))
    settings = replace(base, phase_ms=phase_ms, captured_ms_before=latency_ms, **_told(camera_id, zoom, focus, noise))
    settings = replace(settings, epoch_ns=clock.now_ns() if epoch_ns is None else epoch_ns)
    address = receiver_of(settings.source) if to is None else address_of(to)
    for note in settings.motion.notes if isinstance(settings.motion, RecordedMotion) else ():
        print(f"{motion}: {note}", file=sys.stderr)
    if not as_json:
        print(announcement(settings, motion, address, seconds), file=sys.stderr, flush=True)
    sent = _run((settings, motion, address), clock, faults, seconds, truth, late=epoch_ns is not None)
    if as_json:
        print(json.dumps(summary(settings, motion, address, faults, sent), indent=2))


def _run(
    what: tuple[TrackerSettings, str, Address],
    clock: Clock,
    faults: Faults,
    seconds: float | None,
    truth: Path | None,
    *,
    late: bool,
) -> int:
    """Send a tracker's packets, its motion of that name, to an address until the time is over or a signal comes; how
    many datagrams left. `late`: without those that were due before now."""
    settings, motion, address = what
    from tools.live.stop_on_signals import StopOnSignals
    from tools.sim.sender import run
    from tools.sim.tracker import SimulatedTracker

    with StopOnSignals() as stopping, _opened(truth) as file:
        return run(
            SimulatedTracker(settings),
            address,
            clock,
            seconds=seconds,
            faults=faults,
            truth=file,
            motion_name=motion,
            stopping=stopping,
            late=late,
        )


def _told(camera_id: int | None, zoom: int | None, focus: int | None, noise: bool) -> dict[str, Any]:
    """The settings that the user gave; the others stay the stage's."""
    told = {"camera_id": camera_id, "zoom_raw": zoom, "focus_raw": focus}
    quiet = {} if noise else {"noise_mm": 0.0, "noise_deg": 0.0}
    return {**{name: value for name, value in told.items() if value is not None}, **quiet}


def _settings(
    stage_name: str | None,
    source_name: str | None,
    motion: tuple[str, Said],
    seed: int,
    rate: str | None,
    device: tuple[str | None, str | None, int | None],
) -> TrackerSettings:
    """What the stage says of its tracker, or a tracker without a stage: a `device` of this protocol, kind and number;
    the rate as given."""
    from dataclasses import replace

    from tools.commands.tracking.simulated import rate_of, source_named
    from tools.sim.motion import motion_named
    from tools.sim.receivers import bare_source, kind_of
    from tools.sim.tracker import TrackerSettings, settings_for_source

    protocol, kind, number = device
    if stage_name is None:
        if source_name is not None:
            raise InputError("--source", source_name, "means nothing without --stage", "Give --stage STAGE as well")
        of = bare_source(protocol or DEFAULT_PROTOCOL, kind, 1 if number is None else number)
        settings = TrackerSettings(motion=motion_named(motion[0], seed=seed, said=motion[1]), seed=seed, source=of)
    else:
        from stage.files.loading import find_stage, load_stage

        model = load_stage(find_stage(stage_name))
        of = source_named(model, source_name)
        for option, given, own in (("--protocol", protocol, of.protocol), ("--kind", kind, kind_of(of))):
            if given not in (None, own):
                raise InputError(option, str(given), f"is {own} in the stage file", "Leave it out, or --stage")
        if number is not None:
            bare_source(of.protocol, None, number)  # only to check it
        settings = settings_for_source(model, of, motion[0], seed, motion[1])
    return settings if rate is None else replace(settings, rate_hz=rate_of(rate))


def _opened(truth: Path | None) -> AbstractContextManager[TextIO | None]:
    if truth is None:
        return nullcontext()
    try:
        return truth.open("w", encoding="utf-8")
    except OSError as error:
        raise InputError("--truth", str(truth), f"cannot be written: {error.strerror}", "Check the folder") from error


@simulate_app.command()
def lights(
    stage: Annotated[
        str | None, typer.Option(help="The lamps of this stage: universes and names from its file.")
    ] = None,
    host: Annotated[str, typer.Option(help="The address it listens on.")] = "127.0.0.1",
    port: Annotated[int | None, typer.Option(help="UDP port; unset: the protocol's.", min=1, max=65_535)] = None,
    universe: Annotated[
        list[int] | None, typer.Option(help="sACN group to join with --interface, repeatable.", min=1, max=63_999)
    ] = None,
    interface: Annotated[str, typer.Option(help="Hear multicast on this network card; with --host 0.0.0.0.")] = "",
    seconds: Annotated[
        float | None, typer.Option(help="End after this long; unset: at Ctrl-C.", min=0, max=10_000_000)
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print only what arrived, as JSON, at the end.")] = False,
) -> None:
    """Be a lighting node at the wire: print what sACN or Art-Net tells its lamps.

    Example: openstage simulate lights --stage my-stage.toml --seconds 10
    """
    from tools.commands.lights import listen

    listen(
        stage=stage,
        host=host,
        port=port,
        universes=universe or [],
        interface=interface,
        seconds=seconds,
        as_json=as_json,
    )
