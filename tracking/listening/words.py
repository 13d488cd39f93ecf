"""What is said of a stream that arrives, in words: the same at the command line and on the page. Pure."""

from __future__ import annotations

from tracking.listening.streams import Listening, StreamFindings


def title_of(found: StreamFindings) -> str:
    """Who sends what, how often."""
    rate = f"{found.rate_hz:.2f} packets/s" if found.rate_hz else f"{found.packets} packets"
    return f"{found.protocol} id {found.id} from {found.sender}: {rate}"


def told_of(found: StreamFindings) -> tuple[str, ...]:
    """What is known of it: variant, counter, the ranges of encoders and places."""
    told = [found.remark, f"counter {found.counter}" if found.counter not in ("", "none") else ""]
    for encoder, ends in (("zoom", found.zoom_raw), ("focus", found.focus_raw)):
        told.append(f"{encoder} {ends[0]} to {ends[1]}" if ends else "")
    if found.lowest_m and found.highest_m:
        ends_m = zip("xyz", found.lowest_m, found.highest_m, strict=True)
        told.append(", ".join(f"{axis} {low:.3f} to {high:.3f} m" for axis, low, high in ends_m))
    return tuple(filter(None, told))


def unknown_of(listening: Listening) -> tuple[str, ...]:
    """Packets that no protocol knows, the most frequent first."""
    return tuple(
        f"{count} packets from {sender} of no known protocol: {begins}"
        for (sender, begins), count in listening.unknown.most_common()
    )
