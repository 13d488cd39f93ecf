"""MVR and GDTF files in, proposals out: places and slots as computed, independent readers agree, bad files refused."""

from __future__ import annotations

import json
import tomllib
import zipfile
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import numpy as np
import pygdtf
import pymvr
import pytest
from numpy.typing import NDArray
from typer.testing import CliRunner

from stage.errors import InputError
from stage.files.archive import Archive
from stage.lights.emitters import Emitters
from stage.model.fixture import Fixture
from stage.mvr.proposal import DESCRIPTION, SCENE, Proposal, proposal_from, proposal_of, summary_of, toml_of
from tests.places import DATA, ROOT
from tools.cli import app

HERE = "{1,0,0}{0,1,0}{0,0,1}"
TURNED_90 = "{0,1,0}{-1,0,0}{0,0,1}"
"""The local X axis points along Y: counter-clockwise by 90 degrees seen from above."""


def fixture(name: str, address: str, matrix: str = HERE + "{1000,-2000,3500}", mode: str = "Deep") -> str:
    return f"""<Fixture name="{name}" uuid="8b1c0a0e-0000-4000-8000-0000000000{len(name):02d}"><Matrix>{matrix}</Matrix>
      <GDTFSpec>Par.gdtf</GDTFSpec><GDTFMode>{mode}</GDTFMode>
      <Addresses><Address break="0">{address}</Address></Addresses></Fixture>"""


SCREEN = f"""<VideoScreen name="LED back" uuid="8b1c0a0e-0000-4000-8000-000000000099">
  <Matrix>{TURNED_90}{{2000,3000,500}}</Matrix>
  <Geometries><Geometry3D fileName="back.glb"/></Geometries></VideoScreen>"""


def plan(*children: str, layer: str = "") -> str:
    matrix = f"<Matrix>{layer}</Matrix>" if layer else ""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<GeneralSceneDescription verMajor="1" verMinor="6"><UserData/><Scene><AUXData/><Layers>
