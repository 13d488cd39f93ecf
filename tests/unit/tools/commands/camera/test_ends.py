"""`openstage lens ends` on a source's own port: FreeD packets of a lens that is turned, into the stage file."""

from __future__ import annotations

import socket
import threading
import tomllib
from contextlib import closing
from pathlib import Path

from typer.testing import CliRunner

from tests.unit.stage.library.test_stage_edit import TEXT
from tools.cli import app
from tools.live.free_port import free_port
from tracking.protocols.freed import FreedPacket, encode


def test_ends_are_learnt_from_packets_and_saved(tmp_path: Path) -> None:
    port = free_port(socket.SOCK_DGRAM)
    path = tmp_path / "stage.toml"
    path.write_text(TEXT.replace('host = "0.0.0.0"  # all networks', f'host = "127.0.0.1"\nport = {port}'))
    over = threading.Event()

    def turn() -> None:
        values = [*[200] * 5, *range(200, 4000, 100), *[4000] * 5]
        with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as udp:
            while not over.wait(0.002):
                for zoom in values:
                    udp.sendto(encode(FreedPacket(1, zoom_raw=zoom, focus_raw=4200 - zoom)), ("127.0.0.1", port))
                    if over.wait(0.001):
                        return

    sender = threading.Thread(target=turn)
    sender.start()
    try:
        words = ["lens", "ends", str(path), "a", "--seconds", "2", "--save", "--run-dir", str(tmp_path / "none")]
        result = CliRunner().invoke(app, words)
    finally:
        over.set()
        sender.join()
    assert result.exit_code == 0, (result.output, result.exception)
    source = tomllib.loads(path.read_text())["sources"][0]
    assert (source["zoom"]["minimum"], source["zoom"]["maximum"]) == (200, 4000)
    assert (source["focus"]["minimum"], source["focus"]["maximum"]) == (200, 4000)
    assert "# the crane's tracker" in path.read_text()
