"""Whether the other end of a connection is the user who runs the console. Linux says so of sockets of this machine.

A Unix socket names its peer (SO_PEERCRED). Of a TCP connection on loopback the kernel's socket table knows the user
that owns the other end (sock_diag(7)), so another user of this machine is a stranger, too. Elsewhere (macOS) the Unix
socket lies in a folder that only its owner can enter, and loopback cannot be told apart.
"""

from __future__ import annotations

import ipaddress
import os
import socket
import struct
import sys

ROOT = 0
NETLINK_SOCK_DIAG = 4
SOCK_DIAG_BY_FAMILY = 20
REQUEST, NO_COOKIE, ALL_STATES = 1, 0xFFFFFFFF, 0xFFFFFFFF
HEADER = struct.Struct("=IHHII")
"""nlmsghdr: length, type, flags, sequence, port."""
ASKED = struct.Struct("=BBBBI")
"""inet_diag_req_v2 up to its states: family, protocol, extensions, padding, states."""
SOCKET_ID = struct.Struct("!HH16s16s")
"""inet_diag_sockid: source port, destination port, both addresses; interface and cookie follow."""
ID_END = struct.Struct("=III")
UID_AT = 16 + 4 + 48 + 12
"""Where idiag_uid stands in the answer: behind header, four bytes, the socket's id, expires, rqueue, wqueue."""
UID = struct.Struct("=I")
LARGEST = 8192
ANSWER_S = 0.2


def may_be_owner(user: int | None) -> bool:
    """Whether a connection of this user counts as the owner's: theirs, root's, and one whose user cannot be known."""
    return user is None or user in (os.geteuid(), ROOT)


def user_behind(connection: socket.socket) -> int | None:
    """The user id at the other end of an accepted connection; None where the system does not say."""
    if sys.platform != "linux":
        return None
    if connection.family == socket.AF_UNIX:
        _, user, _ = struct.unpack("=iii", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
        return int(user)
    try:
        return _owner_of(connection.getpeername(), connection.getsockname())
    except OSError:
        return None


def _owner_of(near: tuple[str, int], far: tuple[str, int]) -> int | None:
    """The user who owns the TCP socket at `near` that is connected to `far`; None where there is none here."""
    family = socket.AF_INET6 if ":" in near[0] else socket.AF_INET
    body = ASKED.pack(family, socket.IPPROTO_TCP, 0, 0, ALL_STATES)
    body += SOCKET_ID.pack(near[1], far[1], _packed(near[0]), _packed(far[0])) + ID_END.pack(0, NO_COOKIE, NO_COOKIE)
    with socket.socket(socket.AF_NETLINK, socket.SOCK_DGRAM, NETLINK_SOCK_DIAG) as kernel:
        kernel.settimeout(ANSWER_S)
        kernel.sendto(HEADER.pack(HEADER.size + len(body), SOCK_DIAG_BY_FAMILY, REQUEST, 1, 0) + body, (0, 0))
        answer = kernel.recv(LARGEST)
    if len(answer) < UID_AT + UID.size or HEADER.unpack_from(answer)[1] != SOCK_DIAG_BY_FAMILY:
        return None
    return int(UID.unpack_from(answer, UID_AT)[0])


def _packed(address: str) -> bytes:
    return ipaddress.ip_address(address.partition("%")[0]).packed.ljust(16, b"\0")
