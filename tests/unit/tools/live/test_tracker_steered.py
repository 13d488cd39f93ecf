"""A tracker that is set up by another program: orders in, what is heard out."""

from __future__ import annotations

import tomllib

from tests.unit.tracking.listening.test_listening import ENDS, PORT, device, made
from tools.live.tracker_steered import KEPT_NS, Steered, order_of
from tracking.listening.moves import TRIES
from tracking.listening.streams import Listening, Timed

HERE = ("0.0.0.0", PORT, None)


def hear(listening: Listening, datagrams: list[Timed], sender: str = "10.0.0.5") -> None:
    for at_ns, data in datagrams:
        listening.hear(at_ns, sender, data)


def test_orders_lead_from_what_arrives_to_the_source() -> None:
    moves = made(device("freed", axes=["+y", "-x", "+z"], pan_sign=-1))
    listening = Listening(PORT)
    steered = Steered(listening, HERE, "tracker")
    assert (steered.state("here").chosen, steered.state("here").block) == (-1, "")
    hear(listening, moves["right"][:6])
    first = steered.state("here")
    assert (first.chosen, first.with_moves, len(first.streams)) == (0, False, 1)
    steered.obey({"do": "name", "name": "crane"})
    steered.obey({"do": "moves"})
    for name in ENDS:
        assert steered.state("here").step == name
        hear(listening, moves[name])
        steered.obey({"do": "done"})
    last = steered.state("here")
    (source,) = tomllib.loads(last.block)["sources"]
    assert (last.step, last.with_moves, last.made, last.problems) == ("", True, tuple(ENDS), ())
    assert (source["name"], source["axes"], source["pan_sign"]) == ("crane", ["+y", "-x", "+z"], -1)


def test_a_move_that_nobody_made_is_asked_for_again_then_left_and_one_may_be_skipped() -> None:
    moves = made(device("freed"))
    listening = Listening(PORT)
    hear(listening, moves["right"][:6])
    steered = Steered(listening, HERE, "tracker")
    steered.obey({"do": "moves"})
    for _ in range(TRIES):
        assert steered.state("here").step == "right"
        hear(listening, moves["right"][:6])
        steered.obey({"do": "done"})
    assert steered.state("here").step == "forward"
    steered.obey({"do": "skip"})
    assert (steered.state("here").step, steered.state("here").made) == ("up", ())
    steered.obey({"do": "stop"})
    assert steered.state("here").step == ""


def test_another_stream_can_be_chosen_and_one_that_is_silent_is_gone() -> None:
    listening = Listening(PORT)
    moves = made(device("freed"))["right"]
    hear(listening, moves)
    hear(listening, moves[:4], "10.0.0.9")
    steered = Steered(listening, HERE, "tracker")
    assert steered.state("here").streams[steered.state("here").chosen].sender == "10.0.0.5"
    steered.obey({"do": "choose", "sender": "10.0.0.9", "protocol": "freed", "id": "2"})
    assert steered.state("here").streams[steered.state("here").chosen].sender == "10.0.0.9"
    steered.forget_old(moves[-1][0] + KEPT_NS)
    assert [stream.sender for stream in steered.state("here").streams] == ["10.0.0.5"]
    steered.forget_old(moves[-1][0] + KEPT_NS + 1)
    assert (steered.state("here").streams, steered.state("here").chosen) == ((), -1)


def test_a_line_that_is_no_order_does_nothing() -> None:
    steered = Steered(Listening(PORT), HERE, "tracker")
    before = steered.state("here")
    for line in ("", "x", "[1]", "{}", '{"do": "dance"}', '{"do": "done"}', '{"do": "moves"}', '{"do": 3}'):
        steered.obey(order_of(line))
    assert steered.state("here") == before
