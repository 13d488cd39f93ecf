"""`openstage alerts`: what is wrong on the running stage, what lately was, and that somebody has seen it."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from stage.errors import EXIT_FAILED
from stage.units import NS_PER_S
from tools.commands.look import AsJson, RunDir, console_address, give

alerts_app = typer.Typer(
    help="What is wrong on the running stage, what to do, and who has seen it.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@alerts_app.command("list")
def list_alerts(
    context: typer.Context,
    past: Annotated[bool, typer.Option("--past", help="Also what is over.")] = False,
    run_dir: RunDir = None,
    as_json: AsJson = False,
) -> None:
    """List what is wrong now, what to do first on top. Exit 1 if anything is.

    Example: openstage alerts list --past
    """
    from tools.live.running import ask

    console = console_address(context, run_dir)
    told = ask(console, "/api/alerts")
    if as_json:
        print(json.dumps(told if past else told["now"], indent=2))
    else:
        now_ns = ask(console, "/api/health").get("now_ns", 0)
        for alert in told["now"]:
            print(_line(alert, f"for {_seconds(now_ns - alert['since_ns'])}"))
            for more in (alert["detail"], alert["remedy"]):
                if more:
                    print(f"          {more}")
        for alert in told["past"] if past else ():
            lasted = _seconds(alert["until_ns"] - alert["since_ns"])
            print(_line(alert, f"over for {_seconds(now_ns - alert['until_ns'])}, lasted {lasted}"))
    if told["now"]:
        raise typer.Exit(EXIT_FAILED)


@alerts_app.command()
def acknowledge(
    context: typer.Context,
    code: Annotated[str | None, typer.Argument(help="A code, as `list --json` shows it; unset: all.")] = None,
    subject: Annotated[str | None, typer.Argument(help="What it is about; unset: all of that code.")] = None,
    run_dir: RunDir = None,
    as_json: AsJson = False,
) -> None:
    """Note that alerts were seen: they stay until they are over, behind those that nobody has seen.

    Example: openstage alerts acknowledge source-lost tracker-a
    """
    given = {"code": code, "subject": subject}
    give(context, run_dir, "alert.acknowledge", {k: v for k, v in given.items() if v is not None}, as_json)


def _line(alert: dict[str, Any], when: str) -> str:
    seen = f", seen by {alert['seen_by']}" if alert["seen_by"] else ""
    return f"{alert['severity']:<9} {alert['text']} ({when}{seen})"


def _seconds(span_ns: int) -> str:
    return f"{max(0, span_ns) / NS_PER_S:.0f} s"
