"""What a take holds, in words and as JSON."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import Any

import numpy as np

from stage.messages.commands import Command, CommandResult, OnAir
from stage.messages.control import AlertState
from stage.messages.frames import CameraMargin, Frame, FrameReport
from stage.messages.samples import TrackingSample
from stage.messages.takes import Datagram
from stage.takes.part_writer import FRAME_TOPIC
from stage.takes.take import Recorded, Take
from stage.units import NS_PER_MS, NS_PER_S


def summary_of(take: Take, check: dict[str, Any] | None = None) -> dict[str, Any]:
    """Counts, changes, alerts, drop-outs and lateness. Times are seconds after the roll. `check`: what the console's
    check had found before the take."""
    told = _Told(take)
    for each in take.records():
        told.hear(each)
    return told.document() | {"check": _grade(check)}


class _Told:
    """Listens to a take once."""

    def __init__(self, take: Take) -> None:
        self._take = take
        numbers, present = take.numbers, take.present_ns
        first = min(take.info.pre_roll, max(0, len(numbers) - 1))
        self._roll_ns = int(present[first]) if len(numbers) else 0
        self._counts: Counter[str] = Counter()
        self._samples: Counter[str] = Counter()
        self._datagrams: Counter[str] = Counter()
        self._scenes: Counter[str] = Counter()
        self._given: dict[str, Command] = {}
        self._changes: list[dict[str, Any]] = []
        self._alerts: list[dict[str, Any]] = []
        self._late = self._skipped = 0
        self._look: str | None = None
        self._ages_ms: list[float] = []
        self._margins: dict[str, CameraMargin] = {}

    def hear(self, each: Recorded) -> None:
        """Take in a record."""
        self._counts[each.topic] += 1
        record = each.record
        if isinstance(record, TrackingSample):
            self._samples[record.camera] += 1
        elif isinstance(record, Datagram):
            self._datagrams[record.sender] += 1
        elif isinstance(record, Frame):
            self._scenes[record.scene] += 1
            self._ages_ms += [
                state.horizon_ns / NS_PER_MS for state in record.cameras if state.sample_number is not None
            ]
        elif isinstance(record, CameraMargin):
            self._margin(record)
        elif isinstance(record, FrameReport):
            self._late += record.late_ns > 0
            self._skipped += record.skipped
        elif isinstance(record, Command):
            self._given[record.number] = record
        elif isinstance(record, CommandResult):
            self._answer(record, each.sent_ns)
        elif isinstance(record, AlertState) and record.active:
            text = f"{record.code}: {record.subject}"
            self._alerts.append({"at_s": self._at_s(each.sent_ns), "alert": text, "detail": record.detail})
        elif isinstance(record, OnAir):
            self._look = record.preset or self._look

    def document(self) -> dict[str, Any]:
        """Everything heard."""
        take = self._take
        return {
            "name": take.name,
            "info": take.info.model_dump(by_alias=True, exclude={"content"}),
            "files": len(take.info.content),
            "frames": self._counts[FRAME_TOPIC],
            "seconds": round(take.seconds, 3),
            "lost": take.info.lost,
            "damaged": take.damaged,
            "late": self._late,
            "skipped": self._skipped,
            "tracking_age_ms": self._age(),
            "margins": [asdict(margin) for margin in self._margins.values()],
            "samples": dict(self._samples),
            "datagrams": dict(self._datagrams),
            "scenes": dict(self._scenes),
            "look": self._look,
            "changes": self._changes,
            "alerts": self._alerts,
            "messages": dict(self._counts),
        }

    def _age(self) -> dict[str, float] | None:
        """How old the newest sample was when its frame was on the wall."""
        if not self._ages_ms:
            return None
        return {"p50": float(np.median(self._ages_ms)), "worst": max(self._ages_ms)}

    def _margin(self, record: CameraMargin) -> None:
        """Keep the worst minute of a camera."""
        known = self._margins.get(record.camera)
        if known is None or (record.missed, record.worst_deg) >= (known.missed, known.worst_deg):
            self._margins[record.camera] = record

    def _answer(self, record: CommandResult, sent_ns: int) -> None:
        given = self._given.get(record.number)
        self._changes.append(
            {
                "at_s": self._at_s(sent_ns),
                "frame": record.frame_number,
                "who": record.who,
                "order": record.name,
                "arguments": {} if given is None else given.arguments,
                "accepted": record.accepted,
                "text": record.text,
            }
        )

    def _at_s(self, sent_ns: int) -> float:
        return round((sent_ns - self._roll_ns) / NS_PER_S, 3)


def _grade(check: dict[str, Any] | None) -> str | None:
    """The figures of parallax in the check's result, in words; None where there is none."""
    try:
        document = {} if check is None else check["document"]
        figures = [each for each in document["figures"] if "parallax" in each["name"] and each["value"] is not None]
        said = ", ".join(f"{each['name']} {each['value']:.3g} {each['unit']}" for each in figures)
        return f"{'passed' if document['good'] else 'FAILED'}: {said}"
    except (KeyError, TypeError, ValueError):
        return None


def lines_of(summary: dict[str, Any]) -> list[str]:
    """The summary in words."""
    info = summary["info"]
    title = f"{info['slate'] or 'no slate'} take {info['take']}"
    lines = [
        f"{title}, {info['stage']}, {info['rolled_at']}, {info['start_timecode']} at {info['rate']} frames/s",
        f"{summary['frames']} frames in {summary['seconds']} s ({info['pre_roll']} before the roll), "
        f"{summary['lost']} lost, {summary['late']} late, {summary['skipped']} skipped, {summary['damaged']} damaged",
    ]
    lines += [f"camera {name}: {count} samples" for name, count in summary["samples"].items()]
    lines += [f"from {name}: {count} datagrams" for name, count in summary["datagrams"].items()]
    lines += [f"set {name}: {count} frames" for name, count in summary["scenes"].items()]
    lines += [f"{each['at_s']:>9.3f} s  {each['who']}: {each['text']}" for each in summary["changes"]]
    lines += [f"{each['at_s']:>9.3f} s  ALERT {each['alert']} {each['detail']}" for each in summary["alerts"]]
    return [*lines, *([info["note"]] if info["note"] else [])]
