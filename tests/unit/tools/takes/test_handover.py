"""What is handed to post, read again by the programs and libraries that post uses."""

from __future__ import annotations

import hashlib
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import OpenEXR
import opentimelineio
import pypdf
import pytest
import xmlschema
from pxr import Gf, Usd, UsdGeom

from stage.lenses.unreal import read_ulens
from stage.maths.lens import LensModel, distort, opencv_from_model, overscan
from stage.maths.pose import rotation_matrix
from stage.messages.samples import LensState
from stage.model.look import Grade
from stage.takes.library import TakeLibrary
from stage.takes.take import Take
from stage.takes.take_info import TakeInfo
from tests.unit.tools.takes.test_post import FRAMES, post, take
from tools.takes.post.cdl import cdl
from tools.takes.post.curve import Curve, Row, curve_of
from tools.takes.post.day import day_named, write_day
from tools.takes.post.hash_list import c4_text, write_hash_list
from tools.takes.post.lens_files import MOST_MAPS, maps_needed, write_st_maps
from tools.takes.post.lists import ale, edl
from tools.takes.post.report import Report, Table
from tools.takes.post.report_pdf import write_pdf
from tools.takes.post.shots import Marker, Shot, shot_of
from tools.takes.post.st_maps import st_maps
from tools.takes.post.timelines import fcpxml, otio

__all__ = ["post", "take"]

SCHEMAS = Path(__file__).parents[3] / "data" / "mhl"
GRADE = Grade((1.1, 0.9, 1.0), (0.01, -0.02, 0.0), (1.0, 1.2, 0.8), 0.75)
SENSOR_MM, SIZE_PX = (24.0, 13.5), (640, 360)
BENT = LensModel(24.0, (0.31, -0.17), (-4e-4, 0.0, 2e-7), (1e-5, -2e-5))
LENS = LensState(24.0, (0.31, -0.17), (-4e-4, 0.0, 2e-7), (1e-5, -2e-5), overscan=overscan(BENT, SENSOR_MM))
STOP = (cv2.TERM_CRITERIA_COUNT + cv2.TERM_CRITERIA_EPS, 200, 1e-12)
TELL = lambda text: None  # noqa: E731


def shot(slate: str, take: int, rate: str, start: str, frames: int) -> Shot:
    info = TakeInfo(
        schema="take/1",
        slate=slate,
        take=take,
        stage="s",
        stage_file="s.toml",
        rate=rate,
        status="complete",
        rolled_at="2026-11-30T10:00:00+01:00",
        start_timecode=start,
        first_frame=1000,
        last_frame=1000 + frames + 4,
        pre_roll=5,
        software="1",
        circled=True,
        note="good\tone, <b>&",
    )
    return Shot(info, ((0, GRADE), (40, Grade())), (Marker(7, "alert", "source-lost: tracker <a>"),))


def shots(rate: str, start: str = "10:00:58:12") -> list[Shot]:
    return [shot("12A", 3, rate, start, 100), shot("场1", 1, rate, start, 240)]


@pytest.mark.parametrize("rate", ["24", "25", "30", "24000/1001"])
def test_an_edl_is_read_by_its_adapter_with_the_same_times(rate: str) -> None:
    given = shots(rate)
    # Both count the frames between labels, so whole numbers must agree exactly; the adapter wants the whole rate.
    read = opentimelineio.adapters.read_from_string(edl("day", given), "cmx_3600", rate=given[0].counting.whole)
    clips = list(read.find_clips())
    assert [clip.name for clip in clips] == [each.name for each in given]
    for clip, each in zip(clips, given, strict=True):
        assert clip.source_range.start_time.value == each.start
        assert clip.source_range.duration.value == each.length
    assert clips[0].metadata["cdl"]["asc_sat"] == GRADE.saturation
    assert list(clips[0].metadata["cdl"]["asc_sop"]["slope"]) == list(GRADE.slope)


@pytest.mark.parametrize("rate", ["24", "25", "24000/1001"])
def test_an_ale_is_read_by_its_adapter_with_the_same_times(rate: str) -> None:
    given = shots(rate)
    read = opentimelineio.adapters.read_from_string(ale(given), "ale", fps=given[0].counting.whole)
    assert [clip.name for clip in read] == [each.name for each in given]
    for clip, each in zip(read, given, strict=True):
        assert clip.source_range.start_time.value == each.start
        assert clip.source_range.duration.value == each.length
        assert clip.metadata["ALE"]["Tape"]
    assert read[0].metadata["ALE"]["Comments"] == "good one, <b>&"