<Layer name="rig" uuid="8b1c0a0e-0000-4000-8000-000000000001">{matrix}<ChildList>{"".join(children)}</ChildList></Layer>
</Layers></Scene></GeneralSceneDescription>"""


def channel(offset: str, attribute: str) -> str:
    return f"""<DMXChannel DMXBreak="1" Offset="{offset}" InitialFunction="x_{attribute}.{attribute}.{attribute} 1"
      Geometry="x"><LogicalChannel Attribute="{attribute}"><ChannelFunction Attribute="{attribute}"
      Name="{attribute} 1" DMXFrom="0/1" Default="0/1"/></LogicalChannel></DMXChannel>"""


def mode(name: str, *channels: str) -> str:
    return f'<DMXMode Name="{name}" Geometry="x"><DMXChannels>{"".join(channels)}</DMXChannels></DMXMode>'


RGB_16 = [channel("1,2", "ColorAdd_R"), channel("3,4", "ColorAdd_G"), channel("5,6", "ColorAdd_B")]
MIXED = [channel("1,2", "Dimmer"), channel("3", "Shutter1"), channel("4", "Pan"), channel("6", "ColorAdd_R")]
MIXED += [channel("7", "ColorAdd_G"), channel("8", "ColorAdd_B"), channel("9", "ColorAdd_W")]
EMITTERS = "".join(
    f'<Emitter Name="{name}" Color="{x},{y},20"/>'
    for name, x, y in (("Red", 0.69, 0.3), ("Green 1", 0.2, 0.71), ("Blue", 0.14, 0.05))
)
GDTF = f"""<?xml version="1.0" encoding="UTF-8"?><GDTF DataVersion="1.2"><FixtureType Name="Par" ShortName="Par"
  LongName="Par" Manufacturer="Maker" Description="" FixtureTypeID="8B1C0A0E-0000-4000-8000-000000000002">
  <PhysicalDescriptions><Emitters>{EMITTERS}</Emitters></PhysicalDescriptions>
  <Geometries><Geometry Name="x" Model="" Position="{{1,0,0,0}}{{0,1,0,0}}{{0,0,1,0}}{{0,0,0,1}}"/></Geometries>
  <DMXModes>{mode("Deep", *RGB_16)}{mode("Mixed", *MIXED)}{mode("White", channel("1", "Dimmer"), channel("2", "CTO"))}
  {mode("Blind", channel("1", "Gobo1"))}</DMXModes></FixtureType></GDTF>"""


def zipped(**entries: str | bytes) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return file.getvalue()


def mvr(folder: Path, scene: str, gdtf: str = GDTF) -> Path:
    path = folder / "plan.mvr"
    entries: dict[str, str | bytes] = {SCENE: scene, "Par.gdtf": zipped(**{DESCRIPTION: gdtf})}
    path.write_bytes(zipped(**entries))
    return path


def fixtures_of(proposal: Proposal) -> list[Fixture]:
    return [Fixture.model_validate(each) for each in tomllib.loads(toml_of(proposal)).get("fixtures", [])]


def test_a_fixture_is_proposed_with_place_address_slots_and_colours(tmp_path: Path) -> None:
    (lamp,) = fixtures_of(proposal_of(mvr(tmp_path, plan(fixture("Key light", "519")))))
    assert (lamp.name, lamp.kind, lamp.bits, lamp.slots) == ("Key light", "rgb", 16, ("red", "green", "blue"))
    assert lamp.position_m == (1.0, -2.0, 3.5), "millimetres"
    assert (lamp.universe, lamp.address) == (2, 7), "absolute 519 = 512 + 7"
    assert lamp.primaries == ((0.69, 0.3), (0.2, 0.71), (0.14, 0.05))


@pytest.mark.parametrize(("text", "where"), [("1", (1, 1)), ("512", (1, 512)), ("513", (2, 1)), ("7.100", (7, 100))])
def test_addresses_are_absolute_or_universe_and_slot(text: str, where: tuple[int, int], tmp_path: Path) -> None:
    (lamp,) = proposal_of(mvr(tmp_path, plan(fixture("a", text)))).fixtures
    assert (lamp.plan.universe, lamp.plan.address) == where


def test_slots_of_mixed_depth_keep_their_places(tmp_path: Path) -> None:
    (lamp,) = fixtures_of(proposal_of(mvr(tmp_path, plan(fixture("a", "1", mode="Mixed")))))
    slots = ("dimmer", "zero", "full", "half", "zero", "red", "green", "blue", "white")
    assert (lamp.kind, lamp.bits, lamp.slots) == ("rgbw", 8, slots)


def test_a_white_lamp_of_any_temperature(tmp_path: Path) -> None:
    (lamp,) = fixtures_of(proposal_of(mvr(tmp_path, plan(fixture("a", "1", mode="White")))))
    assert (lamp.kind, lamp.slots) == ("cct", ("dimmer", "cct"))


def test_what_cannot_be_used_is_left_out_with_the_reason(tmp_path: Path) -> None:
    scene = plan(fixture("blind", "1", mode="Blind"), fixture("nowhere", "0"), fixture("late", "510"))
    text = toml_of(proposal_of(mvr(tmp_path, scene)))
    assert tomllib.loads(text) == {}
    assert "# blind is left out:" in text
    assert "neither a dimmer nor red, green and blue" in text
    assert "# nowhere is left out: it has no address" in text
    assert "# late is left out: it does not fit its universe" in text


def test_groups_and_layers_carry_what_is_in_them(tmp_path: Path) -> None:
    """A layer 1 m up, a group turned by 90 degrees at x = 2 m, a lamp 1 m along the group's own X axis."""
    group = f"""<GroupObject name="truss" uuid="8b1c0a0e-0000-4000-8000-000000000003">
      <Matrix>{TURNED_90}{{2000,0,0}}</Matrix>
      <ChildList>{fixture("lamp", "1", HERE + "{1000,0,0}")}</ChildList></GroupObject>"""
    (lamp,) = proposal_of(mvr(tmp_path, plan(group, layer=HERE + "{0,0,1000}"))).fixtures
    assert lamp.plan.position_m == (2.0, 1.0, 1.0)


