"""The steps of bounced light: ordered ahead, faded to, the same as long as nothing changes."""

from __future__ import annotations

from dataclasses import replace

from stage.messages.frames import Heavens, LightSteps
from stage.model.look import Exposure, Look, SkyLook, SunLook
from stage.show.light_track import STEP_S, LightTrack, share_of

CLEAR, HAZY = Look(), Look(sky=SkyLook(aerosol=4.0))
CLOUDY = Look(sky=SkyLook(cloud_cover=0.5))
NOON = Heavens()
RATE_HZ = 24


def _run(track: LightTrack, look: Look, times_s: list[float], heavens: Heavens = NOON) -> list[LightSteps]:
    return [track.follow("yard", look, heavens, None, time_s) for time_s in times_s]


def _seconds(start_s: float, end_s: float) -> list[float]:
    return [number / RATE_HZ for number in range(round(start_s * RATE_HZ), round(end_s * RATE_HZ))]


def test_where_nothing_changes_the_steps_are_one_object_for_hours() -> None:
    steps = _run(LightTrack(), CLEAR, [0.0, 0.5, 1.0, 10.0, 7200.0])
    assert all(one is steps[0] for one in steps)
    assert steps[0].before is steps[0].after is steps[0].ahead


def test_a_change_is_ordered_at_once_a_second_ahead_and_then_faded_to() -> None:
    track = LightTrack()
    old = _run(track, CLEAR, _seconds(0.0, 5.0))[-1].after
    changed = _run(track, HAZY, _seconds(5.0, 9.0))
    assert changed[0].ahead.look.sky.aerosol == 4.0
    assert changed[0].since_s == 5.0
    new = changed[0].ahead
    for time_s, steps in zip(_seconds(5.0, 9.0), changed, strict=True):
        shown = (steps.before, steps.after, share_of(steps, time_s))
        if time_s < 6.0:
            assert shown[0] is old
            assert shown[1] is old
        elif time_s < 7.0:
            assert shown == (old, new, time_s - 6.0)
        else:
            assert shown[1] is new
            assert shown[0] is new or shown[2] == 1.0
    assert changed[-1].before is changed[-1].ahead is new


def test_every_step_was_ahead_for_a_whole_step_before_it_is_shown() -> None:
    track = LightTrack()
    first_seen: dict[int, float] = {}
    for number, time_s in enumerate(_seconds(0.0, 20.0)):
        look = Look(sky=SkyLook(aerosol=1.0 + 0.01 * number))
        steps = track.follow("yard", look, NOON, None, time_s)
        first_seen.setdefault(id(steps.ahead), time_s)
        share = share_of(steps, time_s)
        if share > 0.0 and steps.after is not steps.before and number > 2:
            assert time_s - first_seen[id(steps.after)] >= STEP_S - 1e-9


def test_what_is_shown_never_jumps() -> None:
    track = LightTrack()
    before: dict[int, float] | None = None
    for time_s in _seconds(0.0, 6.0) + _seconds(6.0, 12.0):
        look = CLEAR if time_s < 2.1 else HAZY if time_s < 4.7 else CLOUDY
        steps = track.follow("yard", look, NOON, None, time_s)
        share = share_of(steps, time_s)
        weights: dict[int, float] = {}
        for lit, weight in ((steps.before, 1.0 - share), (steps.after, share)):
            weights[id(lit)] = weights.get(id(lit), 0.0) + weight
        if before is not None:
            keys = weights.keys() | before.keys()
            assert max(abs(weights.get(key, 0.0) - before.get(key, 0.0)) for key in keys) <= 1.0 / RATE_HZ + 1e-9
        before = weights


def test_clouds_move_the_light_every_step_and_gains_and_stops_do_not() -> None:
    track = LightTrack()
    steps = _run(track, CLOUDY, _seconds(0.0, 6.0))
    assert len({id(one) for one in steps}) >= 5
    track = LightTrack()
    first = _run(track, CLEAR, [0.0])[0]
    for number, look in enumerate(
        (
            replace(CLEAR, sky=SkyLook(gain=0.2, ambient_gain=3.0)),
            replace(CLEAR, exposure=Exposure(ev=0.4)),
            replace(CLEAR, sun=SunLook(gain=0.1)),
        )
    ):
        assert _run(track, look, [5.0 + number])[0] is first


def test_another_set_has_its_own_light_at_once() -> None:
    track = LightTrack()
    _run(track, CLEAR, _seconds(0.0, 2.0))
    steps = track.follow("hall", HAZY, NOON, None, 2.0)
    assert steps.before is steps.after
    assert steps.after.look.sky.aerosol == 4.0