@pytest.mark.parametrize("rate", ["24", "25", "30000/1001", "24000/1001", "60"])
def test_an_otio_timeline_is_read_by_opentimelineio(rate: str) -> None:
    given = shots(rate)
    read = opentimelineio.adapters.read_from_string(otio("day", given), "otio_json")
    clips = list(read.find_clips())
    for clip, each in zip(clips, given, strict=True):
        assert clip.name == each.name
        assert clip.source_range.start_time == opentimelineio.opentime.RationalTime(each.start, float(Fraction(rate)))
        assert clip.duration().value == each.length
        assert clip.metadata["openstage"]["note"] == each.info.note
        (marker,) = clip.markers
        assert (marker.name, marker.color) == ("source-lost: tracker <a>", "RED")
        assert marker.marked_range.start_time.value == each.start + 7
    assert read.to_json_string() == opentimelineio.adapters.read_from_string(read.to_json_string()).to_json_string()


@pytest.mark.parametrize("rate", ["24", "25", "30000/1001", "24000/1001"])
def test_an_fcpxml_is_read_by_its_adapter_and_lies_on_the_raster(rate: str) -> None:
    given = shots(rate)
    text = fcpxml("day", given)
    read = opentimelineio.adapters.read_from_string(text, "fcpx_xml")
    found = [clip for timeline in read.find_children(descended_from_type=opentimelineio.schema.Timeline) for clip in
             timeline.find_clips()] if not hasattr(read, "find_clips") else list(read.find_clips())  # fmt: skip
    assert [clip.name for clip in found] == [each.name for each in given]
    period = 1 / Fraction(rate)
    for clip in ET.fromstring(text).iter("asset-clip"):
        for key in ("offset", "start", "duration"):
            assert (Fraction(clip.attrib[key].removesuffix("s")) / period).denominator == 1
    starts = [
        Fraction(clip.attrib["start"].removesuffix("s")) / period for clip in ET.fromstring(text).iter("asset-clip")
    ]
    assert starts == [each.start for each in given]


def test_a_cdl_holds_every_grade_that_stood() -> None:
    root = ET.fromstring(cdl(shots("24")))
    space = {"cdl": "urn:ASC:CDL:v1.2"}
    corrections = root.findall(".//cdl:ColorCorrection", space)
    assert [each.attrib["id"] for each in corrections] == ["12A-3", "12A-3 +40", "场1-1", "场1-1 +40"]
    for tag, values in (("Slope", GRADE.slope), ("Offset", GRADE.offset), ("Power", GRADE.power)):
        text = corrections[0].findtext(f"cdl:SOPNode/cdl:{tag}", namespaces=space)
        assert text is not None
        assert [float(number) for number in text.split()] == pytest.approx(values, abs=1e-9)
    assert corrections[1].findtext("cdl:SatNode/cdl:Saturation", namespaces=space) == "1"


def test_c4_is_that_of_the_reference_implementation() -> None:
    digest = hashlib.sha512(b"media-hash-list").digest()  # from the tests of github.com/ascmitc/mhl, MIT
    known = "c456LycWwpMMS7VDZEKvYv2L1uJS6s4qAFnaJdnQiy5JVbBFZMA8aLDS6SPaJjLqxXH4qZdnbuktopMt9frtC2qL1R"
    assert c4_text(digest) == known
    assert len(c4_text(bytes(64))) == 90


