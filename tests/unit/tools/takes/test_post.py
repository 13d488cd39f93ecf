"""What a take hands to post: every curve against the motion it was made of, every list read again."""

from __future__ import annotations

import json
import math
import re
from dataclasses import replace
from pathlib import Path

import jsonschema
import numpy as np
import pytest

from stage.errors import InputError
from stage.files.loading import find_stage, load_stage
from stage.maths.pose import Pose, quaternion_from_pan_tilt_roll, rotation_matrix
from stage.messages.frames import CameraState
from stage.messages.samples import LensState, TrackingSample, Validity
from stage.motions.reading import read_motion
from stage.show.aim import aim_ns
from stage.takes.content import ContentStore, look_files, scene_files, stage_files
from stage.takes.places import take_folders
from stage.takes.recorder import Recorder
from stage.takes.take import Take
from stage.walls.surface import surface_of
from tests.unit.stage.takes.letters import cut, frame, letter, on_air, rolling, setting, time_of
from tools.takes.post.curve import curve_of
from tools.takes.post.folder import CHECKSUMS, write_post

FRAMES = range(30, 78)
STAGE = find_stage("two-walls").resolve()
SAMPLE_NS = 8_333_333
GAP = (time_of(50), time_of(56))


def pose_at(moment_ns: int) -> Pose:
    """A camera that pans, rises and leans smoothly."""
    t = (moment_ns - time_of(0)) / 1e9
    position = (0.4 + 0.5 * math.sin(t), -2.6 + 0.1 * t, 1.35 + 0.2 * math.cos(2 * t))
    return Pose(position, quaternion_from_pan_tilt_roll(-10.0 + 20.0 * math.sin(t), 3.0 * t, 2.0))


def sample(number: int) -> TrackingSample:
    captured_ns = time_of(0) + number * SAMPLE_NS
    pose = pose_at(captured_ns)
    return TrackingSample(
        camera="a",
        source="tracker-a",
        number=number,
        captured_ns=captured_ns,
        received_ns=captured_ns,
        position_m=pose.position_m,
        orientation=pose.orientation,
        lens=LensState(20.0 + 0.01 * number, (0.1, -0.2)),
        sender_counter=None,
    )


