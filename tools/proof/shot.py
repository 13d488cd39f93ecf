"""A shot: a finite run of the real processes, every frame accounted for, its pictures redrawn from the records.

A frame is a pure function of its record, so the pictures of any frame can be made after the run. That they match the
wall is checked, not assumed: the render process' own previews, taken during the run, are compared byte for byte with
previews of the redrawn frames.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from render.frame import Renderer
from render.view.material import Material
from stage.errors import InputError
from stage.maths.pose import Pose
from stage.messages.frames import CameraState, Frame
from stage.model.camera import Camera
from stage.units import NS_PER_MS, NS_PER_S
from tools.live.progress import Tell, silent
from tools.proof.apart import apart
from tools.proof.exposure import middle_ns, shutter_ns
from tools.proof.latency import LATE_MS, latency_of
from tools.proof.live import LiveRun
from tools.proof.picture_file import write_picture
from tools.proof.rig import Rig, true_state
from tools.sim.wall_picture import canvases_from_outputs
from tools.sim.witness import WallLight, Witness, display_codes

SURROUND = 0.012
"""Light the witness sees beside the walls: a dark studio, in units of 100 nits."""
PREVIEWS_COMPARED = 12
VIDEO_HEIGHT_PX = 540
TOLD_EVERY = 48
"""Frames between progress reports of the film."""

Codes = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class ShotFrame:
    """One frame of the shot: `index` from 0, `shown` = the frame on the wall in the middle of its period (an
    earlier one if this one was late or skipped), `decided` False if the conductor missed the tick."""

    index: int
    number: int
    decided: bool
    drawn: bool
    shown: int | None
    late_ms: float | None
    packet_to_frame_ms: float | None
    position_error_mm: float | None
    rotation_error_deg: float | None
    camera: dict[str, Any] | None
    true_pose: dict[str, Any]


def account(seen: LiveRun, camera: Camera) -> list[ShotFrame]:
    """Every frame from the first to the last number of the run. A frame decided before the run
    began and shown after that is not counted: its record was not kept."""
    numbers = seen.numbers()
    changes = sorted((report.presented_ns, number) for number, report in seen.reports.items() if number in seen.frames)
    frames = []
    for index, number in enumerate(range(numbers[0], numbers[-1] + 1)):
        middle_ns = (_present_ns(seen, number) + _present_ns(seen, number + 1)) // 2
        place = bisect_right(changes, (middle_ns, number))
        frames.append(_account_one(seen, camera, index, number, changes[place - 1][1] if place else None))
    return frames


def report_document(
    seen: LiveRun, rig: Rig, camera: Camera, frames: list[ShotFrame], same: int, of: int
) -> dict[str, Any]:
    """report.json."""
    latency = latency_of(seen, camera, rig.wall_distance_m(camera))
    return {
        "stage": seen.stage.name,
        "scene": rig.scene_name,
        "camera": camera.name,
        "frame_rate": seen.stage.frame_rate,
        "renderer": rig.context.info["GL_RENDERER"],
        "frames_decided": sum(frame.decided for frame in frames),
        "frames_drawn": sum(frame.drawn for frame in frames),
        "frames_late": sum(frame.late_ms is not None and frame.late_ms > LATE_MS for frame in frames),
        "frames_repeated": sum(frame.shown != frame.number for frame in frames[1:]),
        "previews_compared": of,
        "previews_identical": same,
        "latency": asdict(latency) if latency else None,
        "frames": [asdict(frame) for frame in frames],
    }


class ShotPictures:
    """Redraws frames of a run and films them from the true pupil."""

    def __init__(self, seen: LiveRun, rig: Rig, camera: Camera) -> None:
        self._seen, self._rig, self._camera = seen, rig, camera
        self._renderer: Renderer = rig.renderer(Material.LIT)
        lights = {wall.name: WallLight.of(wall) for wall in rig.stage.walls}
        self._witness = Witness(rig.surfaces, lights, camera.image_px)
        width_px = round(VIDEO_HEIGHT_PX * camera.image_px[0] / camera.image_px[1] / 2) * 2
        self._video_witness = Witness(rig.surfaces, lights, (width_px, VIDEO_HEIGHT_PX))
        self.video_px = (width_px, VIDEO_HEIGHT_PX)

    def write_stills(self, out: Path, chosen: list[ShotFrame], tell: Tell = silent) -> None:
        """`frame-INDEX-OUTPUT.png` for every output and `witness-INDEX.png`, each from the picture on the wall.

        Raises InputError if they cannot be written.
        """
        tell(f"writing {len(chosen)} frame{'' if len(chosen) == 1 else 's'} as pictures")
        for shot in chosen:
            outputs = self._outputs(shot)
            if outputs is None:
                continue
            for name, picture in outputs.items():
                write_picture(out / f"frame-{shot.index:05d}-{name}.png", picture[..., :3])
            write_picture(out / f"witness-{shot.index:05d}.png", self._film(self._witness, shot, outputs))

    def write_video(self, path: Path, frames: list[ShotFrame], tell: Tell = silent) -> None:
        """The witness' picture of every frame, H.264 at the stage's rate.

        Raises InputError if it cannot be written.
        """
        try:
            self._encode(path, frames, tell)
        except OSError as error:
            problem = f"cannot be written: {error.strerror}"
            raise InputError(str(path), "", problem, "Give another folder, or make room on the disk") from error

    def _encode(self, path: Path, frames: list[ShotFrame], tell: Tell) -> None:
        with av.open(str(path), "w") as container:
            stream = container.add_stream("libx264", rate=self._seen.stage.rate_hz)
            stream.width, stream.height = self.video_px
            stream.pix_fmt, stream.options = "yuv420p", {"crf": "18", "preset": "veryfast"}
            for number, picture in enumerate(self._video_pictures(frames)):
                if number % TOLD_EVERY == 0:
                    tell(f"filming frame {number + 1} of {len(frames)} for {path.name}")
                container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
            container.mux(stream.encode())

    def compare_previews(self) -> tuple[int, int]:
        """(identical, compared): previews of the live run against previews of the same frames redrawn."""
        usable = [p for p in self._seen.previews if p.frame_number in self._seen.frames]
        chosen = usable[:: max(1, len(usable) // PREVIEWS_COMPARED)][:PREVIEWS_COMPARED]
        same = 0
        for preview in chosen:
            self._renderer.draw(self._seen.frames[preview.frame_number])
            again = self._renderer.readback.preview(preview.output)
            same += again.shape[:2] == (preview.height_px, preview.width_px) and again.tobytes() == preview.pixels
        return same, len(chosen)

    def close(self) -> None:
        """Release the renderer."""
        self._renderer.release()

    def _video_pictures(self, frames: list[ShotFrame]) -> Iterator[Codes]:
        for shot in frames:
            outputs = self._outputs(shot)
            if outputs is not None:
                yield self._film(self._video_witness, shot, outputs)

    def _outputs(self, shot: ShotFrame) -> dict[str, Codes] | None:
        """The outputs as on the wall; None before the first frame was shown."""
        if shot.shown is None:
            return None
        self._renderer.draw(self._seen.frames[shot.shown])
        return {output.name: self._renderer.readback.output(output.name) for output in self._rig.stage.outputs}

    def _film(self, witness: Witness, shot: ShotFrame, outputs: dict[str, Codes]) -> Codes:
        """What the camera sees of the walls while its shutter is open."""
        present_ns, canvases = _present_ns(self._seen, shot.number), canvases_from_outputs(self._rig.stage, outputs)
        parts = []
        for later_ns in shutter_ns(self._seen.stage, self._camera):
            true = true_state(self._camera, self._seen.true_pupil(self._camera.name, present_ns + later_ns))
            parts.append(witness.film(true, canvases, SURROUND))
        return display_codes(np.asarray(np.mean(parts, axis=0), np.float32))


def write_report(path: Path, document: dict[str, Any]) -> None:
    """As indented JSON. Raises InputError if it cannot be written."""
    try:
        path.write_text(json.dumps(document, indent=2), encoding="utf-8")
    except OSError as error:
        raise InputError(str(path), "", f"cannot be written: {error.strerror}", "Give another folder") from error


def _account_one(seen: LiveRun, camera: Camera, index: int, number: int, shown: int | None) -> ShotFrame:
    frame, report = seen.frames.get(number), seen.reports.get(number)
    state = _state_of(frame, camera) if frame else None
    true = seen.true_pupil(camera.name, _present_ns(seen, number) + middle_ns(seen.stage, camera))
    error_m, error_deg = apart(state, true) if state else (None, None)
    sent_ns = seen.packet_sent_ns(state) if state else None
    return ShotFrame(
        index=index,
        number=number,
        decided=frame is not None,
        drawn=report is not None,
        shown=shown,
        late_ms=max(0.0, report.late_ns / NS_PER_MS) if report else None,
        packet_to_frame_ms=(report.drawn_ns - sent_ns) / NS_PER_MS if report and sent_ns is not None else None,
        position_error_mm=None if error_m is None else error_m * 1000.0,
        rotation_error_deg=error_deg,
        camera=asdict(state) if state else None,
        true_pose=_pose_document(true),
    )


def _state_of(frame: Frame, camera: Camera) -> CameraState:
    return next(state for state in frame.cameras if state.name == camera.name)


def _present_ns(seen: LiveRun, number: int) -> int:
    rate = seen.stage.rate_hz
    return number * rate.denominator * NS_PER_S // rate.numerator


def _pose_document(pose: Pose) -> dict[str, Any]:
    return {"position_m": pose.position_m, "orientation": pose.orientation}
