"""Every alert an operator can see: how bad it is, what is wrong, what to do. Rules raise them by code.

`{subject}` in a text is what the alert is about: a source, a camera, a process, a render node.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """Worst first. Critical: the picture on the wall is wrong or at risk now. Warning: needs attention before the
    next take. Info: for information."""

    CRITICAL = "critical"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Alert:
    """The texts of one code. `text` is read from across the room, so it is short; `remedy` is what to do first."""

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
        "Check the tracker's power and network cable, and the address and port it sends to.",
    ),
    "source-refused": Alert(
        Severity.CRITICAL,
        "TRACKING REFUSED: {subject}",
        "Packets come, but are of no use: set what the reason names, at the tracker or in the stage file.",
    ),
    "source-two-senders": Alert(
        Severity.WARNING,
        "Two devices send as one tracker: {subject}",
        "Switch one off, give it another port or camera id, or name the right one in the source's `allow`.",
    ),
    "source-frozen": Alert(
        Severity.CRITICAL,
        "TRACKER FROZEN: {subject}",
        "The tracker repeats an old pose. Restart it, and see whether it still finds its markers or reference.",
    ),
    "source-jumped": Alert(
        Severity.WARNING,
        "Tracker's position jumped: {subject}",
        "Check the tracker's origin and markers. The wall eases over to the new place; camera.snap goes there at once.",
    ),
    "source-spikes": Alert(
        Severity.INFO,
        "Tracker sends stray poses: {subject}",
        "They are left out. Check reflections, covered markers, and the tracker's network.",
    ),
    "source-drifts": Alert(
        Severity.WARNING,
        "Tracker's origin creeps: {subject}",
        "Find the origin again. If a dolly really moves that slowly, nothing is wrong.",
    ),
    "source-no-position": Alert(
        Severity.WARNING,
        "Tracker sends no position: {subject}",
        "A head that only pans and tilts: write where it stands as zero_position_m, with a minus before each value.",
    ),
    "camera-place": Alert(
        Severity.WARNING,
        "Camera where none can be: {subject}",
        "Check the source's axes, position_scale (mm or cm?) and zero_position_m, and the camera's rig.",
    ),
    "camera-facing": Alert(
        Severity.INFO,
        "Camera looks where no wall is: {subject}",
        "If it really does, nothing is wrong. Else `openstage tracker listen` finds axes and signs from moves.",
    ),
    "source-stale": Alert(
        Severity.WARNING,
        "Tracking unsteady: {subject}",
        "Check the network between tracker and stage, and the tracker's packet rate.",
    ),
    "source-warning": Alert(
        Severity.WARNING,
        "Tracker sends unusable packets: {subject}",
        "Compare the source's settings in the stage file with the tracker's: protocol, camera id, units.",
    ),
    "source-bursts": Alert(
        Severity.WARNING,
        "Tracking comes in bursts: {subject}",
        "Poses are re-timed, but must be foretold further. Look for Wi-Fi, power saving or a collecting program.",
    ),
    "source-stalls": Alert(
        Severity.WARNING,
        "Tracking is held up again and again: {subject}",
        "Poses are re-timed, but come late. Look for Wi-Fi, a poor cable or a busy computer on the way.",
    ),
    "source-repeats": Alert(
        Severity.INFO,
        "Tracker sends its poses again: {subject}",
        "Repeats are left out. Set it to send each pose once; a bridge or team of network cards doubles, too.",
    ),
    "source-unsteady": Alert(
        Severity.INFO,
        "Tracker keeps no steady clock: {subject}",
        "Its poses count as captured when they arrive. If its program can, send at a fixed rate or with time stamps.",
    ),
    "camera-untracked": Alert(
        Severity.CRITICAL,
        "Camera without tracking: {subject}",
        "Set the source's camera id in the stage file to the one that the tracker sends.",
    ),
    "on-air-off": Alert(
        Severity.WARNING,
        "On air without an inner view: camera {subject}",
        "Switch the camera on: CAMERAS on the Stage page, or /stage/camera/NAME/on.",
    ),
    "margin-missed": Alert(
        Severity.WARNING,
        "Picture edge not covered: camera {subject}",
        "Raise the look's inner margin, move more slowly, or state the tracker's delay_ms in the stage file.",
    ),
    "forecast-simpler": Alert(
        Severity.INFO,
        "Prediction steps back: camera {subject}",
        "Nothing to do if the camera is shaken. If it moves evenly, check the tracker's rate, time and delay_ms.",
    ),
    "no-frames": Alert(
        Severity.CRITICAL,
        "WALL CLOCK STOPPED",
        "The walls hold their last picture. Wait for the conductor to restart; if it does not, read its log.",
    ),
    "wall-still": Alert(
        Severity.CRITICAL,
        "WALL FROZEN: {subject}",
        "The wall holds its last picture. Wait for render to restart; if it does not, read its log.",
    ),
    "tile-stale": Alert(
        Severity.CRITICAL,
        "TILE BEHIND: {subject}",
        "Restart render if it stays. Keep this log: it is a fault of the software or of its graphics driver.",
    ),
    "rate-low": Alert(
        Severity.CRITICAL,
        "WALL TOO SLOW",
        "Reduce the load: a lighter set, MSAA off, a smaller inner view, or a lower frame rate.",
    ),
    "frames-skipped": Alert(
        Severity.WARNING,
        "Frames missed on the wall",
        "Close other programs on the render machine; if that does not help, use a lighter set.",
    ),
    "frames-late": Alert(
        Severity.WARNING,
        "Frames late on the wall",
        "Increase timing.draw_lead_ms in the stage file, or use a lighter set.",
    ),
    "process-restarted": Alert(
        Severity.WARNING,
        "Process restarted: {subject}",
        "It is running again. Check the picture; if it happens again, keep its log for the developers.",
    ),
    "process-down": Alert(
        Severity.CRITICAL,
        "PROCESS DOWN: {subject}",
        "It is being restarted. The walls hold their last picture until then.",
    ),
    "helper-down": Alert(
        Severity.WARNING,
        "Helper process down: {subject}",
        "The walls keep running without it. It is being restarted.",
    ),
    "process-failed": Alert(
        Severity.CRITICAL,
        "PROCESS CANNOT RUN: {subject}",
        "Its input is wrong: correct what the reason names, then start the stage again.",
    ),
    "not-kept": Alert(
        Severity.CRITICAL,
        "CANNOT BE SAVED: {subject}",
        "Make room on the disk or its folder writable: until then this is lost if its process dies.",
    ),
    "disk-full": Alert(
        Severity.CRITICAL,
        "NOTHING CAN BE SAVED: {subject}",
        "Make room on this disk, raise the quota or make the folder writable. The show goes on, but keep it running.",
    ),
    "disk-low": Alert(
        Severity.WARNING,
        "Disk nearly full: {subject}",
        "Make room before the next take: delete or move what is no longer needed.",
    ),
    "manager-unwatched": Alert(
        Severity.WARNING,
        "Nobody watches over this stage: {subject}",
        "Call `openstage run` with the same stage again: it takes over, and the walls keep their picture.",
    ),
    "lights-silent": Alert(
        Severity.WARNING,
        "Lamps cannot be reached",
        "Check interface and destinations under [lights] in the stage file, and the lighting network's cable.",
    ),
    "send-fails": Alert(
        Severity.WARNING,
        "Poses cannot be sent on: {subject}",
        "Check host and interface of that entry under [[sends]] in the stage file, and the network's cable.",
    ),
    "take-not-kept": Alert(
        Severity.CRITICAL,
        "TAKE NOT RECORDED: {subject}",
        "Make room on the disk, or name another folder in the stage file (takes.folder). It goes on by itself then.",
    ),
    "take-frames-lost": Alert(
        Severity.WARNING,
        "Frames missing in the take: {subject}",
        "Close other programs on this machine, or record onto a faster disk: the recorder did not keep up.",
    ),
    "takes-room": Alert(
        Severity.WARNING,
        "Little room for takes: {subject}",
        "Copy takes to another disk (`openstage take copy`) and empty the folder `takes/removed`.",
    ),
    "wrong-pin": Alert(
        Severity.WARNING,
        "Wrong PINs from {subject}",
        "Ask who is there. If it is a stranger, take the device off the network and run `openstage console pin --new`.",
    ),
}
