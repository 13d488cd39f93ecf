"""An MVR file as a proposal for the stage file: TOML to copy from. Nothing is changed anywhere."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from stage.errors import InputError
from stage.files.archive import Archive
from stage.files.xml_document import document_of
from stage.model.fixture import CHANNELS, UNIVERSE_SLOTS
from stage.mvr.fixture_type import FixtureType, fixture_type_of
from stage.mvr.plan import PlanFixture, PlanScreen, plan_of
from stage.names import name_like

SCENE, DESCRIPTION = "GeneralSceneDescription.xml", "description.xml"
MOST_FIXTURES = 512


@dataclass(frozen=True, slots=True)
class ProposedFixture:
    """A lamp under a valid name, and its type from the GDTF file. `problem`: why it is left out, "" where it is not."""

    name: str
    plan: PlanFixture
    type: FixtureType | None
    problem: str

    @property
    def note(self) -> str:
        """What somebody has to look at, though it can be used; "" for nothing."""
        return "" if self.type is None or self.type.temperature is None else self.type.temperature.note


@dataclass(frozen=True, slots=True)
class Proposal:
    """The parts of a plan for a stage."""

    source: str
    fixtures: tuple[ProposedFixture, ...]
    screens: tuple[tuple[str, PlanScreen], ...]


def proposal_of(path: Path) -> Proposal:
    """The proposal of an .mvr file. Raises InputError where the file cannot be used at all."""
    return proposal_from(Archive.of_file(path), path.name)


def proposal_from(archive: Archive, source: str) -> Proposal:
    """The proposal of an open .mvr file."""
    if SCENE not in archive and DESCRIPTION in archive:
        problem = "is a fixture (GDTF), not a lighting plan"
        raise InputError(archive.where, "", problem, "Give the .mvr file of the plan: it holds its fixtures")
    plan = plan_of(document_of(archive.read(SCENE), archive.where, SCENE), archive.where)
    names = _unique(fixture.name or "fixture" for fixture in plan.fixtures)
    kinds: dict[tuple[str, str], FixtureType | InputError] = {}
    proposed = []
    for name, fixture in zip(names, plan.fixtures, strict=True):
        key = (fixture.gdtf, fixture.mode)
        if key not in kinds:
            kinds[key] = _type(archive, fixture)
        proposed.append(_proposed(name, fixture, kinds[key]))
    screens = zip(_unique(screen.name or "screen" for screen in plan.screens), plan.screens, strict=True)
    return Proposal(source, tuple(proposed), tuple(screens))


def _proposed(name: str, plan: PlanFixture, kind: FixtureType | InputError) -> ProposedFixture:
    if isinstance(kind, InputError):
        return ProposedFixture(name, plan, None, plan.problem or str(kind))
    problem = plan.problem or kind.problem
    if not problem and plan.address == 0:
        problem = "it has no address"
    if not problem and plan.address + len(kind.channels) * kind.bits // 8 - 1 > UNIVERSE_SLOTS:
        problem = "it does not fit its universe"
    return ProposedFixture(name, plan, kind, problem)


def summary_of(proposal: Proposal) -> str:
    """How many lamps and screens the plan has, and how many lamps are left out."""
    out = sum(bool(each.problem) for each in proposal.fixtures)
    told = f"{len(proposal.fixtures)} fixture(s), {len(proposal.screens)} screen(s)"
    return f"{told}; {out} fixture(s) left out, each with the reason" if out else told


def toml_of(proposal: Proposal) -> str:
    """The proposal as TOML for the stage file, with comments for what is not known."""
    lines = [
        f"# From {proposal.source}. Nothing was changed: copy what you need into the stage file.",
        "# Positions in metres; MVR's X, Y and Z are the stage's right, forward and up. Measure peak_lux and set it.",
    ]
    reasons: dict[str, str] = {}
    for number, each in enumerate(proposal.fixtures):
        if number == MOST_FIXTURES:
            lines += ["", f"# {len(proposal.fixtures) - MOST_FIXTURES} more: a stage has at most {MOST_FIXTURES}."]
            break
        first = reasons.setdefault(each.problem, each.name)
        lines += ["", *_fixture_lines(each, each.problem if first == each.name else f"as {first}")]
    for name, screen in proposal.screens:
        lines += ["", *_screen_lines(name, screen)]
    return "\n".join(lines) + "\n"


def _type(archive: Archive, fixture: PlanFixture) -> FixtureType | InputError:
    name = fixture.gdtf if fixture.gdtf.lower().endswith(".gdtf") else f"{fixture.gdtf}.gdtf"
    where = f"{archive.where}: {name}"
    try:
        inner = Archive(archive.read(name), where)
        return fixture_type_of(document_of(inner.read(DESCRIPTION), where, DESCRIPTION), fixture.mode, where)
    except InputError as error:
        return error


def _fixture_lines(each: ProposedFixture, reason: str) -> list[str]:
    plan, kind = each.plan, each.type
    lines = [
        "[[fixtures]]",
        f"name = {_quoted(each.name)}",
        f'kind = "{kind.kind if kind else "rgb"}"',
        f"position_m = {list(plan.position_m)}",
        f"universe = {plan.universe}",
        f"address = {plan.address}",
    ]
    if kind is not None:
        lines.append(f"bits = {kind.bits}")
        if kind.channels != CHANNELS[kind.kind]:
            lines.append(f"channels = [{', '.join(_quoted(channel) for channel in kind.channels)}]")
        if kind.primaries is not None:
            lines.append(f"primaries = {[list(xy) for xy in kind.primaries]}")
        lines += _temperature_lines(kind)
    if each.note:
        lines.insert(1, f"# {each.note}")
    if not each.problem:
        return lines
    return [f"# {each.name} is left out: {_one_line(reason)}", *[f"# {line}" for line in lines]]


def _temperature_lines(kind: FixtureType) -> list[str]:
    """The colour temperatures at the ends of its slot, the lower one first."""
    given = kind.temperature
    if given is None or given.at_zero_k is None or given.at_full_k is None:
        return []
    low, high = sorted((given.at_zero_k, given.at_full_k))
    return [f"cct_min_k = {low}", f"cct_max_k = {high}"]


def _screen_lines(name: str, screen: PlanScreen) -> list[str]:
    pan, tilt, roll = (round(angle, 3) + 0.0 for angle in screen.pan_tilt_roll_deg)
    facing = [round(part, 4) + 0.0 for part in screen.facing]
    file = _one_line(screen.files[0]) if screen.files else "SCREEN.obj"
    return [
        *([f"# Its place is unknown: {_one_line(screen.problem)}"] if screen.problem else []),
        f"# Video screen {name}: its front faces {facing} if that is its own -Y side; otherwise change pan_deg.",
        "# MVR has no pixels: set size_px, and extract its geometry from the .mvr (a zip) as `file`.",
        "# [[walls]]",
        f'# name = "{name}"',
        '# kind = "mesh"',
        f"# file = {_quoted(file)}",
        "# size_px = [1920, 1080]",
        f"# position_m = {list(screen.position_m)}",
        f"# pan_deg = {pan}",
        f"# tilt_deg = {tilt}",
        f"# roll_deg = {roll}",
    ]


def _unique(names: Iterable[str]) -> list[str]:
    """Valid, unique names for the stage file."""
    given: list[str] = []
    taken: set[str] = set()
    for text in names:
        plain = (name_like(text) or "unnamed")[:56].strip()
        name, number = plain, 2
        while name in taken:
            name, number = f"{plain}-{number}", number + 1
        taken.add(name)
        given.append(name)
    return given


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "/").replace('"', "'") + '"'


def _one_line(text: str) -> str:
    return "".join(part if part.isprintable() else " " for part in text)[:300]
