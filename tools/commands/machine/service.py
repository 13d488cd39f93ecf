"""`openstage service`: a stage that starts with the machine, kept up by systemd."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stage.errors import InputError
from tools.commands.surroundings import Surroundings

if TYPE_CHECKING:
    from tools.service.unit import Service

SYSTEM_UNITS = Path("/etc/systemd/system")
service_app = typer.Typer(
    help="A stage that starts with the machine: a systemd service with a watchdog.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
StageName = Annotated[str, typer.Argument(help="A stage file, or a bundled stage by name.")]
Listen = Annotated[str | None, typer.Option(metavar="HOST:PORT", help="Open the console to the network.")]
Offscreen = Annotated[bool, typer.Option(help="Open no windows; outputs stay in memory.")]
As = Annotated[
    str | None, typer.Option("--system-user", help="A service of the whole system, as this user; unset: one of yours.")
]


@service_app.command()
def show(
    context: typer.Context,
    stage: StageName,
    listen: Listen = None,
    offscreen: Offscreen = False,
    system_user: As = None,
) -> None:
    """Print the unit file.

    Example: openstage service show my-stage.toml --listen 0.0.0.0:8140
    """
    from tools.service.unit import unit_text

    print(unit_text(_service(stage, listen, offscreen, system_user)), end="")


@service_app.command()
def install(
    context: typer.Context,
    stage: StageName,
    listen: Listen = None,
    offscreen: Offscreen = False,
    system_user: As = None,
) -> None:
    """Write the unit file where systemd finds it, and say how it is turned on. Nothing is started.

    Example: openstage service install my-stage.toml --listen 0.0.0.0:8140
    """
    from tools.service.unit import unit_text

    service = _service(stage, listen, offscreen, system_user)
    path = _folder(context, system_user) / service.unit
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(unit_text(service), encoding="utf-8")
    except OSError as error:
        remedy = "As root: sudo openstage service install ..." if system_user else "Look at the folder's owner"
        raise InputError(str(path), "", f"cannot be written: {error.strerror}", remedy) from error
    ask = "sudo systemctl" if system_user else "systemctl --user"
    print(f"written: {path}\n\nTurn it on:   {ask} daemon-reload && {ask} enable --now {service.unit}")
    print(f"Look at it:   {ask} status {service.unit}\nTurn it off:  {ask} disable --now {service.unit}")
    if not system_user:
        print("Before anybody signs in (without a screen): sudo loginctl enable-linger $USER")


@service_app.command()
def remove(context: typer.Context, stage: StageName, system_user: As = None) -> None:
    """Remove the unit file. Turn the service off first.

    Example: openstage service remove my-stage.toml
    """
    path = _folder(context, system_user) / _service(stage, None, False, system_user).unit
    try:
        path.unlink()
    except OSError as error:
        raise InputError(str(path), "", f"cannot be removed: {error.strerror}", "Is it installed?") from error
    print(f"removed: {path}")


def _service(stage: str, listen: str | None, offscreen: bool, system_user: str | None) -> Service:
    """Raises InputError where there is no such stage, or the address is none."""
    from stage.files.loading import load_stage
    from stage.files.presets import find_stage
    from tools.commands.console_port import host_and_port
    from tools.service.unit import Service

    path = find_stage(stage).resolve()
    load_stage(path)
    if listen is not None:
        host_and_port(listen)
    arguments = [*(("--listen", listen) if listen else ()), *(("--offscreen",) if offscreen else ())]
    script = Path(sys.executable).parent / "openstage"
    program = (str(script),) if script.exists() else (sys.executable, "-P", "-m", "tools.cli")
    command = (*program, "run", str(path), *arguments)
    return Service(path.stem, command, path.parent, system_user)


def _folder(context: typer.Context, system_user: str | None) -> Path:
    surroundings: Surroundings = context.obj
    if sys.platform != "linux":
        raise InputError(
            "openstage service", "", "needs systemd", "On macOS write a launchd agent that runs `openstage run`"
        )
    return SYSTEM_UNITS if system_user else surroundings.config_base / "systemd" / "user"
