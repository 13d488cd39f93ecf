"""OpenGL of this machine: who draws, and whether anything can. IO; the judgement is a pure function."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tools.doctor.finding import Finding, bad, good, note

PROBE_S = 60.0
NEEDED = 430
SOFTWARE = ("llvmpipe", "softpipe", "swrast", "software")
NVIDIA = Path("/proc/driver/nvidia/version")
LIBRARIES = "libegl1 libgl1 libglx-mesa0 libgl1-mesa-dri"
PROBE = """
import json, moderngl
context = moderngl.create_context(standalone=True, backend="egl", require=430)
told = {key: context.info[key] for key in ("GL_VENDOR", "GL_RENDERER", "GL_VERSION")}
print(json.dumps({**told, "code": context.version_code}))
"""
"""In a process of its own: a broken driver ends it, and not this one."""


def graphics(has_screen: bool) -> Iterator[Finding]:
    """Who draws, and where it can be seen."""
    yield judged_drawing(*_probed(), has_nvidia=NVIDIA.exists())
    if has_screen:
        yield good("screen", "windows can be opened")
    else:
        yield note(
            "screen",
            "none here (DISPLAY and WAYLAND_DISPLAY are not set)",
            "Outputs stay offscreen; for walls start it in a desktop session",
        )


def judged_drawing(info: Mapping[str, Any] | None, error: str, has_nvidia: bool) -> Finding:
    """A card is needed for a show, any OpenGL 4.3 to try things."""
    if info is None:
        remedy = f"Debian, Ubuntu: `sudo apt-get install {LIBRARIES}`, or the driver of the card"
        return bad("OpenGL", f"no context of version 4.3: {error}", remedy)
    says = f"{info['GL_RENDERER']}, {info['GL_VERSION']}"
    if int(info["code"]) < NEEDED:
        return bad("OpenGL", f"{says}: 4.3 is needed", "Install the newest driver of the card")
    if any(word in str(info["GL_RENDERER"]).lower() for word in SOFTWARE):
        if has_nvidia:
            remedy = "Install the driver's OpenGL part (libnvidia-gl), and look at /usr/share/glvnd/egl_vendor.d"
            return bad("OpenGL", f"{says}: drawn in software though there is an NVIDIA driver", remedy)
        return note("OpenGL", f"{says}: drawn in software", "Enough to try things; for a show use a graphics card")
    return good("OpenGL", says)


def _probed() -> tuple[Mapping[str, Any] | None, str]:
    """What the driver says; else the last thing it said."""
    try:
        done = subprocess.run(
            (sys.executable, "-c", PROBE), capture_output=True, text=True, timeout=PROBE_S, check=False
        )
    except subprocess.TimeoutExpired:
        return None, f"the driver did not answer in {PROBE_S:.0f} s"
    try:
        found: Mapping[str, Any] = json.loads(done.stdout)
    except ValueError:
        last = [line for line in done.stderr.splitlines() if line.strip()] or [
            f"the driver crashed ({done.returncode})"
        ]
        return None, last[-1].strip()
    return found, ""