def test_a_hash_list_is_valid_and_its_chain_goes_on(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    files = [tmp_path / "a" / "clip & more.txt", tmp_path / "b.txt"]
    for file in files:
        file.write_text(file.name)
    now = datetime(2026, 11, 30, 10, 0, tzinfo=UTC)
    lists = [write_hash_list(tmp_path, files, "1.0", now) for _ in range(2)]
    schema = xmlschema.XMLSchema(SCHEMAS / "ASCMHL.xsd")
    for each in lists:
        schema.validate(each)
    paths = [each.text for each in ET.parse(lists[0]).getroot().iter("{urn:ASC:MHL:v2.0}path")]
    assert paths == ["a/clip & more.txt", "b.txt"]
    chain = tmp_path / "ascmhl" / "ascmhl_chain.xml"
    directory = xmlschema.XMLSchema(
        SCHEMAS / "ASCMHLDirectory.xsd", locations={"urn:ASC:MHL:v2.0": str(SCHEMAS / "ASCMHL.xsd")}, allow="local"
    )
    directory.validate(chain)
    space = "{urn:ASC:MHL:DIRECTORY:v2.0}"
    entries = ET.parse(chain).getroot().findall(f"{space}hashlist")
    assert [entry.attrib["sequencenr"] for entry in entries] == ["1", "2"]
    for entry, path in zip(entries, lists, strict=True):
        assert entry.findtext(f"{space}path") == path.name
        assert entry.findtext(f"{space}c4") == c4_text(hashlib.sha512(path.read_bytes()).digest())


def sampled(values: np.ndarray, x: float, y: float) -> np.ndarray:
    """A map's value at pixel coordinates from the upper left corner, as a compositor samples it."""
    at = (np.array([[x - 0.5]], np.float32), np.array([[y - 0.5]], np.float32))
    found: np.ndarray = np.asarray(cv2.remap(values, *at, cv2.INTER_LINEAR))[0, 0]
    return found


def test_st_maps_are_the_lens_model_by_opencvs_own_arithmetic() -> None:
    """Plate pixels straightened by OpenCV land where the maps say, within 0.01 px; there and back is where it began."""
    maps = st_maps(LENS, SENSOR_MM, SIZE_PX)
    lens = opencv_from_model(BENT, SENSOR_MM, SIZE_PX)
    matrix = np.array([[lens.fx_px, 0, lens.cx_px], [0, lens.fy_px, lens.cy_px], [0, 0, 1.0]])
    k = lens.radial
    coefficients = np.array([k[0], k[1], *lens.tangential, k[2], k[3], k[4], k[5]])
    height, width = maps.distort.shape[:2]
    large = (maps.undistort.shape[1], maps.undistort.shape[0])
    assert (width, height) == SIZE_PX
    assert large[0] / width >= LENS.overscan - 0.01
    for x, y in ((3.5, 3.5), (320.5, 180.5), (635.5, 20.5), (100.5, 350.5), (630.5, 355.5)):
        plate = np.array([[[x - 0.5, y - 0.5]]])
        ray = np.asarray(cv2.undistortPointsIter(plate, matrix, coefficients, np.eye(3), np.eye(3), STOP))[0, 0]
        straight = np.array([ray[0] * lens.fx_px + lens.cx_px + 0.5, ray[1] * lens.fy_px + lens.cy_px + 0.5])
        in_large = straight + (np.array(large) - np.array(SIZE_PX)) / 2.0
        u, v = maps.distort[int(y), int(x)]
        assert np.allclose([u * large[0], (1.0 - v) * large[1]], in_large, atol=0.01)
        back_u, back_v = sampled(maps.undistort, in_large[0], in_large[1])
        assert np.allclose([back_u * width, (1.0 - back_v) * height], [x, y], atol=0.02)


def rows_of(lenses: list[LensState]) -> tuple[Row, ...]:
    from stage.maths.pose import Pose

    pose = Pose((0.0, 0.0, 0.0), (1.0, 0.0, 0.0, 0.0))
    return tuple(Row(n, n, f"00:00:00:{n % 24:02}", pose, lens, "tracked") for n, lens in enumerate(lenses))


def test_a_lens_that_stands_has_one_map_and_one_that_breathes_has_enough(tmp_path: Path) -> None:
    still = rows_of([LENS] * 50)
    assert len(maps_needed(still, SENSOR_MM, SIZE_PX)[0]) == 1
    moving = rows_of([replace(LENS, radial=(-4e-4 * (1 + n / 100), 0.0, 2e-7)) for n in range(200)])
    chosen, close_px = maps_needed(moving, SENSOR_MM, SIZE_PX)
    assert 4 < len(chosen) <= MOST_MAPS
    grid = np.array([[12.0, 6.75], [-12.0, 6.75]])
    for row in moving:
        held = [each for each in chosen if each.place <= row.place][-1]
        there, here = (distort(grid, each.lens.radial, each.lens.tangential) for each in (held, row))
        assert np.abs(there - here).max() * SIZE_PX[0] / SENSOR_MM[0] <= close_px + 1e-6
    files = write_st_maps(Curve("a", SENSOR_MM, Fraction(24), still), SIZE_PX, tmp_path)
    with OpenEXR.File(str(files[0]), separate_channels=True) as file:
        channels = file.channels()
        assert channels["R"].pixels.shape == st_maps(LENS, SENSOR_MM, SIZE_PX).undistort.shape[:2]
        assert np.array_equal(channels["G"].pixels, st_maps(LENS, SENSOR_MM, SIZE_PX).undistort[..., 1])
        assert not channels["B"].pixels.any()


def test_the_usd_camera_is_read_by_usd_with_the_takes_poses(take: Path, post: Path) -> None:
    stage = Usd.Stage.Open(str(post / "camera_a.usda"))
    camera = UsdGeom.Camera(stage.GetPrimAtPath("/take/camera"))
    assert (stage.GetEndTimeCode(), UsdGeom.GetStageUpAxis(stage)) == (len(FRAMES) - 1, "Y")
    with Take(take) as opened:
        rows = curve_of(opened, "a", 0).rows
    assert len(UsdGeom.Xformable(camera).GetTimeSamples()) == len(rows)
    for row in rows[::7]:
        seen = camera.GetCamera(Usd.TimeCode(row.place))
        eye = np.array(seen.transform.ExtractTranslation())
        assert np.allclose([eye[0], -eye[2], eye[1]], row.pose.position_m, atol=0.05)  # the exposure's moment is later
        looks = seen.transform.TransformDir(Gf.Vec3d(0, 0, -1))
        assert np.allclose([looks[0], -looks[2], looks[1]], rotation_matrix(row.pose.orientation)[:, 1], atol=0.02)
        wanted = 2 * np.degrees(np.arctan(12.0 / row.lens.focal_length_mm))
        assert seen.GetFieldOfView(Gf.Camera.FOVHorizontal) == pytest.approx(wanted, abs=0.1)
    assert UsdGeom.Mesh(stage.GetPrimAtPath("/take/wall_0")).GetPointsAttr().Get()


def test_the_folder_has_lens_and_lists_and_its_hash_list_is_of_its_files(take: Path, post: Path) -> None:
    lens = read_ulens((post / "lens_a.ulens").read_text(), "lens_a.ulens")
    assert lens.file.pictured_mm[0] > 0
    names = {path.name for path in post.iterdir()}
    assert names >= {"take.otio", "take.edl", "take.ale", "take.fcpxml", "take.cdl", "report.pdf", "stmap_a.csv"}
    (listed,) = (post / "ascmhl").glob("*.mhl")
    xmlschema.XMLSchema(SCHEMAS / "ASCMHL.xsd").validate(listed)
    space = "{urn:ASC:MHL:v2.0}"
    for entry in ET.parse(listed).getroot().iter(f"{space}hash"):
        path = post / (entry.findtext(f"{space}path") or "")
        assert entry.findtext(f"{space}c4") == c4_text(hashlib.sha512(path.read_bytes()).digest())
    text = "".join(page.extract_text() for page in pypdf.PdfReader(post / "report.pdf").pages)
    assert "12A take 1" in text
    assert "Over a gap" in text


def test_a_pdf_says_when_letters_are_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tools.takes.post.report_pdf.FONTS", ())
    write_pdf([Report("场1 take 1", (Table("", (), (("Note", "läuft"),)),))], tmp_path / "a.pdf")
    text = pypdf.PdfReader(tmp_path / "a.pdf").pages[0].extract_text()
    assert "?1 take 1" in text
    assert "letters that no font" in text


def test_a_day_has_every_take_and_lists_of_all(take: Path, tmp_path: Path) -> None:
    library = TakeLibrary(take.parent.parent)
    day = day_named(library, None)
    broken = take.parent / "99Z_t001"
    broken.mkdir()
    try:
        (broken / "part-001.mcap").write_bytes(b"nothing")
        done = write_day(library, day, tmp_path, {f"{day}/12A_t001": "/card/A001C003_X.mov"}, TELL)
    finally:
        (broken / "part-001.mcap").unlink()
        broken.rmdir()
    assert (done.takes, len(done.left_out)) == (1, 1)
    (clip,) = opentimelineio.adapters.read_from_file(str(tmp_path / day / "day.otio")).find_clips()
    assert clip.media_reference.target_url == "/card/A001C003_X.mov"
    assert "A001C003" in (tmp_path / day / "day.edl").read_text()
    assert (tmp_path / day / "12A_t001" / "take.json").is_file()
    assert len(pypdf.PdfReader(tmp_path / day / "report.pdf").pages) >= 2


def test_a_takes_shot_has_its_grade(take: Path) -> None:
    with Take(take) as opened:
        found = shot_of(opened)
    assert found.grades == ((0, Grade()),)
    assert found.length == len(FRAMES) - found.info.pre_roll
