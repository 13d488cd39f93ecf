"""The recorder process: everything that takes record, from roll to cut, onto the disk.

It subscribes like any other and sends nothing that others wait for: a slow disk costs the walls nothing.
"""

from __future__ import annotations

import logging
from fractions import Fraction
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from threading import Event, Thread

from stage.clock import Clock, realtime_ns
from stage.errors import InputError
from stage.files.loading import load_stage
from stage.messages.frames import Preview
from stage.messages.topics import TOPICS
from stage.model.stagefile import Stage
from stage.process.service import Service, run_service
from stage.takes.content import CHECK_RESULT, ContentStore, look_files, scene_files, stage_files
from stage.takes.places import takes_folder
from stage.takes.proxy import TakeProxies
from stage.takes.recorder import Recorder
from stage.takes.recording import Setting
from stage.takes.recovery import recover_all
from stage.units import NS_PER_MS, NS_PER_S

WAIT_NS = 20 * NS_PER_MS
SYNC_S = 0.1
"""A power cut costs at most this much of a take."""
STATE_NS = NS_PER_S // 2

log = logging.getLogger("openstage.takes")


class KeptContent:
    """The files that frames name, kept in a thread of their own: large sets take seconds."""

    def __init__(self, store: ContentStore, stage_path: Path, stage: Stage, run_dir: Path) -> None:
        self._store, self._stage_path, self._stage = store, stage_path, stage
        self._check = run_dir / CHECK_RESULT
        self._checked_ns = 0
        self._digests: dict[tuple[str, ...], dict[str, str]] = {}
        self._wanted: tuple[str, ...] = (stage.scene,)
        self._ask = Event()
        self._ask.set()

    def of(self, scenes: tuple[str, ...]) -> dict[str, str]:
        """What is kept by now for these sets; what is missing is kept soon."""
        if scenes != self._wanted:
            self._wanted = scenes or (self._stage.scene,)
            self._ask.set()
        return self._digests.get(self._wanted, {})

    def work(self, stopping: Event) -> None:
        """The thread: keeps what is asked for."""
        while not stopping.is_set():
            if not self._ask.wait(SYNC_S) and not self._checked_again():
                continue
            self._ask.clear()
            wanted = self._wanted
            try:
                self._digests[wanted] = {name: self._store.keep(path) for name, path in self._files(wanted).items()}
            except (OSError, InputError) as error:
                log.error("the files of a take cannot be kept: %s", error)

    def _checked_again(self) -> bool:
        """Whether the console's check has found something new."""
        before, self._checked_ns = self._checked_ns, _changed_ns(self._check)
        return self._checked_ns != before

    def _files(self, scenes: tuple[str, ...]) -> dict[str, Path]:
        found = stage_files(self._stage_path, self._stage)
        found |= look_files(self._stage.look, self._stage_path)
        for scene in scenes:
            found |= scene_files(scene, self._stage_path)
        if self._check.is_file():
            found[CHECK_RESULT] = self._check
        return found


def record(service: Service) -> None:
    """Record takes until told to stop."""
    stage = load_stage(service.stage_path)
    root = takes_folder(service.stage_path, stage)
    recover_all(root, rolling=True)
    content = KeptContent(ContentStore(root), service.stage_path, stage, service.run_dir)
    setting = Setting(
        root=root,
        stage=stage.name,
        stage_file=service.stage_path.name,
        rate_hz=stage.rate_hz,
        rate=stage.frame_rate,
        software=software(),
        calendar_ns=partial(_calendar_ns, service.clock),
    )
    recorder = Recorder(setting, int(stage.takes.pre_roll_s * NS_PER_S), content.of)
    stopping = Event()
    threads = [
        Thread(target=content.work, args=(stopping,), name="content", daemon=True),
        Thread(target=_sync, args=(recorder, stopping), name="sync", daemon=True),
        Thread(target=_proxies, args=(service, recorder, stage.rate_hz, stopping), name="proxies", daemon=True),
    ]
    for thread in threads:
        thread.start()
    letters = service.bus.subscriber(*(topic.name for topic in TOPICS if topic.recorded))
    next_state_ns, take = 0, None
    while not service.stopping:
        recorder.take(letters.letters(WAIT_NS), service.clock.now_ns())
        now_ns = service.clock.now_ns()
        writing = recorder.recording
        if now_ns >= next_state_ns or writing is not take:
            next_state_ns, take = now_ns + STATE_NS, writing
            service.publish(recorder.state(now_ns))
        service.beat(ready=True)
    stopping.set()
    recorder.close(service.clock.now_ns())
    letters.close()


def software() -> str:
    """The release that writes."""
    try:
        return version("openstage")
    except PackageNotFoundError:
        return "unknown"


def _calendar_ns(clock: Clock) -> int:
    return realtime_ns() - clock.now_ns()


def _changed_ns(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


def _sync(recorder: Recorder, stopping: Event) -> None:
    while not stopping.wait(SYNC_S):
        recorder.sync()


def _proxies(service: Service, recorder: Recorder, rate_hz: Fraction, stopping: Event) -> None:
    """Small movies of the take that rolls."""
    ear = service.bus.subscriber("wall.preview")
    open_now: TakeProxies | None = None
    while not stopping.is_set():
        previews = ear.receive(WAIT_NS)
        recording = recorder.recording
        folder = None if recording is None else recording.folder
        if open_now is not None and open_now.folder != folder:
            open_now.close()
            open_now = None
        if open_now is None and folder is not None:
            open_now = TakeProxies(folder, rate_hz)
        for preview in previews if open_now is not None else ():
            if open_now is not None and isinstance(preview, Preview):
                open_now.take(preview)
    if open_now is not None:
        open_now.close()
    ear.close()


def main() -> None:
    """`python -m stage.takes.service --stage FILE --run-dir DIR`."""
    run_service("recorder", record)


if __name__ == "__main__":
    main()
