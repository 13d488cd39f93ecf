"""The frame decision: samples and look in, the complete `Frame` out. Pure: time is an argument."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from stage.maths.frame_clock import FrameClock
from stage.messages.frames import (
    IN_THE_FILES_ORDER,
    CameraChoice,
    CameraForecast,
    CameraMargin,
    CameraMemory,
    Frame,
    Heavens,
    Show,
    Wind,
)
from stage.messages.samples import TrackingSample
from stage.model.look import Look
from stage.model.stagefile import Stage
from stage.show.aim import aim_ns
from stage.show.camera_choice import by_priority, first_choice
from stage.show.camera_memory import recall, remembered
from stage.show.camera_track import CameraTrack
from stage.show.easing import care_of
from stage.show.light_track import LightTrack
from stage.show.margin_watch import MarginWatch, distance_to_walls_m
from stage.units import NS_PER_S


@dataclass(frozen=True, slots=True)
class Air:
    """What is on air in one frame besides the cameras. While `held`, frames repeat the picture of the first held one:
    its cameras, its scene time, its look."""

    scene: str
    look: Look
    heavens: Heavens = field(default_factory=Heavens)
    show: Show = field(default_factory=Show)
    held: bool = False
    wind: Wind | None = None
    choice: CameraChoice = IN_THE_FILES_ORDER


class Conductor:
    """Holds a track for every camera and decides frame after frame; `air` is what they show, or `taken`: the frame of a
    take that is on the walls. `skipped`: frames before the coming one that are not decided (`Frame.skipped`)."""

    def __init__(self, stage: Stage, look: Look) -> None:
        self.air = Air(stage.scene, look, choice=first_choice(stage.cameras))
        self._held: Frame | None = None
        self._light = LightTrack()
        self._clock = FrameClock(stage.rate_hz)
        self._outer_every = stage.timing.outer_every_frames
        self._watches = {
            camera.name: MarginWatch(camera.name, distance_to_walls_m(stage, camera), aim_ns(stage, camera))
            for camera in stage.cameras
        }
        rates = {source.name: source.rate_hz for source in stage.sources}
        self._tracks = {
            camera.name: CameraTrack(
                camera,
                rates.get(camera.source, CameraTrack.DEFAULT_RATE_HZ),
                aim_ns(stage, camera),
                care_of(stage, camera),
            )
            for camera in stage.cameras
        }
        self.taken: Frame | None = None
        self.skipped: int | None = None
        self._choice: CameraChoice | None = None
        self._ranked: list[CameraTrack] = []

    @property
    def held(self) -> Frame | None:
        """The frame whose picture is held, if any."""
        return self._held

    def hold(self, frame: Frame | None) -> None:
        """Hold the picture that another conductor held."""
        self._held = frame

    def observe(self, sample: TrackingSample) -> None:
        """Take in a sample; one of a camera the stage does not have is ignored."""
        track = self._tracks.get(sample.camera)
        if track is not None and track.observe(sample):
            self._watches[sample.camera].observe(sample)

    def drawn(self, frame: Frame, now_ns: int) -> list[CameraMargin | CameraForecast]:
        """A frame was sent. Returns what is to be told of inner views and of the prediction, compared with what the
        cameras filmed. While a take is on the walls there is nothing to compare."""
        if self.taken is not None:
            return []
        for watch in self._watches.values():
            watch.drawn(frame)
        told = [watch.report(now_ns) for watch in self._watches.values()]
        forecasts = [self._tracks[state.name].drawn(state, now_ns) for state in frame.cameras]
        return [each for each in (*told, *forecasts) if each is not None]

    def decide(self, number: int, present_ns: int, now_ns: int, rehearsed: bool = False) -> Frame:
        """The record of frame `number`: every camera predicted to its exposure in that frame's light
        (stage/show/aim.py), validity as of `now_ns`. `rehearsed`: it is not sent, and no camera remembers it."""
        air = self.air
        if self.taken is not None:
            return self._again(self.taken, number, present_ns, now_ns)
        if air.held and self._held is not None:
            return self._again(self._held, number, present_ns, now_ns)
        outer_number = number - number % self._outer_every
        time_s = self._scene_time_s(number)
        frame = Frame(
            number=number,
            present_ns=present_ns,
            decided_ns=now_ns,
            scene=air.scene,
            scene_time_s=time_s,
            outer_number=outer_number,
            outer_scene_time_s=self._scene_time_s(outer_number),
            look=air.look,
            cameras=tuple([track.state_at(present_ns, now_ns, rehearsed) for track in self._by_priority(air.choice)]),
            heavens=air.heavens,
            show=air.show,
            wind=air.wind,
            choice=air.choice,
            skipped=self.skipped,
            light=self._light.follow(air.scene, air.look, air.heavens, air.wind, time_s),
        )
        self._held = frame if air.held else None
        return frame

    def memory(self, camera: str, number: int) -> CameraMemory:
        """Everything that the prediction of a camera knows, after frame `number` was decided."""
        return CameraMemory(camera, number, remembered(self._tracks[camera]))

    def recall(self, memory: CameraMemory, choice: CameraChoice) -> None:
        """Go on predicting from there; `choice` is that of the same frame. Raises MessageError where another release
        wrote it."""
        recall(self._tracks[memory.camera], memory.state)
        if self._choice is None:
            self._choice, self._ranked = choice, [self._tracks[name] for name in by_priority(choice, self._tracks)]

    def _again(self, shown: Frame, number: int, present_ns: int, now_ns: int) -> Frame:
        """The picture of another frame as frame `number`."""
        show, skipped = self.air.show, self.skipped
        return replace(shown, number=number, present_ns=present_ns, decided_ns=now_ns, show=show, skipped=skipped)

    def _by_priority(self, choice: CameraChoice) -> list[CameraTrack]:
        if choice is not self._choice:
            if self._choice is not None and choice.snaps != self._choice.snaps:
                for track in self._tracks.values():
                    track.snap()
            self._choice = choice
            self._ranked = [self._tracks[name] for name in by_priority(choice, self._tracks)]
        return self._ranked

    def _scene_time_s(self, number: int) -> float:
        return (self._clock.present_ns(number) - self._clock.epoch_ns) / NS_PER_S
