"""`openstage lights`: the lamps that follow the set."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from stage.errors import EXIT_FAILED, InputError
from tools.commands.surroundings import Surroundings

if TYPE_CHECKING:
    from tools.sim.light_receiver import Received

lights_app = typer.Typer(
    help="The lamps that follow the set: see them, find them, leave them to the lighting desk.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)

RunDir = Annotated[Path | None, typer.Option(help="The stage's run directory; unset: the one that runs.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print it as JSON.")]
FixtureName = Annotated[str, typer.Argument(help="A fixture by name.")]


@lights_app.command("list")
def list_lights(context: typer.Context, run_dir: RunDir = None, as_json: AsJson = False) -> None:
    """List every fixture of the running stage, where its light comes from, and who controls the universes.

    Example: openstage lights list
    """
    state = _state(context, run_dir)
    if as_json:
        print(json.dumps(state, indent=2))
        return
    for fixture in state["fixtures"]:
        print(_line(fixture))
    print(_summary(state))


@lights_app.command()
def identify(context: typer.Context, fixture: FixtureName, run_dir: RunDir = None) -> None:
    """Show where a fixture is: full white for two seconds.

    Example: openstage lights identify key
    """
    _give(context, run_dir, "lights.identify", {"fixture": fixture})


@lights_app.command()
def release(context: typer.Context, run_dir: RunDir = None) -> None:
    """Leave all fixtures to the lighting desk: nothing is sent until they are taken back.

    Example: openstage lights release
    """
    _give(context, run_dir, "lights.release", {"on": True})


@lights_app.command()
def take(context: typer.Context, run_dir: RunDir = None) -> None:
    """Take the fixtures back from the desk. A desk that still sends at a higher priority keeps them.

    Example: openstage lights take
    """
    _give(context, run_dir, "lights.release", {"on": False})


@lights_app.command()
def blackout(
    context: typer.Context,
    off: Annotated[bool, typer.Option("--off", help="End the blackout.")] = False,
    run_dir: RunDir = None,
) -> None:
    """Make all fixtures dark; the walls stay as they are.

    Example: openstage lights blackout
    """
    _give(context, run_dir, "look.set", {"values": {"fixtures.blackout": not off}})


@lights_app.command()
def check(
    stage: Annotated[str, typer.Argument(help="A stage file, or a bundled stage by name.")],
    as_json: AsJson = False,
) -> None:
    """Print the patch of a stage file and what is wrong with it; nothing is sent. Exit 1 if anything is wrong.

    Example: openstage lights check my-stage.toml
    """
    from stage.files.finding import Severity
    from stage.files.loading import find_stage, load_stage
    from stage.lint.lint import lint_file

    path = find_stage(stage)
    findings = [finding for finding in lint_file(path) if finding.field.startswith(("fixtures", "lights"))]
    patch: list[dict[str, Any]] = [
        {
            "name": each.name, "kind": each.kind, "universe": each.universe, "address": each.address,
            "last_slot": each.last_slot, "bits": each.bits, "channels": list(each.slots), "peak_lux": each.peak_lux,
        }
        for each in load_stage(path).fixtures
    ]  # fmt: skip
    if as_json:
        print(json.dumps({"fixtures": patch, "findings": [str(finding) for finding in findings]}, indent=2))
    else:
        for row in patch:
            where = f"{row['universe']}/{row['address']}-{row['last_slot']}"
            print(f"{row['name']:<20} {row['kind']:<7} {where:<14} {row['bits']:>2} bit  {' '.join(row['channels'])}")
        if not patch:
            print(f"{path}: the stage has no fixtures: add [[fixtures]] to it")
        for finding in findings:
            print(finding)
    if any(finding.severity is Severity.ERROR for finding in findings):
        raise typer.Exit(EXIT_FAILED)


@lights_app.command("import")
def import_plan(
    file: Annotated[Path, typer.Argument(help="A lighting plan: an .mvr file.")],
    as_json: AsJson = False,
) -> None:
    """Propose fixtures and walls from a lighting plan, as TOML for the stage file. Nothing is changed.

    Example: openstage lights import plan.mvr
    """
    from dataclasses import asdict

    from stage.mvr.proposal import proposal_of, summary_of, toml_of

    proposal = proposal_of(file)
    if not as_json:
        print(toml_of(proposal), end="")
        typer.echo(f"{file.name}: {summary_of(proposal)}", err=True)
        return
    fixtures = [{**asdict(each.plan), **asdict(each)} for each in proposal.fixtures]
    screens = [{**asdict(screen), "name": name} for name, screen in proposal.screens]
    print(json.dumps({"fixtures": fixtures, "screens": screens}, indent=2))


def listen(
    stage: str | None, host: str, port: int | None, universes: list[int], interface: str, seconds: float | None,
    as_json: bool,
) -> None:  # fmt: skip
    """A lighting node at the wire: prints each universe once a second, at the end what came of it."""
    from stage.clock import MonotonicClock
    from stage.units import NS_PER_S
    from tools.sim.light_receiver import Account, LightReceiver

    lights, fixtures, heard_of = _expected(stage)
    clock = MonotonicClock()
    receiver = LightReceiver(clock, host, port or lights.port, universes or heard_of, interface)
    accounts: dict[int, Account] = {}
    started_ns = told_ns = clock.now_ns()
    try:
        while seconds is None or clock.now_ns() - started_ns < seconds * NS_PER_S:
            if (one := receiver.receive(NS_PER_S // 5)) is not None:
                accounts.setdefault(one.universe, Account()).add(one)
            if not as_json and clock.now_ns() - told_ns >= NS_PER_S:
                told_ns = clock.now_ns()
                for universe, account in sorted(accounts.items()):
                    if account.last is not None:
                        print(f"{universe:>5}  {account.packets:>6} packets  {_slots(account.last, fixtures)}")
    except KeyboardInterrupt:
        pass
    finally:
        receiver.close()
    summary = {
        str(universe): {
            "packets": account.packets, "terminated": account.terminated, "out_of_order": account.out_of_order,
            "most_in_a_second": account.most_in_a_second(),
        }
        for universe, account in sorted(accounts.items())
    }  # fmt: skip
    print(json.dumps({"universes": summary, "refused": receiver.refused, "syncs": receiver.syncs}, indent=2))


def _expected(stage: str | None) -> tuple[Any, tuple[Any, ...], list[int]]:
    """The lights and fixtures of a stage file, and their universes; sACN's without one."""
    from stage.files.loading import find_stage, load_stage
    from stage.model.fixture import Lights

    if stage is None:
        return Lights(), (), []
    loaded = load_stage(find_stage(stage))
    return loaded.lights, loaded.fixtures, sorted({fixture.universe for fixture in loaded.fixtures})


