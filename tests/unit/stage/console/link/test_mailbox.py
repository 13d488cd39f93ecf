"""What a browser is sent: a snapshot, then only the newest value of each key, never more than two ahead."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from stage.console.link.board import Board
from stage.console.link.mailbox import IN_FLIGHT, Mailbox


def test_the_first_batch_is_everything() -> None:
    batch = Mailbox({"a": 1, "b": 2}).take()
    assert batch is not None
    assert (batch.number, batch.first, batch.changed, batch.gone) == (1, True, {"a": 1, "b": 2}, ())


def test_the_first_batch_comes_even_if_it_is_empty() -> None:
    mailbox: Mailbox[int] = Mailbox({})
    batch = mailbox.take()
    assert batch is not None
    assert batch.first
    assert mailbox.take() is None


def test_only_the_newest_value_of_a_key_is_sent() -> None:
    mailbox = Mailbox({"a": 1})
    mailbox.take()
    for value in range(100):
        mailbox.put({"a": value, "b": value})
    batch = mailbox.take()
    assert batch is not None
    assert batch.changed == {"a": 99, "b": 99}
    assert not batch.first


def test_a_browser_that_does_not_answer_is_sent_two_batches_and_no_more() -> None:
    mailbox = Mailbox({"a": 0})
    sent = 0
    for value in range(50):
        mailbox.put({"a": value})
        sent += mailbox.take() is not None
    assert sent == IN_FLIGHT == 2
    mailbox.acknowledge(1)
    batch = mailbox.take()
    assert batch is not None
    assert batch.changed == {"a": 49}


def test_answers_to_batches_never_sent_open_nothing() -> None:
    mailbox = Mailbox({"a": 0})
    mailbox.take()
    mailbox.put({"a": 1})
    mailbox.take()
    mailbox.put({"a": 2})
    mailbox.acknowledge(99)
    assert mailbox.take() is None


def test_keys_that_are_gone_are_named_until_they_come_back() -> None:
    mailbox = Mailbox({"a": 1, "b": 2})
    mailbox.take()
    mailbox.put({}, gone=("a",))
    mailbox.put({}, gone=("b",))
    mailbox.put({"b": 3})
    batch = mailbox.take()
    assert batch is not None
    assert (batch.changed, batch.gone) == ({"b": 3}, ("a",))


def test_one_at_a_time_goes_round_so_that_no_output_starves() -> None:
    mailbox: Mailbox[int] = Mailbox({})
    mailbox.take()
    mailbox.acknowledge(1)
    mailbox.put({"left": 1, "right": 1})
    seen = []
    for turn in range(2, 8):
        batch = mailbox.take(at_most=1)
        assert batch is not None
        seen += list(batch.changed)
        mailbox.acknowledge(batch.number)
        mailbox.put({"left": turn, "right": turn})
    assert seen == ["left", "right", "left", "right", "left", "right"]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.one_of(st.none(), st.integers())), max_size=40), st.data())
def test_whatever_is_lost_on_the_way_the_browser_ends_with_the_state(
    steps: list[tuple[str, int | None]], data: st.DataObject
) -> None:
    state: dict[str, int] = {"a": -1}
    browser: dict[str, int] = {}
    mailbox = Mailbox(state)

    def receive() -> None:
        batch = mailbox.take()
        if batch is not None:
            browser.update(batch.changed)
            for key in batch.gone:
                browser.pop(key, None)
            mailbox.acknowledge(batch.number)

    for key, value in steps:
        if value is None:
            state.pop(key, None)
            mailbox.put({}, gone=(key,))
        else:
            state[key] = value
            mailbox.put({key: value})
        if data.draw(st.booleans()):
            receive()
    receive()
    assert browser == state


def test_a_late_browser_gets_all_of_the_board_and_a_leaver_nothing_more() -> None:
    board: Board[int] = Board()
    board.put({"a": 1, "b": 2})
    early = board.sit_down()
    board.put({"a": 3}, gone=("b",))
    late = board.sit_down()
    assert board.watched == 2
    for seat in (early, late):
        batch = seat.mailbox.take()
        assert batch is not None
        assert batch.changed == {"a": 3}
        assert seat.bell.is_set()
    board.leave(early)
    board.put({"c": 4})
    assert early.mailbox.take() is None
    assert late.mailbox.take() is not None
    assert board.watched == 1
