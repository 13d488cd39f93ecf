"""What a machine is told: every judgement at both sides of its bound, and the whole on this machine."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tools.cli import app
from tools.doctor import storage
from tools.doctor.finding import Finding, Verdict, is_well
from tools.doctor.graphics import judged_drawing
from tools.doctor.machine import (
    judged_clock_source,
    judged_cores,
    judged_files,
    judged_governors,
    judged_memory,
    judged_naps,
    judged_synchronised,
)
from tools.doctor.network import Port, judged_buffer, judged_firewall, judged_port, ports
from tools.doctor.storage import folders, judged_room

GB = 10**9
LLVMPIPE = {"GL_RENDERER": "llvmpipe (LLVM 15)", "GL_VERSION": "4.5 Mesa", "code": 450}
CARD = {"GL_RENDERER": "NVIDIA RTX 6000", "GL_VERSION": "4.6.0 NVIDIA", "code": 460}
OLD = {"GL_RENDERER": "Intel HD 3000", "GL_VERSION": "3.3 Mesa", "code": 330}
TRACKER = Port(socket.SOCK_DGRAM, "0.0.0.0", 40000, "tracker a")
CONSOLE = Port(socket.SOCK_STREAM, "127.0.0.1", 8400, "console")


@pytest.mark.parametrize(
    ("finding", "verdict", "word"),
    [
        (judged_drawing(CARD, "", True), "good", "RTX"),
        (judged_drawing(LLVMPIPE, "", False), "note", "graphics card"),
        (judged_drawing(LLVMPIPE, "", True), "bad", "libnvidia-gl"),
        (judged_drawing(OLD, "", False), "bad", "4.3"),
        (judged_drawing(None, "no EGL", False), "bad", "libegl1"),
        (judged_cores(1), "bad", "2 cores"),
        (judged_cores(4), "note", "8"),
        (judged_cores(8), "good", "8"),
        (judged_governors({"performance"}), "good", "performance"),
        (judged_governors({"performance", "powersave"}), "note", "cpupower"),
        (judged_memory(1 * GB, 0), "bad", "more memory"),
        (judged_memory(9 * GB, 2 * GB), "note", "swapoff"),
        (judged_memory(9 * GB, 0), "good", "9.0 GB"),
        (judged_naps([0.1] * 196 + [50.0] * 4), "bad", "takes the cores away"),
        (judged_naps([0.1] * 199 + [50.0]), "good", "0.10 ms"),
        (judged_naps([5.0] * 200), "note", "governor"),
        (judged_clock_source("tsc"), "good", "tsc"),
        (judged_clock_source("hpet"), "note", "hypervisor"),
        (judged_synchronised(True), "good", "is"),
        (judged_synchronised(False), "note", "chrony"),
        (judged_synchronised(None), "note", "timedatectl"),
        (judged_files(256), "bad", "ulimit"),
        (judged_files(65536), "good", "65536"),
        (judged_buffer(212992), "note", "sysctl"),
        (judged_buffer(1 << 20), "good", "1024"),
        (judged_port(TRACKER, ""), "good", "free"),
        (judged_port(TRACKER, "cannot be had"), "bad", "40000"),
        (judged_port(CONSOLE, "cannot be had"), "note", "next free port"),
        (judged_firewall([], [TRACKER]), "good", "none"),
        (judged_firewall(["ufw"], [TRACKER]), "note", "40000/udp"),
        (judged_room("disk", Path("/x"), 10**6, 10**7, 10**9), "bad", "Make room"),
        (judged_room("disk", Path("/x"), 10**8, 10**7, 10**9), "note", "Make room"),
        (judged_room("disk", Path("/x"), 10**10, 10**7, 10**9), "good", "10.0 GB"),
    ],
)
def test_what_is_found_is_judged_and_has_a_remedy(finding: Finding, verdict: str, word: str) -> None:
    assert finding.verdict == verdict
    assert word in finding.says + finding.remedy
    assert bool(finding.remedy) is (verdict != "good")


def test_only_what_is_bad_makes_a_machine_unfit() -> None:
    assert is_well([judged_cores(8), judged_cores(4)])
    assert not is_well([judged_cores(8), judged_cores(1)])


def test_a_run_directory_that_others_can_enter_is_found(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    first, *_ = folders(tmp_path, None)
    assert (first.verdict, "entered by others" in first.says) == (Verdict.BAD, True)
    tmp_path.chmod(0o700)
    first, *_ = folders(tmp_path, None)
    assert first.verdict is Verdict.GOOD
    (tmp_path / "link").symlink_to(tmp_path)
    first, *_ = folders(tmp_path / "link", None)
    assert first.verdict is Verdict.BAD


def test_a_port_that_somebody_holds_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = Port(socket.SOCK_STREAM, "127.0.0.1", held.getsockname()[1], "console")
        monkeypatch.setattr("tools.doctor.network.ports_of", lambda stage: [port])
        (finding,) = ports(None)
        assert finding.verdict is Verdict.NOTE
    (finding,) = ports(None)
    assert finding.verdict is Verdict.GOOD


def test_this_machine_is_looked_at_and_told_to_people_and_machines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage, "PAGE", tmp_path / "index.html")
    runner = CliRunner(env={"XDG_RUNTIME_DIR": str(tmp_path)})
    told = runner.invoke(app, ["doctor", "two-walls", "--json"])
    document = json.loads(told.output)
    by_name = {finding["what"]: finding for finding in document["findings"]}
    assert {"OpenGL", "cores", "memory", "waking in time", "run directory", "firewall"} <= set(by_name)
    assert by_name["console's page"]["verdict"] == "bad"
    assert (document["good"], told.exit_code) == (False, 1)
    lines = runner.invoke(app, ["doctor"]).output.splitlines()
    assert any(line.startswith("! console's page") for line in lines)
