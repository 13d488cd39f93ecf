"""Sockets on loopback: stamped arrivals, shared ports, errors that say what to do."""

from __future__ import annotations

import socket
import struct
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing

import pytest

from stage.clock import MonotonicClock
from stage.errors import InputError
from stage.model.sources.freed import FreedSource
from stage.units import NS_PER_S
from tracking.receiver import SO_TIMESTAMPNS, Ear, Receiver, arrived_ns, open_port

CLOCK = MonotonicClock()
Open = Callable[..., Receiver]


def source(name: str = "t", host: str = "127.0.0.1", port: int = 0) -> FreedSource:
    return FreedSource(name=name, host=host, port=port)


@pytest.fixture
def opened() -> Iterator[Open]:
    with ExitStack() as stack:
        yield lambda *sources: stack.enter_context(closing(Receiver(sources, CLOCK, "stage.toml")))


@pytest.fixture
def sender() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        yield udp


def test_datagrams_come_in_order_with_sender_and_stamp(opened: Open, sender: socket.socket) -> None:
    receiver = opened(source())
    datagrams = [bytes([n % 256]) * 29 for n in range(300)]
    for datagram in datagrams:
        sender.sendto(datagram, receiver.addresses[0])
    came: list[tuple[int, bytes, str]] = []
    while len(came) < len(datagrams):
        for arrival in receiver.arrivals(NS_PER_S):
            assert 0 < arrival.received_ns <= CLOCK.now_ns()
            came.append((arrival.port, bytes(arrival.data), arrival.sender))
    assert came == [(0, datagram, "127.0.0.1") for datagram in datagrams]


def test_the_kernel_stamp_is_put_on_our_clock() -> None:
    stamp = (0, SO_TIMESTAMPNS, struct.pack("@qq", 1_700_000_000, 999_000_000))
    calendar_ns = 1_700_000_001 * NS_PER_S + 4_000_000
    assert arrived_ns([(9, 9, b"other"), stamp], 50_000_000, calendar_ns) == 45_000_000
    assert arrived_ns([], 50_000_000, calendar_ns) == 50_000_000
    assert arrived_ns([stamp], 50_000_000, calendar_ns - NS_PER_S) == 50_000_000
    assert arrived_ns([stamp], 50_000_000, calendar_ns + 10 * NS_PER_S) == 50_000_000


def test_linux_stamps_every_datagram(sender: socket.socket) -> None:
    with open_port(Ear("127.0.0.1", 0), "stage.toml", "sources[0]") as udp:
        udp.setblocking(True)
        sender.sendto(b"x", udp.getsockname())
        _, ancillary, _, _ = udp.recvmsg(1, 64)
    assert [kind for _, kind, _ in ancillary] == ([SO_TIMESTAMPNS] if sys.platform == "linux" else [])


def test_empty_and_largest_datagrams_arrive_whole(opened: Open, sender: socket.socket) -> None:
    receiver = opened(source())
    for size in (0, 1, 65_507):
        sender.sendto(b"\xd1" * size, receiver.addresses[0])
        assert [len(arrival.data) for arrival in receiver.arrivals(NS_PER_S)] == [size]


def test_waits_no_longer_than_told(opened: Open) -> None:
    assert list(opened(source()).arrivals(1_000_000)) == []


def test_no_sources_is_a_receiver_that_only_waits(opened: Open) -> None:
    receiver = opened()
    assert receiver.addresses == []
    assert list(receiver.arrivals(1_000_000)) == []


def test_each_address_has_a_socket_and_sources_may_share_it(opened: Open, sender: socket.socket) -> None:
    receiver = opened(source("a"), source("b"), source("c", host="0.0.0.0"))
    assert len(receiver.addresses) == 2
    sender.sendto(b"second", ("127.0.0.1", receiver.addresses[1][1]))
    assert [(arrival.port, bytes(arrival.data)) for arrival in receiver.arrivals(NS_PER_S)] == [(1, b"second")]


def test_a_port_in_use_names_the_field_and_the_way_out(opened: Open) -> None:
    taken = opened(source()).addresses[0][1]
    with pytest.raises(
        InputError, match=rf"stage.toml: sources\[1\].port: port {taken} on 127.0.0.1 is in use"
    ) as refused:
        opened(source("a"), source("b", port=taken))
    assert f"ss -lunp 'sport = {taken}'" in str(refused.value)


def test_a_port_is_free_again_after_a_failed_start(opened: Open) -> None:
    with closing(Receiver([source()], CLOCK, "stage.toml")) as receiver:
        taken = receiver.addresses[0][1]
    with pytest.raises(InputError, match="no address"):
        opened(source("a", port=taken), source("b", host="192.0.2.1"))
    assert opened(source("a", port=taken)).addresses == [("127.0.0.1", taken)]


@pytest.mark.parametrize("host", ["192.0.2.1", "x" * 70])
def test_an_address_that_is_not_of_this_machine(opened: Open, host: str) -> None:
    with pytest.raises(InputError, match=r"sources\[0\].host.*Write 0.0.0.0"):
        opened(source(host=host))


def test_a_group_is_joined_through_the_card_of_the_host(opened: Open, sender: socket.socket) -> None:
    """Loopback carries multicast where the sender says so; datagrams of another group do not come."""
    receiver = opened(FreedSource(name="t", port=0, group="239.135.9.1"))
    port = receiver.addresses[0][1]
    sender.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("127.0.0.1"))
    for group, datagram in (("239.135.9.2", b"other"), ("239.135.9.1", b"ours")):
        sender.sendto(datagram, (group, port))
    (arrival,) = list(receiver.arrivals(NS_PER_S))
    assert bytes(arrival.data) == b"ours"


def test_a_card_that_is_not_there_cannot_join() -> None:
    with pytest.raises(InputError, match=r"no network card with the address .* can join the group"):
        open_port(Ear("203.0.113.9", 0, "239.135.9.1"), "stage.toml", "sources[0]")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells")
def test_datagrams_that_found_no_room_are_counted(opened: Open, sender: socket.socket) -> None:
    receiver = opened(source())
    (udp,) = receiver.__dict__["_sockets"]
    udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    for n in range(200):
        sender.sendto(bytes([n]) * 29, receiver.addresses[0])
    came = [arrival.dropped for arrival in receiver.arrivals(NS_PER_S)]
    sender.sendto(b"after", receiver.addresses[0])
    came += [arrival.dropped for arrival in receiver.arrivals(NS_PER_S)]
    assert len(came) + sum(came) == 201
    assert came[0] == 0
    assert came[-1] > 0


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells what a socket had no room for")
def test_what_found_no_room_is_counted_to_the_last_also_where_nothing_comes_after_it(
    opened: Open, sender: socket.socket
) -> None:
    receiver = opened(source(), source("other", port=0, host="127.0.0.2"))
    sent = 0
    while not (dropped := sum(count for _, count in receiver.unheard())):
        for _ in range(2000):
            sender.sendto(b"x" * 29, receiver.addresses[0])
            sent += 1
    heard = 0
    while came := list(receiver.arrivals(0)):
        heard += len(came)
        dropped += sum(arrival.dropped for arrival in came)
    dropped += sum(count for _, count in receiver.unheard())
    assert heard + dropped == sent
    assert list(receiver.unheard()) == []
