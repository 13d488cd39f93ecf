"""A take's frames through today's renderer: do the outputs carry what they carried? Needs digests in the take."""

from __future__ import annotations

from stage.errors import InputError
from stage.takes.take import Take
from stage.units import NS_PER_S
from tools.takes.job import Job, Tell, run_job
from tools.takes.redraw import Span, digests_of
from tools.takes.replay.differences import Difference, Differences


def replay_render(take: Take, step: int, tell: Tell) -> Differences:
    """Every `step`th frame from the roll on. Raises InputError where the take was shot without digests."""
    if not digests_of(take):
        remedy = "Shoot with `openstage run --digests`; --through tracking and conductor need none"
        raise InputError(take.name, "", "does not say what the outputs carried", remedy)
    done = run_job(take, Job(take.folder, None, verify=True, span=Span(step=step)), tell)
    found = Differences("render")
    assert done.book is not None
    found.equal = done.book.equal
    roll_ns = int(take.present_ns[min(take.info.pre_roll, len(take.numbers) - 1)])
    for number in done.book.different:
        at_s = (int(take.present_ns[take.place_of(number)]) - roll_ns) / NS_PER_S
        found.tell(Difference(number, at_s, "outputs", "carry other codes"))
    if done.book.unknown:
        found.note(f"{done.book.unknown} frames were never on the wall, or not reported")
    return found
