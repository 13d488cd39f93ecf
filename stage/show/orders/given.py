"""An order as given: checked at the edge, carried as plain values, read again where it is carried out. Pure.

One function, `checked`, checks all arguments. At the edge it reports a person's mistakes; behind the bus it refuses
what no edge has checked: from another release, or from a program that wrote to the bus itself.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from stage.errors import InputError
from stage.files.problems import findings_of
from stage.messages.codec import encode
from stage.messages.commands import Command, CommandResult
from stage.model.base import Model
from stage.show import clapper
from stage.show.admission import AwaitedError
from stage.show.orders.order import Order, When
from stage.show.orders.table import order_of
from stage.show.show_control import ShowControl


def command_of(name: str, arguments: Mapping[str, Any], who: str, now_ns: int) -> Command:
    """The command. Raises InputError: no such command, or an invalid argument, by its field."""
    row = order_of(name)
    given = checked(row, arguments)
    try:
        command = Command(uuid.uuid4().hex, name, given.model_dump(mode="json"), who, now_ns)
        encode(command)
    except (ValueError, TypeError, OverflowError) as error:
        raise InputError(row.words, "", f"cannot be sent: {error}", "Use a shorter or different value") from error
    return command


def checked(row: Order[Any], arguments: Mapping[str, Any]) -> Model:
    """The arguments as the row takes them. Raises InputError with the first invalid one, by its field."""
    try:
        given: Model = row.takes.model_validate(dict(arguments))
    except ValidationError as error:
        first, *_ = findings_of(row.words, row.takes, error.errors(include_url=False))
        raise InputError(row.words, first.field, first.problem, first.remedy) from error
    return given


def unusable(command: Command, fault: Exception, now_ns: int) -> CommandResult:
    """The answer to a command that failed in an unexpected way."""
    return CommandResult(
        number=command.number,
        name=command.name,
        who=command.who,
        accepted=False,
        text=f"cannot be carried out ({type(fault).__name__}); see the conductor's log",
        frame_number=None,
        done_ns=now_ns,
    )


def obey(show: ShowControl, command: Command, frame_number: int, when: When) -> CommandResult:
    """Carry out a command; frame `frame_number` is the first to show it. A refused command changes nothing on the
    walls."""

    def answer(accepted: bool, text: str, shown: int | None) -> CommandResult:
        return CommandResult(
            number=command.number,
            name=command.name,
            who=command.who,
            accepted=accepted,
            text=text,
            frame_number=shown,
            done_ns=when.now_ns,
        )

    try:
        row = order_of(command.name)
        if row.lock is not None and show.slate.rolling and row.lock in show.take_locks:
            problem = f"is locked: {clapper.said(show.slate)} is rolling"
            remedy = f"Cut first. Where takes need it, leave {row.lock!r} out of take_locks in the stage file"
            raise InputError(row.words, "", problem, remedy)
        text = row.carry_out(show, checked(row, command.arguments), when)
    except InputError as error:
        return answer(False, str(error), None)
    except AwaitedError as awaited:
        show.wait_for(awaited.scene, command)
        return answer(True, f"waiting until {awaited.scene} is ready", None)
    show.changed(command.who, when.now_ns)
    return answer(True, text, frame_number)
