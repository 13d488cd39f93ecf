"""`openstage tracker listen`: what arrives on a port, and the `[[sources]]` block that reads it."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from stage.errors import EXIT_FAILED, InputError
from tools.commands.surroundings import Surroundings

if TYPE_CHECKING:
    from tools.live.tracker_ears import Ears
    from tracking.listening.streams import Listening, Stream, StreamFindings

tracker_app = typer.Typer(
    help="Set trackers up.", no_args_is_help=True, context_settings={"help_option_names": ["-h", "--help"]}
)


@tracker_app.callback()
def tracker() -> None:
    """Set trackers up."""


@tracker_app.command()
def listen(
    context: typer.Context,
    port: Annotated[int, typer.Argument(help="UDP port that the tracker sends to.", min=1, max=65_535)],
    host: Annotated[str, typer.Option(help="Address of this machine; 0.0.0.0: all its networks.")] = "0.0.0.0",
    group: Annotated[str | None, typer.Option(help="Multicast group to join; --host is then the network card.")] = None,
    seconds: Annotated[float, typer.Option(help="How long to listen first.", min=0.2, max=3600)] = 5.0,
    moves: Annotated[
        bool | None, typer.Option(help="Ask for moves, to find axes and signs; unset: where somebody sits here.")
    ] = None,
    stream: Annotated[int, typer.Option(help="Which of what arrives, from 1: the busiest.", min=1)] = 1,
    name: Annotated[str, typer.Option(help="Name of the source in the block.")] = "tracker",
    run_dir: Annotated[Path | None, typer.Option(help="The running stage's run directory; unset: the one.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
    steered: Annotated[
        bool, typer.Option(help="For a program: orders on standard input, what is heard as lines of JSON.")
    ] = False,
) -> None:
    """Say what arrives on a port: from whom, in which protocol, with which ids, rate, checksum, encoders.

    Then, asked for move by move (Enter after each), find the axes and signs and print the block for the stage file.
    Works while the stage runs: what its tracking process hears is taken then. Exit 1 where nothing usable arrives.

    Example: openstage tracker listen 40000
    """
    surroundings: Surroundings = context.obj
    from tools.live.tracker_moves import Answers, Asking, collect
    from tracking.listening.streams import Listening

    asks = sys.stdin.isatty() and not as_json if moves is None else moves
    ears = _ears(port, (host, group), run_dir, surroundings.run_base)
    listening = Listening(port)
    try:
        if steered:
            _steered(ears, listening, (host, port, group), name)
            return
        if not as_json:
            print(f"listening on {ears.where} for {seconds:g} s", file=sys.stderr, flush=True)
        collect(ears, listening, seconds)
        if not listening.streams:
            _nothing(listening, as_json)
            raise typer.Exit(EXIT_FAILED)
        chosen, findings = _chosen(listening, stream)
        if not as_json:
            _print_findings(listening)
        outcome = None
        if asks:
            outcome = Asking((ears, listening), chosen, sys.stderr, Answers(sys.stdin.fileno())).outcome()
        _print_block(listening, (chosen, findings), (host, port, group), outcome, name, as_json)
    finally:
        ears.close()


def _steered(ears: Ears, listening: Listening, where: tuple[str, int, str | None], name: str) -> None:
    from stage.clock import MonotonicClock
    from tools.live.tracker_moves import Answers
    from tools.live.tracker_steered import Steered, run_steered

    orders = Answers(sys.stdin.fileno())
    run_steered(ears, Steered(listening, where, name), listening, orders, sys.stdout, MonotonicClock())


def _ears(port: int, where: tuple[str, str | None], run_dir: Path | None, base: Path) -> Ears:
    """The port itself; where it is in use, the running stage that has it."""
    from stage.clock import MonotonicClock
    from tools.live.running import running_stage_of
    from tools.live.tracker_ears import PortEars, StageEars
    from tracking.receiver import Ear

    try:
        return PortEars(Ear(where[0], port, where[1]), MonotonicClock())
    except InputError as error:
        running = running_stage_of(run_dir, base) if "in use" in error.problem else None
        if running is None:
            raise
        return StageEars(Path(running.run_dir), Path(running.stage), port)


def _chosen(listening: Listening, number: int) -> tuple[Stream, StreamFindings]:
    findings = listening.findings()
    if number > len(findings):
        raise InputError("--stream", str(number), f"only {len(findings)} arrive", "Give one of the list, from 1")
    found = findings[number - 1]
    return listening.streams[found.sender, found.protocol, found.id], found


def _nothing(listening: Listening, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"streams": [], "unknown": _unknown(listening)}, indent=2))
        return
    print("nothing arrives that is a tracker's" if listening.unknown else "nothing arrives")
    for each in _unknown(listening):
        print(f"  {each['packets']} packets from {each['sender']} of no known protocol: {each['begins']}")
    print("  Check the address and the port at the tracker, its cable, and this machine's firewall")


def _print_findings(listening: Listening) -> None:
    from tracking.listening.words import title_of, told_of, unknown_of

    for number, found in enumerate(listening.findings(), start=1):
        print(f"{number}. {title_of(found)}")
        for line in (*told_of(found), *found.notes):
            print(f"     {line}")
    for line in unknown_of(listening):
        print(f"   {line}")


def _unknown(listening: Listening) -> list[dict[str, Any]]:
    return [
        {"sender": sender, "begins": begins, "packets": count}
        for (sender, begins), count in listening.unknown.most_common()
    ]


def _print_block(
    listening: Listening,
    chosen: tuple[Stream, StreamFindings],
    where: tuple[str, int, str | None],
    outcome: Any,
    name: str,
    as_json: bool,
) -> None:
    from tracking.listening.block import block_of, settings_of

    settings = settings_of(*chosen, where, {} if outcome is None else outcome.settings, name)
    block = block_of(settings)
    if as_json:
        document = {
            "streams": [asdict(each) for each in listening.findings()],
            "unknown": _unknown(listening),
            "moves": None if outcome is None else asdict(outcome),
            "settings": settings,
            "block": block,
        }
        print(json.dumps(document, indent=2))
        return
    for line in () if outcome is None else outcome.seen:
        print(f"  {line}")
    for line in () if outcome is None else outcome.problems:
        print(f"  ! {line}")
    print()
    print(block, end="")
    if outcome is None:
        print("# axes and signs are not known yet: call it with --moves")
