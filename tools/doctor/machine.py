"""Cores, memory, clock, scheduling, limits of this machine. IO; the judgements are pure functions."""

from __future__ import annotations

import ctypes
import os
import resource
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import psutil

from stage.clock import MonotonicClock
from stage.units import NS_PER_MS
from tools.doctor.finding import Finding, bad, good, note

LEAST_CORES, BEST_CORES = 2, 8
GB = 1_000_000_000
LEAST_MEMORY, BEST_MEMORY = 2 * GB, 8 * GB
LEAST_FILES, BEST_FILES = 1024, 4096
GOVERNORS = Path("/sys/devices/system/cpu")
CLOCK_SOURCE = Path("/sys/devices/system/clocksource/clocksource0/current_clocksource")
GOOD_CLOCKS = ("tsc", "arch_sys_counter", "kvm-clock", "hyperv_clocksource_tsc_page")
UNSYNCHRONISED = 0x40
"""STA_UNSYNC of adjtimex(2)."""
TIMEX_BYTES = 256
STATUS_AT = 40
"""Where `status` stands in struct timex on 64-bit Linux: behind modes, offset, freq, maxerror, esterror."""
NAPS, NAP_NS = 200, 2 * NS_PER_MS
LATE_MS, VERY_LATE_MS = 2.0, 10.0


def cores() -> Iterator[Finding]:
    """Cores, and how they are clocked."""
    yield judged_cores(os.cpu_count() or 1)
    governors = {text for path in GOVERNORS.glob("cpu[0-9]*/cpufreq/scaling_governor") if (text := _text(path))}
    if governors:
        yield judged_governors(governors)


def judged_cores(count: int) -> Finding:
    """Tracking, conductor and render each want one."""
    if count < LEAST_CORES:
        return bad("cores", f"{count}", f"Use a machine with {LEAST_CORES} cores at least, {BEST_CORES} are better")
    if count < BEST_CORES:
        return note("cores", f"{count}", f"Enough to try things; for a show use {BEST_CORES} or more")
    return good("cores", f"{count}")


def judged_governors(governors: set[str]) -> Finding:
    """Cores that save power wake late."""
    says = ", ".join(sorted(governors))
    if governors == {"performance"}:
        return good("clock of the cores", says)
    remedy = "For a show: `sudo cpupower frequency-set -g performance` (package linux-cpupower)"
    return note("clock of the cores", f"governor {says}: cores slow down to save power", remedy)


def memory() -> Iterator[Finding]:
    """Memory, and whether it is already being swapped."""
    yield judged_memory(psutil.virtual_memory().available, psutil.swap_memory().used)


def judged_memory(available: int, swapped: int) -> Finding:
    """Sets are held in memory; what is swapped out comes back late."""
    says = f"{available / GB:.1f} GB free"
    if available < LEAST_MEMORY:
        return bad("memory", says, "Close other programs, or use a machine with more memory")
    if swapped > GB:
        return note(
            "memory", f"{says}, {swapped / GB:.1f} GB swapped out", "Close other programs, then `sudo swapoff -a`"
        )
    if available < BEST_MEMORY:
        return note("memory", says, "Enough for small sets; large ones take several gigabytes each")
    return good("memory", says)


def clock() -> Iterator[Finding]:
    """The clock that frames are counted by, and the calendar that machines agree on."""
    if source := _text(CLOCK_SOURCE):
        yield judged_clock_source(source)
    if sys.platform == "linux":
        yield judged_synchronised(_synchronised())


def judged_clock_source(source: str) -> Finding:
    """A slow clock costs microseconds each time it is read, thousands of times a second."""
    if source in GOOD_CLOCKS:
        return good("clock", f"source {source}")
    remedy = "Look for `clocksource` in `dmesg`: the BIOS or the hypervisor may have taken the fast one (tsc) away"
    return note("clock", f"source {source}: reading the time is slow", remedy)


def judged_synchronised(synchronised: bool | None) -> Finding:
    """Trackers and recorders that stamp by the calendar need one calendar."""
    if synchronised is None:
        return note("calendar", "the system does not say whether it is synchronised", "Look at `timedatectl`")
    if not synchronised:
        remedy = "Install chrony and point it at the stage's time server: timecodes of several machines then agree"
        return note("calendar", "is not synchronised with any other machine", remedy)
    return good("calendar", "is synchronised")


def scheduling() -> Iterator[Finding]:
    """Whether loops wake when they should, and what the user may do about it."""
    yield judged_naps(_late_ms())
    if sys.platform == "linux":
        yield judged_priority(
            resource.getrlimit(resource.RLIMIT_RTPRIO)[0], resource.getrlimit(resource.RLIMIT_NICE)[0]
        )


def judged_naps(late_ms: Sequence[float]) -> Finding:
    """How late this process wakes after a short sleep: 99 of 100, as a loop of the stage would."""
    worst = sorted(late_ms)[int(0.99 * (len(late_ms) - 1))]
    says = f"99 of 100 sleeps of {NAP_NS // NS_PER_MS} ms end within {worst:.2f} ms"
    if worst > VERY_LATE_MS:
        return bad("waking in time", says, "Something takes the cores away: close other programs; no virtual machine")
    if worst > LATE_MS:
        return note("waking in time", says, "Frames may be late: close other programs, set the governor to performance")
    return good("waking in time", says)


def judged_priority(real_time: int, niceness: int) -> Finding:
    """The stage runs without; with it, other programs disturb it less."""
    if real_time > 0 or niceness > 20 or os.geteuid() == 0:
        return good("priority", "this user may raise it")
    remedy = "`openstage service install` sets it for the stage; by hand: `nice` in /etc/security/limits.d"
    return note("priority", "this user may not raise the priority of programs", remedy)


def limits() -> Iterator[Finding]:
    """How many files and connections a process may have."""
    yield judged_files(resource.getrlimit(resource.RLIMIT_NOFILE)[0])


def judged_files(count: int) -> Finding:
    """A console on a network serves many connections."""
    if count == resource.RLIM_INFINITY or count >= BEST_FILES:
        return good("open files", "no limit" if count == resource.RLIM_INFINITY else f"up to {count}")
    if count < LEAST_FILES:
        return bad("open files", f"up to {count}", f"`ulimit -n {BEST_FILES}` before `openstage run`")
    return note("open files", f"up to {count}", f"Enough for a few consoles; `ulimit -n {BEST_FILES}` for many")


def _synchronised() -> bool | None:
    """As the kernel's clock discipline says; None where it says nothing."""
    timex = ctypes.create_string_buffer(TIMEX_BYTES)
    libc = ctypes.CDLL(None, use_errno=True)
    if not hasattr(libc, "adjtimex") or libc.adjtimex(timex) < 0:
        return None
    return not int.from_bytes(timex.raw[STATUS_AT : STATUS_AT + 4], sys.byteorder) & UNSYNCHRONISED


def _late_ms() -> list[float]:
    clock = MonotonicClock()
    late = []
    for _ in range(NAPS):
        wakes_ns = clock.now_ns() + NAP_NS
        clock.rest_until_ns(wakes_ns)
        late.append((clock.now_ns() - wakes_ns) / NS_PER_MS)
    return late


def _text(path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError:
        return ""
