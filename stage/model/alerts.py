"""Every alert an operator can see: how bad it is, what is wrong, what to do. Rules raise them by code.

`{subject}` in a text is what the alert is about: a source, a camera, a process, a render node.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """Worst first. Critical: the picture on the wall is wrong or at risk now. Warning: look at it before the
    next take. Info: good to know."""

    CRITICAL = "critical"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Alert:
    """The words of one code. `text` is read across the room, so it is short; `remedy` says what to do first."""

    severity: Severity
    text: str
    remedy: str


LONGEST_TEXT = 48
"""Characters of `text` (without the subject) that fit into the console's health bar."""
LONGEST_REMEDY = 110

ALERTS: dict[str, Alert] = {
    "source-lost": Alert(
        Severity.CRITICAL,
        "TRACKING LOST: {subject}",
        "Check the tracker's power and network cable, and that it sends to this machine's address and port.",
    ),
    "source-stale": Alert(
        Severity.WARNING,
        "Tracking stutters: {subject}",
        "Check the network between tracker and stage, and the tracker's packet rate.",
    ),
    "source-warning": Alert(
        Severity.WARNING,
        "Tracker sends unusable packets: {subject}",
        "Compare the source's settings in the stage file with the tracker's: protocol, camera id, units.",
    ),
    "camera-untracked": Alert(
        Severity.CRITICAL,
        "Camera without tracking: {subject}",
        "Give the camera's source the camera id that the tracker sends.",
    ),
    "no-frames": Alert(
        Severity.CRITICAL,
        "WALL CLOCK STOPPED",
        "The wall holds its last picture. Wait for the conductor's restart; if it fails, read its log.",
    ),
    "wall-still": Alert(
        Severity.CRITICAL,
        "WALL STANDS STILL: {subject}",
        "The wall holds its last picture. Wait for the render restart; if it fails, read its log.",
    ),
    "rate-low": Alert(
        Severity.CRITICAL,
        "WALL TOO SLOW",
        "Lower the load: a lighter scene, MSAA off, a smaller inner view; or the stage's frame rate.",
    ),
    "frames-skipped": Alert(
        Severity.WARNING,
        "Frames missed on the wall",
        "Close other programs on the render machine; if it goes on, lighten the scene.",
    ),
    "frames-late": Alert(
        Severity.WARNING,
        "Frames late on the wall",
        "Raise timing.draw_lead_ms in the stage file, or lighten the scene.",
    ),
    "process-restarted": Alert(
        Severity.WARNING,
        "Process restarted: {subject}",
        "It runs again. Check the picture; if it comes back, keep its log for the developers.",
    ),
    "process-down": Alert(
        Severity.CRITICAL,
        "PROCESS DOWN: {subject}",
        "It is being restarted. The wall holds its last picture until then.",
    ),
    "helper-down": Alert(
        Severity.WARNING,
        "Helper process down: {subject}",
        "The wall goes on without it. It is being restarted.",
    ),
    "process-failed": Alert(
        Severity.CRITICAL,
        "PROCESS CANNOT RUN: {subject}",
        "What it was given is wrong: mend what the reason names, then run the stage again.",
    ),
    "lights-silent": Alert(
        Severity.WARNING,
        "Lamps cannot be reached",
        "Check [lights] interface and destinations in the stage file, and the lighting network's cable.",
    ),
    "wrong-pin": Alert(
        Severity.WARNING,
        "Wrong PINs are tried from {subject}",
        "Ask who sits there. If it is a stranger: take the device off the network, `openstage console pin --new`.",
    ),
}