def _slots(received: Received, fixtures: tuple[Any, ...]) -> str:
    """The slots by fixture, or the first ones."""
    of_universe = [each for each in fixtures if each.universe == received.universe]
    parts = [f"{each.name} {list(received.slots[each.address - 1 : each.last_slot])}" for each in of_universe]
    who = f"{received.source} at {received.priority}" if received.cid is not None else "Art-Net"
    return f"{who}  {'  '.join(parts) or list(received.slots[:16])}"


def _state(context: typer.Context, run_dir: Path | None) -> dict[str, Any]:
    from tools.live.running import ask

    state: dict[str, Any] | None = ask(_console(context, run_dir), "/api/state").get("lights/")
    if state is None:
        raise InputError("the running stage", "fixtures", "has none", "Add [[fixtures]] to the stage file")
    return state


def _line(fixture: dict[str, Any]) -> str:
    red, green, blue = fixture["colour"]
    where = f"{fixture['universe']}/{fixture['address']}"
    shown = f"{100 * fixture['level']:5.1f} %  {red:.2f} {green:.2f} {blue:.2f}"
    return f"{fixture['name']:<20} {fixture['kind']:<7} {where:<10} {shown}  {fixture['source']}"


def _summary(state: dict[str, Any]) -> str:
    parts = [f"{state['protocol']}, {state['rate_hz']:g} packets/s of each universe"]
    if state["protocol"] == "off":
        parts = ["off in the stage file: nothing is sent"]
    if state["released"]:
        parts = ["released to the desk: nothing is sent"]
    if state["desk"]:
        parts.append(f"{state['desk_name']} has universe {', '.join(map(str, state['desk']))}")
    return "; ".join([*parts, *filter(None, (state["error"], state["deaf"]))])


def _console(context: typer.Context, run_dir: Path | None) -> str:
    from tools.live.running import console_of

    surroundings: Surroundings = context.obj
    return console_of(run_dir, surroundings.run_base)


def _give(context: typer.Context, run_dir: Path | None, command: str, arguments: dict[str, Any]) -> None:
    from tools.live.running import tell

    answer = tell(_console(context, run_dir), command, arguments)
    if not answer["accepted"]:
        typer.echo(f"refused: {answer['text']}", err=True)
        raise typer.Exit(EXIT_FAILED)
    print(answer["text"])
