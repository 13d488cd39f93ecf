"""What the worst frame of a live run suffered from: the conductor, packets that were not there yet, or the forecast.
Pure."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from stage.maths.pose import Vector
from stage.messages.frames import CameraState, Frame
from stage.messages.samples import TrackingSample
from stage.units import NS_PER_MS

Path = Callable[[int], Vector]
"""The place in metres at a moment."""
LATE_MS = 3.0
"""A conductor that decides so long after its tick was kept from running."""
KEPT_MS = 1.0
"""A sample that had come so long before, and was not used, lay in a queue."""
USUAL = 1.5
"""A newest sample so many times as old as usual is an old one."""


def worst_because(
    judged: Sequence[tuple[Frame, CameraState]], worst: int, samples: Sequence[TrackingSample], tick_ns: int, path: Path
) -> str:
    """In words, why the worst frame was decided with what it had. `judged`: each frame and the camera in it; `samples`:
    all of the camera; `tick_ns`: when the worst frame was due to be decided; `path`: where the camera truly was."""
    frame, state = judged[worst]
    used = next((sample for sample in samples if sample.number == state.sample_number), None)
    if used is not None:
        missed_mm, there_mm = (
            1000.0 * math.dist(place_m, path(at_ns))
            for place_m, at_ns in ((state.position_m, frame.present_ns), (used.position_m, used.captured_ns))
        )
        if there_mm > 0.5 * missed_mm:
            waited_ms = (used.received_ns - used.captured_ns) / NS_PER_MS
            return (
                f"the clock: the newest packet was dated {waited_ms:.0f} ms before it came, "
                f"when the camera was {there_mm:.1f} mm away"
            )
    late_ms = (frame.decided_ns - tick_ns) / NS_PER_MS
    if late_ms > LATE_MS:
        return f"the conductor was {late_ms:.0f} ms late"
    there = [sample for sample in samples if sample.received_ns <= frame.decided_ns - KEPT_MS * NS_PER_MS]
    newest_ns = max((sample.captured_ns for sample in there), default=state.captured_ns)
    if newest_ns - state.captured_ns > KEPT_MS * NS_PER_MS:
        unused_ms = (newest_ns - state.captured_ns) / NS_PER_MS
        return f"packets waited for the tracking process: {unused_ms:.0f} ms of them had come and were not yet read"
    ages_ms = sorted((each.decided_ns - one.captured_ns) / NS_PER_MS for each, one in judged)
    age_ms, usual_ms = (frame.decided_ns - state.captured_ns) / NS_PER_MS, ages_ms[len(ages_ms) // 2]
    if age_ms > USUAL * usual_ms:
        return f"no packet had come: the newest was {age_ms:.0f} ms old, usually {usual_ms:.0f}"
    return f"the forecast: the newest packet was {age_ms:.0f} ms old, as usual"
