"""What a set contains and costs: triangles, pictures and their memory, layer by layer."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

from render.layers.mesh.gltf.reader import read_gltf
from render.scene.base_entries import base_entries
from render.scene.on_stage import stage_passport
from render.scene.readers import READERS
from render.scene.scene_data import SceneData
from render.stills.drawing import SetDrawing
from stage.calibration.wall_calibration import calibrations_of
from stage.errors import InputError
from stage.files.finding import Finding, Severity
from stage.files.loading import load_stage
from stage.files.passport import Passport, PassportEntry, Verdict, verdict_of
from stage.files.sequence import files_there
from stage.model.layers import AnyLayer, GltfLayer, files_of
from stage.model.look import Look
from stage.model.scene import Scene
from tools.scene.drawing import POSES, view_of
from tools.scene.passport import counted, passport_document, passport_table
from tools.scene.sharpness import Sharpness, sharpness_of

MIB = 1024 * 1024
RGBA_BYTES, HALF_RGB_BYTES = 4, 6
MIPMAPS = 4 / 3
COST_PX = (640, 360)
FOV_DEG = 60.0


@dataclass(frozen=True, slots=True)
class LayerReport:
    """One layer: its files' size on disk; a glTF layer's triangles, parts and pictures."""

    kind: str
    files: tuple[str, ...]
    file_mib: float
    triangles: int | None = None
    parts: int | None = None
    pictures: int | None = None


@dataclass(frozen=True, slots=True)
class SceneReport:
    """A set, complete. Memory is that of its meshes' pictures and background on the graphics card, with mipmaps.
    `passport`: what its files ask for and what becomes of it; `stage`: the stage that it was held against, if any."""

    scene: str
    file: str
    good: bool
    findings: tuple[Finding, ...]
    layers: tuple[LayerReport, ...] = ()
    triangles: int = 0
    pictures: int = 0
    picture_mib: float = 0.0
    sharpness: Sharpness | None = None
    passport: Passport = ()
    frame_ms: float | None = None
    frame_px: tuple[int, int] = COST_PX
    renderer: str = ""
    stage: str | None = None

    @property
    def verdict(self) -> Verdict:
        """What to do about the set."""
        return verdict_of(self.passport, self.good)

    def document(self) -> dict[str, object]:
        """The report as JSON values."""
        return asdict(self) | {"verdict": self.verdict, "passport": passport_document(self.passport)}

    def text(self) -> str:
        """For people."""
        lines = [f"{finding.severity}: {finding}" for finding in self.findings]
        lines += passport_table(self.passport)
        if not self.good:
            lines.append(f"verdict    {self.verdict}: {len(self.findings)} problem(s)")
            return "\n".join([*lines, f"{self.file}: {len(self.findings)} problem(s)"])
        lines += [_line(number, layer) for number, layer in enumerate(self.layers)]
        lines.append(f"triangles  {self.triangles}")
        lines.append(f"pictures   {self.pictures}, {self.picture_mib:.1f} MiB on the graphics card with mipmaps")
        if self.sharpness is not None:
            lines.append(f"sharpness  {self.sharpness.text()}")
        if self.frame_ms is not None:
            width, height = self.frame_px
            lines.append(f"a frame    {self.frame_ms:.1f} ms at {width} x {height}, most costly view, {self.renderer}")
        lines.append(f"verdict    {self.verdict}: {counted(self.passport)}")
        return "\n".join([*lines, f"{self.file}: good"])


def broken(path: Path, name: str, findings: list[Finding], passport: Passport = ()) -> SceneReport:
    """The report of a set that cannot be drawn."""
    return SceneReport(name, str(path), False, tuple(findings), passport=passport)


def unreadable(scene: Scene, path: Path) -> SceneReport:
    """The report of a set of which a file cannot be read: every such file's problem, and the others' passports."""
    findings, passport = [], list[PassportEntry]()
    for number, layer in enumerate(scene.layers):
        try:
            data = READERS[type(layer)].read(layer, path.parent)
            passport += (*base_entries(layer, data, path.parent), *data.passport)
        except InputError as error:
            place = f"layers[{number}]" + (f": {error.field}" if error.field else "")
            findings.append(Finding(Severity.ERROR, error.where, place, error.problem, error.remedy))
    return broken(path, scene.name, findings, tuple(passport))


def checked_report(scene: Scene, path: Path, stage_path: Path | None = None) -> SceneReport:
    """Like `report_of`; where a layer's file cannot be read, the report of a set that cannot be shown.

    Raises InputError for the stage's files."""
    try:
        return report_of(scene, path, stage_path)
    except InputError:
        found = unreadable(scene, path)
        if not found.findings:
            raise
        return found


def report_of(scene: Scene, path: Path, stage_path: Path | None = None) -> SceneReport:
    """Read, draw and measure a set whose files are all present, and hold it against a stage if one is given.

    Raises InputError for an invalid file, GraphicsError if this machine cannot draw the set.
    """
    stage = None if stage_path is None else load_stage(stage_path)
    drawing = SetDrawing(scene, path.parent)
    data = drawing.data
    more: Passport = ()
    if stage is not None and stage_path is not None:
        more = stage_passport(stage, calibrations_of(stage, stage_path.parent).values(), data)
    moment = drawing.moment(Look(), 0.0)
    cost = max(drawing.frame_ms(view_of(pose, FOV_DEG, COST_PX), COST_PX, moment) for pose in POSES)
    renderer = drawing.renderer
    drawing.close()
    return SceneReport(
        scene=scene.name,
        file=str(path),
        good=True,
        findings=(),
        layers=tuple(_layer(layer, path.parent) for layer in scene.layers),
        triangles=data.meshes.triangle_count,
        pictures=len(data.meshes.pictures),
        picture_mib=round(picture_bytes(data) / MIB, 3),
        sharpness=sharpness_of(data.meshes),
        passport=data.passport + more,
        frame_ms=round(cost, 3),
        frame_px=COST_PX,
        renderer=renderer,
        stage=None if stage_path is None else str(stage_path),
    )


def picture_bytes(data: SceneData) -> int:
    """Bytes of the pictures of meshes (RGBA, 8 bit) and of an equirect background (RGB, 16 bit) with mipmaps."""
    pixels = sum(picture.rgba.shape[0] * picture.rgba.shape[1] for picture in data.meshes.pictures)
    total = pixels * RGBA_BYTES
    if data.background is not None:
        height, width = data.background.radiance.shape[:2]
        total += width * height * HALF_RGB_BYTES
    return int(total * MIPMAPS)


def _layer(layer: AnyLayer, folder: Path) -> LayerReport:
    files = tuple(files_of(layer).values())
    size = round(sum(one.stat().st_size for name in files for one in files_there(folder, name)) / MIB, 3)
    if not isinstance(layer, GltfLayer):
        return LayerReport(layer.kind, files, size)
    own = read_gltf(folder / layer.file)
    triangles = sum(len(own.parts[part].triangles) for part in own.instance_part.tolist())
    return LayerReport(layer.kind, files, size, triangles, len(own.parts), len(own.pictures))


def _line(number: int, layer: LayerReport) -> str:
    facts = [f"{layer.file_mib:.1f} MiB"] if layer.files else []
    if layer.triangles is not None:
        facts += [f"{layer.triangles} triangles", f"{layer.parts} parts", f"{layer.pictures} pictures"]
    return f"layer {number:<4} {layer.kind:<9} {' '.join(layer.files):<24} {', '.join(facts)}".rstrip()
