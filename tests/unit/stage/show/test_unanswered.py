"""Orders without an answer come again, for as long as the conductor would still take them."""

from __future__ import annotations

from stage.messages.commands import COMMAND_LIVES_NS, Command
from stage.show.orders.unanswered import AGAIN_NS, Unanswered

ORDER = Command("7", "show.black", {"on": True}, "ann", 0)


def test_an_order_without_an_answer_comes_again_and_again_until_it_is_too_late() -> None:
    waiting = Unanswered()
    waiting.given(ORDER, 0)
    assert waiting.due(AGAIN_NS - 1) == []
    assert waiting.due(AGAIN_NS) == [ORDER]
    assert waiting.due(AGAIN_NS + 1) == []
    assert waiting.due(2 * AGAIN_NS) == [ORDER]
    assert waiting.due(COMMAND_LIVES_NS + 1) == []
    assert waiting.due(COMMAND_LIVES_NS) == [], "it is forgotten"


def test_an_answered_order_does_not_come_again() -> None:
    waiting = Unanswered()
    waiting.given(ORDER, 0)
    waiting.answered("7")
    assert waiting.due(AGAIN_NS) == []
