"""Timelines of takes: OpenTimelineIO, as its JSON (schema versions of 0.17 on), and Final Cut's FCPXML 1.10. Pure."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from tools.takes.post.shots import Marker, Shot

COLOURS = {"alert": "RED", "change": "CYAN"}
FORMAT = "r1"


def otio(title: str, shots: Sequence[Shot]) -> str:
    """A timeline with a clip for each take, its markers and what people said of it."""
    rate = float(shots[0].rate)
    track: dict[str, Any] = {
        "OTIO_SCHEMA": "Track.1",
        "name": "V1",
        "kind": "Video",
        "children": [_clip(shot, rate) for shot in shots],
        "metadata": {},
        "effects": [],
        "markers": [],
        "source_range": None,
        "enabled": True,
    }
    stack: dict[str, Any] = {
        "OTIO_SCHEMA": "Stack.1",
        "name": "tracks",
        "children": [track],
        "metadata": {},
        "effects": [],
        "markers": [],
        "source_range": None,
        "enabled": True,
    }
    document = {
        "OTIO_SCHEMA": "Timeline.1",
        "name": title,
        "global_start_time": None,
        "tracks": stack,
        "metadata": {"openstage": {"rate": shots[0].info.rate, "drop_frame": shots[0].counting.drop}},
    }
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def fcpxml(title: str, shots: Sequence[Shot]) -> str:
    """A project with a clip for each take, one after the other."""
    rate, drop = shots[0].rate, shots[0].counting.drop
    root = ET.Element("fcpxml", version="1.10")
    resources = ET.SubElement(root, "resources")
    ET.SubElement(resources, "format", id=FORMAT, frameDuration=_seconds(1, rate))
    event = ET.SubElement(ET.SubElement(root, "library"), "event", name=title)
    project = ET.SubElement(event, "project", name=title)
    total = sum(shot.length for shot in shots)
    form = "DF" if drop else "NDF"
    sequence = ET.SubElement(
        project, "sequence", format=FORMAT, duration=_seconds(total, rate), tcStart="0s", tcFormat=form
    )
    spine = ET.SubElement(sequence, "spine")
    at = 0
    for number, shot in enumerate(shots, start=2):
        _asset(resources, f"r{number}", shot)
        clip = ET.SubElement(
            spine,
            "asset-clip",
            ref=f"r{number}",
            name=shot.name,
            offset=_seconds(at, rate),
            start=_seconds(shot.start, rate),
            duration=_seconds(shot.length, rate),
            tcFormat=form,
        )
        if shot.info.note:
            ET.SubElement(clip, "note").text = shot.info.note
        for marker in shot.markers:
            start = _seconds(shot.start + marker.place, rate)
            ET.SubElement(clip, "marker", start=start, duration=_seconds(1, rate), value=marker.text)
        at += shot.length
    ET.indent(root, " ")
    text = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE fcpxml>\n{text}\n'


def _asset(resources: ET.Element, number: str, shot: Shot) -> None:
    rate = shot.rate
    asset = ET.SubElement(
        resources,
        "asset",
        id=number,
        name=shot.name,
        start=_seconds(shot.start, rate),
        duration=_seconds(shot.length, rate),
        hasVideo="1",
        format=FORMAT,
    )
    ET.SubElement(asset, "media-rep", kind="original-media", src=shot.media or f"./{shot.name}.mov")


def _seconds(frames: int, rate: Fraction) -> str:
    """A time as FCPXML has it: a fraction of seconds on the frame's raster."""
    return f"{frames * rate.denominator}/{rate.numerator}s" if frames else "0s"


def _clip(shot: Shot, rate: float) -> dict[str, Any]:
    span = _range(shot.start, shot.length, rate)
    media: dict[str, Any] = {"metadata": {}, "name": shot.name, "available_range": span, "available_image_bounds": None}
    if shot.media is None:
        media = {"OTIO_SCHEMA": "MissingReference.1", **media}
    else:
        media = {"OTIO_SCHEMA": "ExternalReference.1", **media, "target_url": shot.media}
    grade = shot.grades[0][1]
    triples = {"slope": grade.slope, "offset": grade.offset, "power": grade.power}
    cdl = {"asc_sop": {name: list(values) for name, values in triples.items()}, "asc_sat": grade.saturation}
    return {
        "OTIO_SCHEMA": "Clip.2",
        "name": shot.name,
        "source_range": span,
        "media_references": {"DEFAULT_MEDIA": media},
        "active_media_reference_key": "DEFAULT_MEDIA",
        "markers": [_marker(marker, shot.start, rate) for marker in shot.markers],
        "effects": [],
        "enabled": True,
        "metadata": {"cdl": cdl, "openstage": shot.info.model_dump(by_alias=True, exclude={"content"}, mode="json")},
    }


def _marker(marker: Marker, start: int, rate: float) -> dict[str, Any]:
    return {
        "OTIO_SCHEMA": "Marker.2",
        "name": marker.text,
        "color": COLOURS[marker.kind],
        "marked_range": _range(start + marker.place, 1, rate),
        "comment": "",
        "metadata": {},
    }


def _range(first: int, length: int, rate: float) -> dict[str, Any]:
    return {
        "OTIO_SCHEMA": "TimeRange.1",
        "start_time": {"OTIO_SCHEMA": "RationalTime.1", "rate": rate, "value": float(first)},
        "duration": {"OTIO_SCHEMA": "RationalTime.1", "rate": rate, "value": float(length)},
    }
