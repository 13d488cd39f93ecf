"""The slots of one publisher: the newest message of each key of the topics that want one."""

from __future__ import annotations

import logging
from contextlib import suppress
from pathlib import Path

from stage.bus.slot import SlotWriter, slot_path
from stage.messages.topics import TOPICS, Topic

log = logging.getLogger("openstage.bus")


class Slots:
    """A topic of one record has its slot from the start, any other one for each key from its first record. Where there
    is no room for slots, ZeroMQ carries the records alone."""

    def __init__(self, run_dir: Path | None, role: str) -> None:
        self._run_dir = run_dir
        self._writers: dict[tuple[str, str], SlotWriter | None] = {}
        for topic in TOPICS:
            if topic.slot_bytes and topic.single and role in topic.publishers:
                self._made(topic, "")

    def write(self, topic: Topic, key: str, message: bytes) -> None:
        """Store the newest message of a topic with `slot_bytes`."""
        place = (topic.name, key)
        writer = self._writers[place] if place in self._writers else self._made(topic, key)
        if writer is not None:
            writer.write(message)

    def close(self) -> None:
        """Readers that have one open keep its last message."""
        for writer in self._writers.values():
            if writer is not None:
                writer.close()
        self._writers = {}

    def _made(self, topic: Topic, key: str) -> SlotWriter | None:
        writer: SlotWriter | None = None
        if self._run_dir is not None:
            path = slot_path(self._run_dir, topic.name, key)
            try:
                writer = SlotWriter(path, topic.slot_bytes)
            except OSError as error:
                with suppress(OSError):  # not ours to remove
                    path.unlink(missing_ok=True)
                log.warning("no shared memory for %s %s, so it arrives slightly later: %s", topic.name, key, error)
        self._writers[topic.name, key] = writer
        return writer
