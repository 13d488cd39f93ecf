"""`openstage osc`: send one OSC message to a running stage and print what it answers."""

from __future__ import annotations

from typing import Annotated

import typer

from stage.errors import EXIT_FAILED, InputError, ProcessError


def osc(
    address: Annotated[str, typer.Argument(help="Such as /stage/preset/recall")],
    arguments: Annotated[list[str] | None, typer.Argument(help="Whole numbers, floats, true, false, or text.")] = None,
    to: Annotated[str, typer.Option(help="HOST:PORT of the stage; unset: this machine, the usual port.")] = "",
    wait: Annotated[float, typer.Option(help="Seconds to wait for the answer.", min=0, max=60)] = 2.0,
) -> None:
    """Send one OSC message to a stage whose file has an `osc` table, and print the answer. Exit 1 if refused.

    Example: openstage osc /stage/preset/recall dusk 3.0
    """
    import socket

    from stage.model.osc import DEFAULT_PORT
    from stage.osc.wire import calls_of, datagram_of

    to = to or f"127.0.0.1:{DEFAULT_PORT}"
    host, colon, port = to.rpartition(":")
    if not colon or not port.isdecimal():
        raise InputError("--to", "", f"is {to!r}", "Give HOST:PORT")
    if not address.startswith("/"):
        raise InputError(address, "", "is not an OSC address", "Begin it with a slash")
    datagram = datagram_of(address, *[_argument(text) for text in arguments or ()])
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as tablet:
        tablet.settimeout(wait)
        try:
            tablet.sendto(datagram, (host, int(port)))
            (answer,) = calls_of(tablet.recv(65_507))
        except TimeoutError as error:
            raise ProcessError(
                f"{to} does not answer: does the stage file have [osc], and is this machine in its `allow`?"
            ) from error
        except OSError as error:
            raise ProcessError(f"{to} cannot be reached: {error.strerror or error}") from error
    print(" ".join([answer.address, *map(str, answer.arguments)]))
    if answer.address.endswith("/reply") and answer.arguments[-1:] != ("ok",):
        raise typer.Exit(EXIT_FAILED)


def _argument(text: str) -> bool | int | float | str:
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text