def test_a_screen_turned_by_90_degrees_about_z_faces_along_x(tmp_path: Path) -> None:
    ((name, screen),) = proposal_of(mvr(tmp_path, plan(SCREEN))).screens
    assert name == "LED back"
    assert screen.facing == pytest.approx((1.0, 0.0, 0.0)), "the local -Y of a wall, turned"
    assert screen.right == pytest.approx((0.0, 1.0, 0.0))
    assert screen.position_m == (2.0, 3.0, 0.5)
    assert screen.pan_tilt_roll_deg == pytest.approx((90.0, 0.0, 0.0))
    assert screen.files == ("back.glb",)
    text = toml_of(proposal_of(tmp_path / "plan.mvr"))
    assert "# pan_deg = 90.0" in text
    assert tomllib.loads(text) == {}, "its pixels are not known: a comment"


def test_two_of_one_name_get_names_of_their_own(tmp_path: Path) -> None:
    scene = plan(fixture("spot", "1"), fixture("spot", "7"), fixture("&quot;Ü/..&quot;", "13"))
    assert [lamp.name for lamp in fixtures_of(proposal_of(mvr(tmp_path, scene)))] == ["spot", "spot-2", "Ü"]


def test_independent_readers_read_the_same(tmp_path: Path) -> None:
    path = mvr(tmp_path, plan(fixture("key", "519"), SCREEN))
    ours = proposal_of(path)
    with pymvr.GeneralSceneDescription(str(path)) as theirs:
        (layer,) = theirs.scene.layers
        (lamp,), (screen,) = layer.child_list.fixtures, layer.child_list.video_screens
        (address,) = lamp.addresses.addresses
        assert (address.universe, address.address) == (2, 7)
        assert [value / 1000.0 for value in lamp.matrix.matrix[3][:3]] == list(ours.fixtures[0].plan.position_m)
        assert screen.name == ours.screens[0][1].name
        assert list(screen.matrix.matrix[0][:3]) == pytest.approx(ours.screens[0][1].right)
    gdtf = tmp_path / "Par.gdtf"
    gdtf.write_bytes(zipped(**{DESCRIPTION: GDTF}))
    with pygdtf.FixtureType(str(gdtf)) as kind:
        offsets = [each.offset for each in kind.dmx_modes[0].dmx_channels]
    assert offsets == [[1, 2], [3, 4], [5, 6]]


@pytest.mark.parametrize("name", ["../evil.xml", "/etc/passwd", "a/../../b", "..\\evil", "C:/evil", "C:\\evil"])
def test_an_entry_that_points_outside_is_refused(name: str, tmp_path: Path) -> None:
    path = tmp_path / "evil.mvr"
    path.write_bytes(zipped(**{SCENE: plan(), name: "x"}))
    with pytest.raises(InputError, match="points outside"):
        proposal_of(path)


