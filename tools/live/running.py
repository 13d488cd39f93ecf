"""The stage running on this machine, and requests to its console."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from stage.clock import Clock
from stage.errors import InputError, ProcessError
from stage.units import NS_PER_S
from tools.live.own_socket import address_of, opened

if TYPE_CHECKING:
    from stage.manager.run_dir import RunningStage

SOCKET_FILE = "console.sock"
"""As `stage.console.link.web_server` names it; that module takes long to import."""
TIMEOUT_S = 10.0
PICTURE_NS = 120 * NS_PER_S
RETRY_NS = NS_PER_S
JSON = {"Content-Type": "application/json", "X-Operator": "command line"}


def running_stage_of(run_dir: Path | None, base: Path) -> RunningStage | None:
    """The stage of a run directory, or the only one running. Raises InputError if several are."""
    from stage.manager.run_dir import running_stage
    from stage.manager.whereabouts import running_stages

    if run_dir is not None:
        return running_stage(run_dir)
    running = running_stages(base)
    if len(running) > 1:
        listed = ", ".join(f"{stage.name} in {stage.run_dir}" for stage in running)
        raise InputError("--run-dir", "", f"several stages are running: {listed}", "Choose one with --run-dir")
    return running[0] if running else None


def looked_in(run_dir: Path | None, base: Path) -> str:
    """Where a stage was looked for, as the end of a sentence that says that there is none."""
    return f" in {run_dir}" if run_dir is not None else f" (looked in {base}, and where stages there say they run)"


def console_of(run_dir: Path | None, base: Path) -> str:
    """The address of the running stage's console. Raises ProcessError if no stage is running."""
    running = running_stage_of(run_dir, base)
    if running is None:
        raise ProcessError(f"no stage is running{looked_in(run_dir, base)}: start one with `openstage run`")
    own = Path(running.run_dir) / SOCKET_FILE
    return address_of(own) if own.exists() else running.console.rstrip("/")


def ask(console: str, path: str) -> Any:
    """GET a JSON document. Raises ProcessError if the console does not answer."""
    return _sent(urllib.request.Request(f"{console}{path}"))


def tell(console: str, command: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Give a command; returns the stage's answer (`accepted`, `text`, `frame_number`), even if it is refused.

    Raises ProcessError if the console does not answer.
    """
    body = json.dumps(arguments).encode()
    answer: dict[str, Any] = _sent(urllib.request.Request(f"{console}/api/commands/{command}", body, JSON))
    return answer


def send(console: str, method: str, path: str, body: object, headers: Mapping[str, str]) -> dict[str, Any]:
    """Change something over the API; returns its answer (`accepted`, `text`), even if it is refused.

    Raises ProcessError if the console does not answer.
    """
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{console}{path}", data, {**JSON, **headers}, method=method)
    answer: dict[str, Any] = _sent(request)
    return answer


def picture(console: str, path: str, clock: Clock) -> bytes | str:
    """GET a picture that may have to be drawn first; returns a text if there is none.

    Raises ProcessError if the console does not answer or the picture is not ready in time.
    """
    ends_ns = clock.now_ns() + PICTURE_NS
    while clock.now_ns() < ends_ns:
        try:
            with opened(urllib.request.Request(f"{console}{path}"), TIMEOUT_S) as response:
                if response.status == HTTPStatus.OK:
                    return bytes(response.read())
        except urllib.error.HTTPError as error:
            return str(json.load(error).get("text", error.reason))
        except (OSError, ValueError) as error:
            raise ProcessError(f"{console}{path} does not answer: {error}") from error
        clock.rest_until_ns(clock.now_ns() + RETRY_NS)
    raise ProcessError(f"{console}{path} was not drawn in {PICTURE_NS / NS_PER_S:.0f} s: does the stills process run?")


def _sent(request: urllib.request.Request) -> Any:
    try:
        with opened(request, TIMEOUT_S) as response:
            return json.load(response)
    except urllib.error.HTTPError as error:
        try:
            return json.load(error)
        except ValueError as broken:
            raise ProcessError(f"{unquote(request.full_url)} answers {error.code}: {error.reason}") from broken
    except (OSError, ValueError) as error:
        raise ProcessError(f"{unquote(request.full_url)} does not answer: {error}") from error
