"""`[osc]` in the stage file: remote control over Open Sound Control."""

from __future__ import annotations

from ipaddress import IPv4Network, ip_network
from typing import Annotated

from pydantic import AfterValidator, Field

from stage.model.base import Model

DEFAULT_PORT = 7400


def _network(text: str) -> str:
    try:
        network = ip_network(text, strict=False)
    except ValueError as error:
        raise ValueError("must be an IPv4 address or network such as 192.168.1.0/24") from error
    if not isinstance(network, IPv4Network):
        raise ValueError("must be an IPv4 address or network such as 192.168.1.0/24")
    return text


def _listener(text: str) -> str:
    host, colon, port = text.rpartition(":")
    if not colon or not host or not port.isdecimal() or not 1 <= int(port) <= 65_535:
        raise ValueError("must be HOST:PORT")
    return text


class Osc(Model):
    """Remote control over UDP. `host` is the address to listen on, `allow` the senders that are heard (addresses or
    networks); a host other than loopback needs `allow`. `feedback` lists HOST:PORT that always receive feedback."""

    host: Annotated[str, Field(min_length=1, max_length=100)] = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65_535)] = DEFAULT_PORT
    prefix: Annotated[str, Field(pattern=r"^(/[A-Za-z0-9_.-]+)+$", max_length=64)] = "/stage"
    allow: Annotated[tuple[Annotated[str, AfterValidator(_network)], ...], Field(max_length=64)] = ("127.0.0.0/8",)
    feedback: Annotated[tuple[Annotated[str, AfterValidator(_listener)], ...], Field(max_length=16)] = ()