@pytest.mark.parametrize(
    "declared",
    [
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE x SYSTEM "http://127.0.0.1/x.dtd">',
        '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_document_type_is_refused_before_anything_is_made_of_it(declared: str, encoding: str, tmp_path: Path) -> None:
    text = plan(fixture("&a;", "1")).replace('<?xml version="1.0" encoding="UTF-8"?>', "")
    path = tmp_path / "evil.mvr"
    path.write_bytes(zipped(**{SCENE: (declared + text).encode(encoding)}))
    with pytest.raises(InputError, match="document type"):
        proposal_of(path)


def test_a_bomb_is_refused_unopened(tmp_path: Path) -> None:
    path = tmp_path / "bomb.mvr"
    path.write_bytes(zipped(**{SCENE: bytes(70 << 20)}))
    assert path.stat().st_size < 100_000
    with pytest.raises(InputError, match="too large"):
        proposal_of(path)


def test_a_gdtf_bomb_leaves_its_fixtures_out(tmp_path: Path) -> None:
    path = mvr(tmp_path, plan(fixture("a", "1")), gdtf=" " * (9 << 20))
    assert "# a is left out:" in toml_of(proposal_of(path))


@pytest.mark.parametrize(
    "content", [b"", b"no zip", zipped(other="x"), zipped(**{SCENE: "<a"}), zipped(**{SCENE: "<a/>"})]
)
def test_what_is_no_plan_is_refused_with_the_file(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "broken.mvr"
    path.write_bytes(content)
    with pytest.raises(InputError) as refused:
        proposal_of(path)
    assert "broken.mvr" in refused.value.where


def test_every_cut_of_a_good_file_is_refused_or_read_never_a_bug(tmp_path: Path) -> None:
    whole = mvr(tmp_path, plan(fixture("a", "1"), SCREEN)).read_bytes()
    damaged = [whole[:length] for length in range(0, len(whole), 37)]
    damaged += [whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :] for at in range(0, len(whole), 11)]
    for content in damaged:
        try:
            toml_of_content(content)
        except InputError:
            continue


def toml_of_content(content: bytes) -> str:
    return toml_of(proposal_from(Archive(content, "damaged.mvr"), "damaged.mvr"))


@pytest.mark.parametrize("matrix", ["{1,0}", "nonsense", "{1,0,0}{0,1,0}{0,0,1}{a,b,c}", HERE + "{nan,0,0}"])
def test_a_matrix_that_is_none_leaves_out_its_fixture_alone(matrix: str, tmp_path: Path) -> None:
    proposal = proposal_of(mvr(tmp_path, plan(fixture("key", "1", matrix), fixture("fill", "9"))))
    assert [lamp.name for lamp in fixtures_of(proposal)] == ["fill"]
    assert "# key is left out: Fixture 'key': its matrix is none" in toml_of(proposal)


def test_a_group_whose_matrix_is_none_leaves_out_what_stands_in_it(tmp_path: Path) -> None:
    group = (
        f'<GroupObject name="truss"><Matrix>?</Matrix><ChildList>{fixture("a", "1")}{SCREEN}</ChildList></GroupObject>'
    )
    proposal = proposal_of(mvr(tmp_path, plan(group, fixture("b", "9"))))
    assert [lamp.name for lamp in fixtures_of(proposal)] == ["b"]
    assert "# a is left out: GroupObject 'truss': its matrix is none" in toml_of(proposal)
    assert "# Its place is unknown: GroupObject 'truss'" in toml_of(proposal)


@pytest.mark.parametrize("address", ["-1", "1.0", "0.5", "1.513", "x", "1.2.3", "9" * 30, "\u0663"])
def test_an_address_that_is_none_leaves_out_its_fixture_alone(address: str, tmp_path: Path) -> None:
    proposal = proposal_of(mvr(tmp_path, plan(fixture("key", address), fixture("fill", "9"))))
    assert [lamp.name for lamp in fixtures_of(proposal)] == ["fill"]
    assert "# key is left out: its address is none" in toml_of(proposal)


def test_a_mode_that_the_fixture_has_not_is_named_with_those_it_has(tmp_path: Path) -> None:
    proposal = proposal_of(mvr(tmp_path, plan(fixture("key", "1", mode="Wide"), fixture("fill", "9"))))
    assert [lamp.name for lamp in fixtures_of(proposal)] == ["fill"]
    assert "has no mode 'Wide'. Choose one of 'Deep', 'Mixed', 'White', 'Blind' in the plan" in toml_of(proposal)


def test_a_mode_is_known_whatever_its_case_and_spaces(tmp_path: Path) -> None:
    (lamp,) = fixtures_of(proposal_of(mvr(tmp_path, plan(fixture("key", "1", mode=" mixed ")))))
    assert lamp.kind == "rgbw"


def test_a_plan_that_names_no_mode_is_told_which_there_are(tmp_path: Path) -> None:
    proposal = proposal_of(mvr(tmp_path, plan(fixture("key", "1", mode=""))))
    assert fixtures_of(proposal) == []
    assert "has several modes, and the plan names none" in toml_of(proposal)


def test_the_same_reason_is_told_once(tmp_path: Path) -> None:
    lamps = [fixture(f"spot {n}", str(20 * n), mode="Blind") for n in range(1, 4)]
    proposal = proposal_of(mvr(tmp_path, plan(*lamps)))
    assert toml_of(proposal).count("has neither a dimmer") == 1
    assert toml_of(proposal).count("is left out: as spot 1") == 2
    assert summary_of(proposal) == "3 fixture(s), 0 screen(s); 3 fixture(s) left out, each with the reason"


def white(*functions: str, attribute: str = "CTO") -> str:
    cto = f"""<DMXChannel DMXBreak="1" Offset="2" Geometry="x">
      <LogicalChannel Attribute="{attribute}">{"".join(functions)}
      </LogicalChannel></DMXChannel>"""
    modes = mode("Deep", channel("1", "Dimmer"), cto)
    return f"<GDTF><FixtureType><DMXModes>{modes}</DMXModes></FixtureType></GDTF>"


def function(attribute: str, start: str, ends: tuple[float, float]) -> str:
    physical = f'PhysicalFrom="{ends[0]}" PhysicalTo="{ends[1]}"'
    return f'<ChannelFunction Name="f" Attribute="{attribute}" DMXFrom="{start}" {physical}/>'


@pytest.mark.parametrize("attribute", ["CTO", "CTC", "CTB"])
@pytest.mark.parametrize("ends", [(2800.0, 5600.0), (6500.0, 2700.0)])
def test_a_lamp_shows_the_colour_temperature_that_its_gdtf_says(
    attribute: str, ends: tuple[float, float], tmp_path: Path
) -> None:
    """Slot to kelvin as the GDTF says, light to slot as the product does: the light's own temperature comes out."""
    gdtf = white(function(attribute, "0/1", ends), attribute=attribute)
    (lamp,) = fixtures_of(proposal_of(mvr(tmp_path, plan(fixture("key", "1")), gdtf)))
    assert (lamp.kind, lamp.cct_min_k, lamp.cct_max_k) == ("cct", min(ends), max(ends))
    for kelvin in (3200.0, 4000.0, 5000.0):
        _, slot = Emitters(lamp).shares(light_of(kelvin))
        assert ends[0] + slot * (ends[1] - ends[0]) == pytest.approx(kelvin, rel=0.01)


def light_of(kelvin: float) -> NDArray[np.float64]:
    """Linear Rec.709 of a black body, by Kim's approximation of its CIE xy (2000 to 4000 K and above)."""
    t = 1e3 / kelvin
    if kelvin < 4000.0:
        x = -0.2661239 * t**3 - 0.2343589 * t**2 + 0.8776956 * t + 0.179910
        y = -0.9549476 * x**3 - 1.37418593 * x**2 + 2.09137015 * x - 0.16748867
    else:
        x = -3.0258469 * t**3 + 2.1070379 * t**2 + 0.2226347 * t + 0.240390
        y = 3.0817580 * x**3 - 5.87338670 * x**2 + 3.75112997 * x - 0.37001483
    xyz = np.array([x / y, 1.0, (1.0 - x - y) / y])
    srgb = [[3.2406, -1.5372, -0.4986], [-0.9689, 1.8758, 0.0415], [0.0557, -0.2040, 1.0570]]
    return np.asarray(np.array(srgb) @ xyz, np.float64)


def test_a_slot_that_does_something_else_at_its_ends_is_drawn_out_and_told(tmp_path: Path) -> None:
    """Up to 63 no correction, from 64 on 6500 K to 3500 K: at full 3500 K."""
    gdtf = white(function("NoFeature", "0/1", (0, 1)), function("CTO", "64/1", (6500.0, 3500.0)))
    proposal = proposal_of(mvr(tmp_path, plan(fixture("key", "1")), gdtf))
    (lamp,) = fixtures_of(proposal)
    assert (lamp.cct_min_k, lamp.cct_max_k, lamp.slots) == (3500.0, 7500.0, ("dimmer", "cct_falling"))
    assert "only 75% of its colour temperature slot are colour temperatures" in toml_of(proposal)


@pytest.mark.parametrize("ends", [(0.0, 1.0), (5600.0, 5600.0), (float("nan"), 2700.0), (1e9, 1.0)])
def test_colour_temperatures_that_are_none_are_told(ends: tuple[float, float], tmp_path: Path) -> None:
    proposal = proposal_of(mvr(tmp_path, plan(fixture("key", "1")), white(function("CTO", "0/1", ends))))
    (lamp,) = fixtures_of(proposal)
    assert (lamp.cct_min_k, lamp.cct_max_k) == (2700.0, 6500.0)
    assert "does not say its colour temperatures" in toml_of(proposal)


def test_a_coloured_lamp_keeps_the_slot_of_its_correction_at_rest(tmp_path: Path) -> None:
    modes = mode("Deep", *[channel(str(n), f"ColorAdd_{c}") for n, c in enumerate("RGB", 1)], channel("4", "CTO"))
    gdtf = f"<GDTF><FixtureType><DMXModes>{modes}</DMXModes></FixtureType></GDTF>"
    (lamp,) = fixtures_of(proposal_of(mvr(tmp_path, plan(fixture("key", "1")), gdtf)))
    assert lamp.slots == ("red", "green", "blue", "zero")


def test_slots_beyond_a_universe_are_none(tmp_path: Path) -> None:
    modes = mode("Deep", channel("1", "Dimmer"), channel("2000000000", "CTO"))
    gdtf = f"<GDTF><FixtureType><DMXModes>{modes}</DMXModes></FixtureType></GDTF>"
    (lamp,) = fixtures_of(proposal_of(mvr(tmp_path, plan(fixture("key", "1")), gdtf)))
    assert lamp.slots == ("dimmer",)


def test_a_fixture_file_is_not_a_plan(tmp_path: Path) -> None:
    path = tmp_path / "Par.gdtf"
    path.write_bytes(zipped(**{DESCRIPTION: GDTF}))
    with pytest.raises(InputError, match=r"is a fixture \(GDTF\), not a lighting plan\. Give the \.mvr"):
        proposal_of(path)


CASES = {
    "ok_rgb": ("A", "rgb", 1, 1),
    "addr_univ": ("B", "rgb", 2, 5),
    "zh": ("面光灯", "rgb", 1, 1),
    "cto_physical": ("A", "cct", 1, 1),
}


@pytest.mark.parametrize("name", CASES)
def test_small_plans_of_others_are_proposed_as_they_are(name: str) -> None:
    (lamp,) = fixtures_of(proposal_of(DATA / "mvr" / f"{name}.mvr"))
    assert (lamp.name, lamp.kind, lamp.universe, lamp.address) == CASES[name]
    if name == "cto_physical":
        assert (lamp.slots, lamp.cct_min_k, lamp.cct_max_k) == (("dimmer", "cct_falling"), 2700.0, 6500.0)


def test_the_plan_with_a_mode_that_is_none_is_told() -> None:
    text = toml_of(proposal_of(DATA / "mvr" / "mode_missing.mvr"))
    assert tomllib.loads(text) == {}
    assert "has no mode 'Nope'. Choose one of 'M'" in text


def test_the_command_prints_toml_and_changes_nothing(tmp_path: Path) -> None:
    path = mvr(tmp_path, plan(fixture("key", "1"), SCREEN))
    before = sorted(tmp_path.iterdir())
    shown = CliRunner().invoke(app, ["lights", "import", str(path)])
    assert shown.exit_code == 0
    assert tomllib.loads(shown.stdout)["fixtures"][0]["name"] == "key"
    listed = json.loads(CliRunner().invoke(app, ["lights", "import", str(path), "--json"]).output)
    assert listed["screens"][0]["position_m"] == [2.0, 3.0, 0.5]
    assert sorted(tmp_path.iterdir()) == before


def test_a_damaged_plan_is_refused_by_name_whichever_byte_is_wrong() -> None:
    whole = (ROOT / "tests" / "data" / "mvr" / "damaged.mvr").read_bytes()
    for place in range(0, len(whole), 7):
        damaged = bytearray(whole)
        damaged[place] ^= 0xFF
        with suppress(InputError):
            Archive(bytes(damaged), "plan.mvr").read("GeneralSceneDescription.xml")
    with pytest.raises(InputError, match="cannot be unpacked"):
        Archive(whole, "plan.mvr").read("GeneralSceneDescription.xml")
