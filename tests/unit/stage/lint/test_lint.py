"""One broken stage for every lint rule, and good stages that give no findings."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from stage.files.finding import Finding
from stage.files.loading import checked_model, find_stage
from stage.lint.lint import RULES, lint_file, lint_stage
from stage.model.stagefile import Stage
from tests.places import DATA

Document = dict[str, Any]
Change = Callable[[Document], object]

TILES = [
    {"name": "left", "origin_px": [0, 0], "size_px": [100, 200]},
    {"name": "right", "origin_px": [100, 0], "size_px": [100, 200]},
]
CABINETS = {"columns": 2, "rows": 2, "size_px": [100, 100], "pitch_mm": 5.0}
"""1 x 1 m, 200 x 200 pixels."""
GOOD: Document = {
    "schema": "stage/1",
    "name": "good",
    "scene": "marker_board",
    "stage_eye_m": [0.0, -2.0, 0.5],
    "timing": {},
    "walls": [
        {"name": "main", "kind": "flat", "cabinets": CABINETS, "tiles": TILES},
        {"name": "side", "kind": "flat", "cabinets": CABINETS, "position_m": [0.5, -0.5, 0.0], "pan_deg": -90.0},
        {"name": "mesh", "kind": "mesh", "file": "mesh.obj", "size_px": [200, 200], "position_m": [-4.0, 0.0, 0.0]},
        {"name": "arc", "kind": "arc", "cabinets": CABINETS, "radius_m": 3.0, "position_m": [4.0, 0.0, 0.0]},
    ],
    "outputs": [
        {
            "name": "one",
            "size_px": [600, 400],
            "tiles": [
                {"tile": "main/left", "position_px": [0, 0], "rotation_deg": 90},
                {"tile": "main/right", "position_px": [0, 100], "rotation_deg": 270},
                {"tile": "side/all", "position_px": [200, 0]},
                {"tile": "mesh/all", "position_px": [400, 0]},
                {"tile": "arc/all", "position_px": [0, 200]},
            ],
        }
    ],
    "sources": [
        {"name": "t", "protocol": "freed", "port": 40000},
        {"name": "u", "protocol": "freed", "port": 40001, "zoom": {"minimum": 0, "maximum": 1000}},
    ],
    "cameras": [
        {
            "name": "a",
            "source": "t",
            "sensor_mm": [24.0, 13.5],
            "home": {"position_m": [0.0, -2.0, 0.5]},
            "lens": {"points": [{"focal_length_mm": 24.0}]},
        },
        {
            "name": "b",
            "source": "u",
            "sensor_mm": [24.0, 13.5],
            "home": {"position_m": [-4.0, -2.0, 0.5]},
            "lens": {"points": [{"zoom_raw": 0, "focal_length_mm": 24.0}, {"zoom_raw": 1000, "focal_length_mm": 70.0}]},
        },
    ],
}
MESH = "v 0 0 0\nv 1 0 0\nv 1 1 0\nv 0 1 0\nvt 0 0\nvt 1 0\nvt 1 1\nvt 0 1\nf 1/1 2/2 3/3 4/4\n"
"""1 x 1 m, Y up, seen from +Z; in stage space it faces -Y."""


CALIBRATED = '{"target_to_screen_matrix": [[1, 0, 0], [0, 1, 0], [0, 0, 1]], "target_gamut": "ITU-R BT.2020"}'
"""What OpenVPCal found of a wall that expects Rec.2020."""


def lint(document: Document, folder: Path, mesh: str = MESH) -> list[Finding]:
    """The findings of a stage whose fields are valid."""
    (folder / "mesh.obj").write_text(mesh)
    (folder / "results.json").write_text(CALIBRATED)
    stage, findings = checked_model(folder / "stage.toml", document, Stage)
    assert stage is not None, findings
    return lint_stage(stage, folder / "stage.toml")


def test_a_good_stage_gives_no_findings(tmp_path: Path) -> None:
    assert lint(GOOD, tmp_path) == []


@pytest.mark.parametrize("name", ["two-walls", "volume", "mesh-wall"])
def test_the_demo_stages_give_no_findings(name: str) -> None:
    assert lint_file(find_stage(name)) == []


def wall(index: int, **values: object) -> Change:
    return lambda d: d["walls"][index].update(values)


def placement(index: int, **values: object) -> Change:
    return lambda d: d["outputs"][0]["tiles"][index].update(values)


def tile(index: int, **values: object) -> Change:
    return lambda d: d["walls"][0]["tiles"][index].update(values)


def camera(index: int, **values: object) -> Change:
    return lambda d: d["cameras"][index].update(values)


def no_cameras(document: Document) -> None:
    document["sources"], document["cameras"] = [], []


LAMP = {"name": "key", "position_m": [1.0, -3.0, 3.0], "address": 1}


def lamps(*lamps_: Document, rate: str = "24", **lights: object) -> Change:
    return lambda d: d.update(fixtures=[{**LAMP, **lamp} for lamp in lamps_], lights=lights, frame_rate=rate)


SEND = {"name": "out", "protocol": "freed", "host": "192.0.2.9"}


def sends(*changes: Document) -> Change:
    return lambda d: d.update(sends=[{**SEND, **change} for change in changes])


def all_deep(document: Document) -> None:
    for each in document["walls"][1:]:
        each["bits"] = 10


def all_ten(document: Document) -> None:
    for each in document["walls"]:
        each["bits"] = 10
    document["outputs"][0]["screen"] = 0


BROKEN: dict[str, list[tuple[Change, str, str, str]]] = {
    "fixtures_overlap": [
        (
            lamps({}, {"name": "fill", "address": 2, "bits": 16}),
            "error",
            "fixtures[1].address",
            "slots 2 to 7 of universe 1 overlap those of 'key', 1 to 3",
        ),
    ],
    "fixture_outside_universe": [
        (lamps({"address": 511}), "error", "fixtures[0].address", "ends at slot 513, beyond 512"),
        (lamps({"universe": 0}), "error", "fixtures[0].universe", "sacn has no universe 0"),
        (
            lamps({"universe": 32_768}, protocol="artnet", destinations=["10.0.0.9"]),
            "error",
            "fixtures[0].universe",
            "artnet has no universe 32768",
        ),
    ],
    "fixture_channels": [
        (
            lamps({"channels": ["red", "white"]}),
            "error",
            "fixtures[0].channels[1]",
            "a fixture of kind 'rgb' has no channel 'white'",
        ),
    ],
    "fixture_at_its_aim": [
        (
            lamps({"position_m": [0.0, -2.0, 0.5]}),
            "error",
            "fixtures[0].position_m",
            "the fixture is at its own aim, so it has no direction",
        ),
    ],
    "lights_go_somewhere": [
        (lamps({}, protocol="artnet"), "error", "lights.destinations", "there is no destination"),
        (lamps({}, multicast=False), "error", "lights.destinations", "there is no destination"),
        (lamps({}, interface="::1"), "error", "lights.interface", "::1 is not an IPv4 address"),
    ],
    "lights_slower_than_walls": [
        (
            lamps({}, rate="60"),
            "warning",
            "lights.rate_hz",
            "lamps take 44 updates a second, the walls 60 frames",
        ),
    ],
    "calibrated_gamut": [
        (
            wall(0, calibration={"openvpcal": "results.json"}),
            "error",
            "walls[0].gamut",
            "is 'rec709', but wall 'main' was calibrated for 'rec2020'",
        ),
    ],
    "pq_in_few_bits": [
        (wall(1, transfer="pq"), "warning", "walls[1].bits", "pq with 8 bit shows banding in dark gradients"),
        (
            wall(1, transfer="hlg", peak_nits=3000.0),
            "warning",
            "walls[1].peak_nits",
            "3000 nits: HLG is defined for displays of 400 to 2000 nits only",
        ),
    ],
    "range_in_doubt": [
        (wall(2, range="narrow"), "warning", "walls[2].range", "some walls are full range and some narrow"),
    ],
    "bits_of_outputs": [
        (all_deep, "error", "outputs[0].tiles", "output 'one' carries walls of 8 and of 10 bit"),
        (all_ten, "warning", "outputs[0].screen", "output 'one' is 10 bit; most desktops show windows in 8 bit"),
    ],
    "duplicate_names": [
        (
            lambda d: d["cameras"][1].update(name="a"),
            "error",
            "cameras[1].name",
            "'a' is already the name of cameras[0]",
        ),
        (
            lambda d: d["sources"].append({**d["sources"][0], "port": 40002}),
            "error",
            "sources[2].name",
            "'t' is already the name of sources[0]",
        ),
    ],
    "unknown_tiles": [
        (placement(2, tile="sdie/all"), "error", "outputs[0].tiles[2].tile", "there is no wall 'sdie'"),
        (placement(0, tile="main/lef"), "error", "outputs[0].tiles[0].tile", "wall 'main' has no tile 'lef'"),
    ],
    "unknown_sources": [
        (
            lambda d: d["cameras"][0].update(source="x"),
            "error",
            "cameras[0].source",
            "there is no source 'x' for camera 'a'",
        ),
    ],
    "idle_sources": [
        (
            lambda d: d["sources"].append({"name": "spare", "port": 40009}),
            "warning",
            "sources[2].name",
            "no camera uses source 'spare'",
        ),
    ],
    "no_camera": [
        (no_cameras, "warning", "cameras", "the stage has no camera: the walls show the outer view only"),
    ],
    "too_many_cameras": [
        (
            lambda d: d["cameras"].extend({**d["cameras"][0], "name": f"c{n}"} for n in range(7)),
            "warning",
            "cameras",
            "9 cameras begin on: the walls show 8 at once, so c6 will be off",
        ),
    ],
    "unlikely_values": [
        (
            wall(0, cabinets={**CABINETS, "pitch_mm": 5000.0}),
            "warning",
            "walls[0].cabinets.pitch_mm",
            "5000 mm is an unlikely pixel pitch",
        ),
        (
            camera(0, home={"position_m": [0.0, -3500.0, 1600.0]}),
            "warning",
            "cameras[0].home.position_m",
            "[0, -3500, 1600] m is an unlikely position on a stage",
        ),
        (
            camera(0, rig={"position_m": [12.0, 45.0, 110.0]}),
            "warning",
            "cameras[0].rig.position_m",
            "[12, 45, 110] m is an unlikely distance from the tracked point to the sensor",
        ),
        (
            camera(0, sensor_mm=[0.024, 0.0135]),
            "warning",
            "cameras[0].sensor_mm",
            "[0.024, 0.0135] mm is an unlikely sensor size",
        ),
        (
            wall(3, radius_m=300.0),
            "warning",
            "walls[3].radius_m",
            "300 m is an unlikely radius of a wall",
        ),
        (
            lamps({"position_m": [1500.0, -3000.0, 3200.0]}),
            "warning",
            "fixtures[0].position_m",
            "[1500, -3000, 3200] m is an unlikely position on a stage",
        ),
    ],
    "wall_size": [
        (wall(2, unit_m=1000.0), "warning", "walls[2].unit_m", "wall 'mesh' would be 1000 m across"),
        (wall(2, unit_m=0.01), "warning", "walls[2].unit_m", "wall 'mesh' would be 0.01 m across"),
    ],
    "eye_behind": [
        (
            lambda d: d.update(stage_eye_m=[0.0, 3.0, 1.6]),
            "warning",
            "stage_eye_m",
            "the stage eye is behind the walls 'main', 'mesh', 'arc': the light on the actors would be wrong",
        ),
    ],
    "camera_behind": [
        (
            camera(0, home={"position_m": [9.0, 3.0, 1.0]}),
            "warning",
            "cameras[0].home.position_m",
            "camera 'a' is behind every wall until its first sample arrives",
        ),
    ],
    "unknown_cameras": [
        (
            sends({"cameras": ["z"]}),
            "error",
            "sends[0].cameras",
            "there is no camera 'z'",
        ),
    ],
    "numbers_fit": [
        (
            sends({"protocol": "opentrackio", "first_number": 200}),
            "error",
            "sends[0].first_number",
            "the last camera would be number 201, and opentrackio ends at 200",
        ),
    ],
    "comes_back": [
        (
            sends({"port": 40001, "host": "127.0.0.1"}),
            "error",
            "sends[0].port",
            "sends to port 40001, where the source 'u' of this stage listens: it would hear itself",
        ),
        (
            lambda d: (
                sends({"protocol": "opentrackio", "host": ""})(d)
                or d["sources"].append({"name": "v", "protocol": "opentrackio", "source_number": 2})
            ),
            "error",
            "sends[0].port",
            "sends to port 55555, where the source 'v' of this stage listens: it would hear itself",
        ),
        (
            lambda d: sends({"protocol": "osc", "host": "localhost", "port": 7400})(d) or d.update(osc={}),
            "error",
            "sends[0].port",
            "sends to port 7400, where remote control ([osc]) of this stage listens: it would hear itself",
        ),
    ],
    "nowhere": [
        (
            sends({"host": "0.0.0.0"}),
            "error",
            "sends[0].host",
            "0.0.0.0 is no machine",
        ),
        (
            sends({"host": "236.1.1.1", "interface": "192.0.2.7"}),
            "warning",
            "sends[0].interface",
            "192.0.2.7 is not an address of this machine",
        ),
    ],
    "same_place": [
        (
            sends({}, {"name": "other", "first_number": 2}),
            "warning",
            "sends[1]",
            "tells number 2 to 192.0.2.9:40000, as sends[0] does",
        ),
    ],
    "osc_port_taken": [
        (
            lambda d: d.update(osc={"port": 40001}),
            "error",
            "osc.port",
            "port 40001 is already used by sources[1] ('u')",
        ),
    ],
    "system_ports": [
        (
            lambda d: d["sources"][0].update(port=900),
            "warning",
            "sources[0].port",
            "port 900 is reserved for the system: only an administrator can listen on it",
        ),
    ],
    "foreign_addresses": [
        (
            lambda d: d["sources"][0].update(host="192.0.2.7"),
            "warning",
            "sources[0].host",
            "192.0.2.7 is not an address of this machine",
        ),
        (
            lamps({}, interface="192.0.2.7"),
            "warning",
            "lights.interface",
            "192.0.2.7 is not an address of this machine",
        ),
    ],
    "shared_ports": [
        (
            lambda d: d["sources"][1].update(port=40000),
            "error",
            "sources[1].port",
            "port 40000 is already used by sources[0] ('t')",
        ),
        (
            lambda d: d["sources"][1].update(port=40000, host="0.0.0.0", camera_id=1),
            "error",
            "sources[1].port",
            "port 40000 is already used by sources[0] ('t')",
        ),
    ],
    "protocols_on_a_port": [
        (
            lambda d: d["sources"][1].update(port=40000, protocol="psn", tracker=1, group=""),
            "warning",
            "sources[1].port",
            "port 40000 is shared by freed of sources[0] ('t') and psn",
        ),
    ],
    "groups": [
        (
            lambda d: d["sources"][0].update(host="239.1.2.3"),
            "error",
            "sources[0].host",
            "239.1.2.3 is a multicast group, not an address of this machine",
        ),
        (
            lambda d: d["sources"][0].update(protocol="opentrackio", source_number=3, group="239.135.1.5"),
            "warning",
            "sources[0].group",
            "source number 3 sends to 239.135.1.3, not to 239.135.1.5",
        ),
    ],
    "lens_never_moves": [
        (
            lambda d: d["sources"][1].update(protocol="psn", tracker=1),
            "warning",
            "cameras[1].lens",
            "source 'u' (psn) tells no zoom or focus: the first point is held",
        ),
        (
            lambda d: d["sources"][1].update(protocol="osc", rules=[{"address": "/p", "arguments": ["x", "y", "z"]}]),
            "warning",
            "cameras[1].lens",
            "source 'u' (osc) tells no zoom or focus: the first point is held",
        ),
    ],
    "lens_out_of_reach": [
        (
            lambda d: d["cameras"][1]["lens"]["points"][1].update(zoom_raw=1001),
            "warning",
            "cameras[1].lens.points[1].zoom_raw",
            "1001 is outside 'u''s zoom range 0 to 1000",
        ),
    ],
    "camera_aspect": [
        (
            lambda d: d["cameras"][0].update(sensor_mm=[24.0, 18.0]),
            "warning",
            "cameras[0].sensor_mm",
            "the sensor is 1.333 : 1, the picture 1.778 : 1: the camera's pixels are not square",
        ),
    ],
    "draw_lead": [
        (
            lambda d: d["timing"].update(draw_lead_ms=500.0),
            "warning",
            "timing.draw_lead_ms",
            "500 ms is 12.00 frames of 41.7 ms",
        ),
        (
            lambda d: d["timing"].update(draw_lead_ms=5.0),
            "warning",
            "timing.draw_lead_ms",
            "5 ms is 0.12 frames of 41.7 ms",
        ),
    ],
    "scene_file": [
        (lambda d: d.update(scene="marker_bord"), "error", "scene", "marker_bord: no such scene"),
    ],
    "look_file": [
        (lambda d: d.update(look="noir"), "error", "look", "noir: no such look"),
    ],
    "tile_outside_canvas": [
        (
            tile(1, size_px=[101, 200]),
            "error",
            "walls[0].tiles[1].origin_px",
            "tile 'right' reaches beyond the canvas of 200 x 200 pixels",
        ),
    ],
    "tiles_overlap": [
        (
            tile(1, origin_px=[90, 0], size_px=[110, 200]),
            "error",
            "walls[0].tiles[1].origin_px",
            "tile 'right' overlaps 'left' by 2000 pixels",
        ),
    ],
    "tile_gap": [
        (
            tile(1, size_px=[100, 150]),
            "warning",
            "walls[0].tiles",
            "5000 pixels of wall 'main' are in no tile, the first at [100, 150]",
        ),
    ],
    "tile_not_carried": [
        (
            lambda d: d["outputs"][0]["tiles"].pop(0),
            "error",
            "walls[0]",
            "no output carries main/left: those LEDs stay dark",
        ),
    ],
    "tile_carried_twice": [
        (
            lambda d: d["outputs"].append({"name": "two", "size_px": [200, 200], "tiles": [{"tile": "side/all"}]}),
            "warning",
            "outputs[1].tiles[0].tile",
            "tile 'side/all' is already carried by outputs[0].tiles[2]",
        ),
    ],
    "placement_outside": [
        (
            placement(4, position_px=[0, 201]),
            "error",
            "outputs[0].tiles[4].position_px",
            "tile 'arc/all' (200 x 200 as placed) reaches beyond the output of 600 x 400 pixels",
        ),
        (
            lambda d: (placement(4, position_px=[200, 200])(d), placement(0, position_px=[401, 200])(d)),
            "error",
            "outputs[0].tiles[0].position_px",
            "tile 'main/left' (200 x 100 as placed) reaches beyond the output of 600 x 400 pixels",
        ),
    ],
    "placements_overlap": [
        (
            placement(1, position_px=[0, 90]),
            "error",
            "outputs[0].tiles[1].position_px",
            "tile 'main/right' overlaps 'main/left': 2000 pixels mapped twice",
        ),
    ],
    "raster_too_large": [
        (
            lambda d: d["outputs"][0].update(size_px=[600, 16385]),
            "error",
            "outputs[0].size_px",
            "600 x 16385 pixels; graphics cards take at most 16384 x 16384",
        ),
    ],
    "arc_fit": [
        (
            wall(3, radius_m=0.2),
            "error",
            "walls[3].radius_m",
            "a cabinet of 0.500 m is wider than the circle of 0.400 m",
        ),
        (
            wall(3, radius_m=0.25),
            "error",
            "walls[3].radius_m",
            "2 columns of cabinets go round 360 degrees",
        ),
    ],
    "pitch_not_square": [
        (
            wall(0, cabinets={**CABINETS, "pitch_mm": [5.0, 5.1]}),
            "warning",
            "walls[0].cabinets",
            "pixels of wall 'main' are 5.000 mm wide and 5.100 mm high",
        ),
    ],
    "faces_away": [
        (
            wall(3, pan_deg=180.0),
            "error",
            "walls[3].pan_deg",
            "wall 'arc' faces away from the stage eye and from every camera",
        ),
    ],
    "neighbours_fit": [
        (
            wall(1, position_m=[0.48, -0.5, 0.0]),
            "warning",
            "walls[1].position_m",
            "walls 'main' and 'side' overlap by 20.0 mm (4.0 pixels)",
        ),
        (
            wall(1, position_m=[0.55, -0.5, 0.0]),
            "warning",
            "walls[1].position_m",
            "walls 'main' and 'side' leave a gap by 50.0 mm (10.0 pixels)",
        ),
        (
            wall(1, position_m=[0.1, -0.3, 0.0]),
            "warning",
            "walls[1].position_m",
            "walls 'main' and 'side' cut through each other by 200.0 mm (40.0 pixels)",
        ),
    ],
    "delays_differ": [
        (
            lambda d: [wall.update(delay_frames=1.0) for wall in d["walls"][1:]],
            "warning",
            "walls[0].delay_ms",
            "wall 'main' shows a frame 41.7 ms before the slowest wall: cameras are predicted for the slowest",
        ),
    ],
    "lenses": [
        (
            camera(0, lens={"points": [{"focal_length_mm": 0.024}]}),
            "warning",
            "cameras[0].lens.points[0].focal_length_mm",
            "0.024 mm is an unlikely focal length",
        ),
        (
            lambda d: d["cameras"][0]["lens"]["points"][0].update(rms_px=2.5),
            "warning",
            "cameras[0].lens.points[0].rms_px",
            "the calibration was left with 2.5 px",
        ),
        (
            lambda d: d["cameras"][0]["lens"]["points"][0].update(radial=[0.0, 1.267e-3]),
            "warning",
            "cameras[0].lens.points[0].radial",
            "the distortion needs an overscan of 1.67: more than lenses for film have",
        ),
        (
            lambda d: d["cameras"][1]["lens"].update(
                points=[{"zoom_raw": raw, "focal_length_mm": f} for raw, f in ((0, 20), (400, 30), (900, 25))]
            ),
            "warning",
            "cameras[1].lens.points[2].focal_length_mm",
            "the focal length turns back here although zoom_raw goes on",
        ),
        (
            lambda d: d["cameras"][0]["lens"]["points"][0].update(radial=[-3e-4, 8e-7, -1e-9]),
            "warning",
            "cameras[0].lens.points[0].radial",
            "these look like k1, k2, k3 of one polynomial, but the second belongs below the line",
        ),
    ],
}
"""By rule: what breaks the good stage, and the one finding it gives."""


MESHES: dict[str, tuple[str, str, str]] = {
    "mirrored_uv": (
        MESH.replace("f 1/1 2/2 3/3 4/4", "f 1/2 2/1 3/4 4/3"),
        "error",
        "the picture coordinates of wall 'mesh' are mirrored, seen from its front",
    ),
    "uv_outside": (
        MESH + "v 2 0 0\nv 2 1 0\nvt 2 0\nvt 2 1\nf 2/2 5/5 6/6 3/3\n",
        "error",
        "picture coordinates of wall 'mesh' reach from 0.000 to 2.000, outside 0 to 1: those faces show nothing",
    ),
    "uv_overlaps": (
        MESH + "v 2 0 0\nv 2 1 0\nf 2/1 5/2 6/3 3/4\n",
        "error",
        "100.0 % of the pixels of wall 'mesh' are mapped twice",
    ),
    "uv_gaps": (
        MESH.replace("v 1 ", "v 0.5 ").replace("vt 1 ", "vt 0.5 "),
        "warning",
        "50.0 % of the pixels of wall 'mesh' are on no face of the mesh",
    ),
}
"""By rule: a mesh that breaks it alone."""

CASES = [(rule, *case) for rule, cases in BROKEN.items() for case in cases]


@pytest.mark.parametrize(("rule", "change", "severity", "field", "problem"), CASES)
def test_a_broken_stage_gives_this_one_finding(
    rule: str, change: Change, severity: str, field: str, problem: str, tmp_path: Path
) -> None:
    document = deepcopy(GOOD)
    change(document)
    findings = lint(document, tmp_path)
    assert (severity, field, problem) in [(f.severity, f.field, f.problem) for f in findings]
    assert all(finding.remedy for finding in findings)


@pytest.mark.parametrize("rule", MESHES)
def test_a_broken_mesh_gives_this_one_finding(rule: str, tmp_path: Path) -> None:
    mesh, severity, problem = MESHES[rule]
    findings = lint(GOOD, tmp_path, mesh)
    assert [(f.severity, f.field, f.problem) for f in findings] == [(severity, "walls[2].file", problem)]


def test_every_rule_has_a_broken_stage() -> None:
    assert {rule.__name__ for rule in RULES} == {
        *BROKEN,
        *MESHES,
        "calibration_files",  # test_calibration_files.py
        "lens_sensor",  # test_lenses.py
        "plate_rates",  # test_plates.py
        "unknown_in_looks",
        "leds_beat",  # tests/unit/stage/walls/test_moire.py
    }


def test_a_look_that_names_what_there_is_not_is_told_with_its_file(tmp_path: Path) -> None:
    (tmp_path / "looks").mkdir()
    groups = (
        'fixtures = { fixed = [{ name = "kee" }, { name = "key" }] }, walls = [{ name = "mian" }, { name = "main" }]'
    )
    cards = 'light_cards = [{ name = "fill", wall = "main" }, { name = "rim", wall = "sied" }]'
    look = f'schema = "look/1"\nname = "dim"\nlook = {{ {groups}, {cards} }}\n'
    (tmp_path / "looks" / "dim.toml").write_text(look)
    document = deepcopy(GOOD)
    lamps({})(document)
    findings = lint(document, tmp_path)
    assert [(finding.field, finding.problem) for finding in findings] == [
        ("look.walls[0].name", "there is no wall 'mian'"),
        ("look.light_cards[1].wall", "there is no wall 'sied'"),
        ("look.fixtures.fixed[0].name", "there is no fixture 'kee'"),
    ]
    assert {Path(finding.file).name for finding in findings} == {"dim.toml"}
    assert "'key'" in findings[2].remedy


STAGEFILES = {
    "bom": [],
    "utf16": [],
    "fr": [],
    "fr2": [],
    "wall-unicode": [],
    "space-name": [],
    "size1": [("error", "walls[0].cabinets.size_px", "Write size_px = [128, 128]")],
    "wrong-unit": [
        (
            "warning",
            "walls[0].cabinets.pitch_mm",
            "Was it measured in micrometres? Then write pitch_mm = 3.9",
        )
    ],
    "far-camera": [
        (
            "warning",
            "cameras[0].home.position_m",
            "Was it measured in millimetres? Then write position_m = [0, -3.5, 1.6]",
        )
    ],
    "focal-m": [
        (
            "warning",
            "cameras[0].lens.points[0].focal_length_mm",
            "Was it measured in metres? Then write focal_length_mm = 24",
        )
    ],
    "rig-mm": [
        (
            "warning",
            "cameras[0].rig.position_m",
            "Was it measured in millimetres? Then write position_m = [0.012, 0.045, 0.11]",
        )
    ],
    "eye-behind": [
        ("warning", "stage_eye_m", "Put it where the actors stand; negative y is in front of the main wall"),
    ],
    "oscport": [("error", "osc.port", "Change one of the two; OSC usually uses 7400")],
}
"""By file of tests/data/stagefiles: what it is told, and nothing else."""


@pytest.mark.parametrize("name", STAGEFILES)
def test_what_newcomers_write_is_told_once_with_the_remedy_and_its_line(name: str) -> None:
    findings = lint_file(DATA / "stagefiles" / f"{name}.toml")
    assert [(f.severity, f.field, f.remedy) for f in findings] == STAGEFILES[name]
    assert all(finding.line is not None for finding in findings)


@pytest.mark.parametrize(
    ("value", "remedy"),
    [
        (450.0, "Was it measured in centimetres? Then write radius_m = 4.5"),
        (999.0, "Was it measured in millimetres? Then write radius_m = 0.999"),
        (0.1, "Check the value: radius_m is in metres"),
    ],
)
def test_a_value_that_is_no_other_unit_either_is_only_doubted(value: float, remedy: str, tmp_path: Path) -> None:
    document = deepcopy(GOOD)
    document["walls"][3]["radius_m"] = value
    (finding,) = [each for each in lint(document, tmp_path) if each.problem.endswith("unlikely radius of a wall")]
    assert finding.remedy == remedy


def test_a_camera_may_stand_behind_one_wall_of_several_and_the_eye_behind_a_wall_no_camera_sees(tmp_path: Path) -> None:
    document = deepcopy(GOOD)
    document["cameras"][0]["home"] = {"position_m": [2.0, -2.0, 0.5]}
    assert [f for f in lint(document, tmp_path) if "stands behind" in f.problem] == []


def test_addresses_of_this_machine_and_all_networks_are_its_own(tmp_path: Path) -> None:
    for host in ("127.0.0.1", "127.0.0.9", "0.0.0.0", "localhost", "tracker.stage.lan"):
        document = deepcopy(GOOD)
        document["sources"][0]["host"] = host
        assert lint(document, tmp_path) == []


def test_osc_beside_a_tracker_on_another_address_of_the_same_port_is_fine(tmp_path: Path) -> None:
    document = deepcopy(GOOD)
    document["osc"] = {"host": "127.0.0.2", "port": 40000}
    assert lint(document, tmp_path) == []