@pytest.fixture(scope="module")
def take(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds of a bundled stage; the tracker is silent for six frames."""
    root = tmp_path_factory.mktemp("stage") / "takes"
    stage = load_stage(STAGE)
    store = ContentStore(root)
    files = stage_files(STAGE, stage) | look_files(stage.look, STAGE) | scene_files("boxes", STAGE)
    content = {name: store.keep(path) for name, path in files.items()}
    recorder = Recorder(replace(setting(root), stage="two-walls", stage_file=STAGE.name), 0, lambda scenes: content)
    slate = rolling(FRAMES.start)
    recorder.take([on_air(slate, time_of(FRAMES.start) - 10)], 0)
    number = 0
    for tick in FRAMES:
        while (given := sample(number)).captured_ns < time_of(tick + 1):
            if given.captured_ns >= time_of(FRAMES.start - 1) and not GAP[0] < given.captured_ns < GAP[1]:
                recorder.take([letter(given, given.captured_ns)], 0)
            number += 1
        recorder.take([letter(replace(frame(tick), cameras=(drawn(tick),)), time_of(tick))], 0)
    while (given := sample(number)).captured_ns < time_of(FRAMES.stop + 2):
        recorder.take([letter(given, given.captured_ns)], 0)
        number += 1
    recorder.take([on_air(cut(slate), time_of(FRAMES.stop + 2))], 0)
    (folder,) = take_folders(root)
    return folder


def number_after(words: str, text: str) -> float:
    return float(text.partition(words)[2].replace(",", " ").split()[0])


def in_gap(later_ns: int) -> set[int]:
    """The frames whose moment lies between the last sample before the silence and the first after it."""
    captured = [sample(number).captured_ns for number in range(500)]
    last, first = max(c for c in captured if c <= GAP[0]), min(c for c in captured if c >= GAP[1])
    return {number for number in FRAMES if last < time_of(number + 1) + later_ns < first}


def drawn(tick: int) -> CameraState:
    pose = pose_at(time_of(tick + 1))
    return CameraState(
        name="a",
        validity=Validity.LIVE,
        position_m=pose.position_m,
        orientation=pose.orientation,
        lens=LensState(20.0),
        sensor_mm=(24.0, 13.5),
        sample_number=1,
        sender_counter=None,
        captured_ns=0,
        received_ns=0,
        horizon_ns=0,
    )


@pytest.fixture(scope="module")
def post(take: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("post")
    with Take(take) as opened:
        write_post(opened, out)
    return out


def test_a_curve_is_the_motion_itself_at_the_middle_of_the_exposure(take: Path) -> None:
    later_ns = 7_000_000
    with Take(take) as opened:
        curve = curve_of(opened, "a", later_ns)
    assert [row.number for row in curve.rows] == list(FRAMES)
    for row in curve.rows:
        true = pose_at(time_of(row.number + 1) + later_ns)
        if row.quality == "tracked":
            assert math.dist(row.pose.position_m, true.position_m) < 1e-5
            turn = rotation_matrix(row.pose.orientation).T @ rotation_matrix(true.orientation)
            assert np.degrees(np.arccos(min(1.0, (np.trace(turn) - 1) / 2))) < 0.01
    assert {row.number for row in curve.rows if row.quality == "gap"} == in_gap(later_ns)


def test_nukes_file_gives_the_same_motion_to_another_reader(take: Path, post: Path) -> None:
    with Take(take) as opened:
        curve = curve_of(opened, "a", 0)
    lines = [[float(value) for value in line.split()] for line in (post / "camera_a_zxy.chan").read_text().splitlines()]
    assert len(lines) == len(FRAMES)
    for row, (number, tx, ty, tz, rx, ry, rz, vfov) in zip(curve.rows, lines, strict=True):
        assert number == row.place + 1
        assert math.dist((tx, -tz, ty), row.pose.position_m) < 0.05  # the file's moment is the exposure's
        x, y, z = (math.radians(angle) for angle in (rx, ry, rz))
        about_x = np.array([[1, 0, 0], [0, math.cos(x), -math.sin(x)], [0, math.sin(x), math.cos(x)]])
        about_y = np.array([[math.cos(y), 0, math.sin(y)], [0, 1, 0], [-math.sin(y), 0, math.cos(y)]])
        about_z = np.array([[math.cos(z), -math.sin(z), 0], [math.sin(z), math.cos(z), 0], [0, 0, 1]])
        right, up, back = (about_y @ about_x @ about_z).T
        across, forward, above = rotation_matrix(row.pose.orientation).T
        for theirs, ours in ((right, across), (up, above), (-back, forward)):
            assert np.allclose([theirs[0], -theirs[2], theirs[1]], ours, atol=0.02)
        assert vfov == pytest.approx(math.degrees(2 * math.atan(6.75 / row.lens.focal_length_mm)), abs=0.05)
    motion = read_motion(post / "camera_a_zxy.chan")
    assert len(motion.poses) == len(FRAMES)


def test_the_usd_camera_looks_where_the_camera_looked(take: Path, post: Path) -> None:
    text = (post / "camera_a.usda").read_text()
    found = re.findall(r"(\d+): \( \((.*?)\), \((.*?)\), \((.*?)\), \((.*?)\) \)", text)
    assert len(found) == len(FRAMES)
    with Take(take) as opened:
        rows = curve_of(opened, "a", 0).rows
    place, *lines = found[10]
    matrix = np.array([[float(value) for value in line.split(",")] for line in lines])
    pose = rows[int(place)].pose
    eye, ahead = (np.array([*point, 1.0]) @ matrix for point in ((0, 0, 0), (0, 0, -1)))
    looks = (ahead - eye)[:3]
    assert np.allclose([looks[0], -looks[2], looks[1]], rotation_matrix(pose.orientation)[:, 1], atol=0.02)
    width, focal = number_after("horizontalAperture =", text), number_after("focalLength.timeSamples = {0:", text)
    assert width / focal == pytest.approx(24.0 / rows[0].lens.focal_length_mm, rel=1e-3)
    stage = load_stage(STAGE)
    assert text.count("def Mesh") == len(stage.walls)
    corner = surface_of(stage.walls[0], STAGE.parent).vertices_m[0]
    assert f"({corner[0]:.12g}, {corner[2]:.12g}, {-corner[1] + 0.0:.12g})" in text


def test_every_sample_is_an_opentrackio_document(take: Path, post: Path) -> None:
    lines = [json.loads(line) for line in (post / "tracking_a.jsonl").read_text().splitlines()]
    with Take(take) as opened:
        samples = [each.record for each in opened.records("tracking.sample")]
    assert len(lines) == len(samples)
    first, document = samples[0], lines[0]
    assert isinstance(first, TrackingSample)
    moved = document["transforms"][0]["translation"]
    assert (moved["x"], moved["y"], moved["z"]) == pytest.approx(first.position_m)
    assert document["lens"]["pinholeFocalLength"] == first.lens.focal_length_mm
    assert document["protocol"]["version"] == [1, 0, 1]
    schema = json.loads((Path(__file__).parents[3] / "data" / "opentrackio" / "schema.json").read_text())
    for each in lines[::40]:
        jsonschema.validate(each, schema)


def test_checksums_are_of_the_files_and_the_report_names_the_gap(post: Path) -> None:
    import hashlib

    for line in (post / CHECKSUMS).read_text().splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256((post / name).read_bytes()).hexdigest() == digest
    assert "12A take 1" in (post / "report.html").read_text()
    stage = load_stage(STAGE)
    missing = len(in_gap(aim_ns(stage, stage.cameras[0])))
    assert missing > 4
    assert f"<td>{missing}</td>" in (post / "report.html").read_text()


def test_a_camera_that_is_not_there_is_told(take: Path, tmp_path: Path) -> None:
    with Take(take) as opened, pytest.raises(InputError, match="no such camera"):
        write_post(opened, tmp_path, ("b",))
