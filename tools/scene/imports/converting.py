"""`openstage scene import`: a file of another program as a folder with a set.

FBX, OBJ, Alembic and .blend go through the user's own Blender, USD through OpenUSD, glTF is copied. The result is read
as the wall would read it before anything is written.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
import tempfile
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path

from render.layers.mesh.gltf.layer import read_meshes
from render.layers.mesh.mesh_data import MeshData
from stage.errors import InputError
from stage.files.passport import Fate, Passport, PassportEntry, drawn, lost, verdict_of
from stage.model.layers import GltfLayer
from tools.scene.imports.apart import run_apart

BLENDER = (".fbx", ".obj", ".abc", ".blend")
USD = (".usd", ".usda", ".usdc", ".usdz")
GLTF = (".glb",)
PLACES = ("/Applications/Blender.app/Contents/MacOS/Blender", "/snap/bin/blender", "/usr/local/bin/blender")
SCRIPT = Path(__file__).with_name("blender_script.py")
LOST_KINDS = {"CAMERA": "cameras", "ARMATURE": "armatures", "CURVE": "curves", "VOLUME": "volumes", "FONT": "texts",
              "POINTCLOUD": "point clouds", "GPENCIL": "drawings", "GREASEPENCIL": "drawings"}  # fmt: skip
_SEEN = re.compile(r"^OPENSTAGE (\w+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Imported:
    """The set that was made: its scene file, its triangles, and its passport."""

    scene: str
    file: str
    triangles: int
    passport: Passport

    def document(self) -> dict[str, object]:
        """As JSON values."""
        return {**asdict(self), "verdict": verdict_of(self.passport)}

    def text(self) -> str:
        """For people."""
        lines = [str(entry) for entry in self.passport]
        return "\n".join(
            [*lines, f"triangles  {self.triangles}", f"verdict    {verdict_of(self.passport)}", self.scene]
        )


def import_set(source: Path, out: Path, blender: str | None) -> Imported:
    """Convert, check and write `scene.toml` with its GLB into `out`. Raises InputError; nothing is written then."""
    if not source.is_file():
        raise InputError(str(source), "", "there is no such file", "Check the path")
    if (out / "scene.toml").exists():
        raise InputError("--out", "", f"{out} has a scene.toml already", "Choose another folder, or remove it")
    with tempfile.TemporaryDirectory() as folder:
        glb = Path(folder) / f"{_plain(source.stem)}.glb"
        said = _converted(source, glb, blender)
        data = _checked(source, glb)
        shutil.copyfile(glb, out / glb.name)
    name = _plain(out.resolve().name)
    (out / "scene.toml").write_text(
        f'schema = "scene/1"\nname = "{name}"\n\n[[layers]]\nkind = "gltf"\nfile = "{glb.name}"\n', encoding="utf-8"
    )
    return Imported(str(out / "scene.toml"), glb.name, data.triangle_count, (*said, *data.passport))


def _converted(source: Path, glb: Path, blender: str | None) -> list[PassportEntry]:
    kind = source.suffix.lower()
    if kind in GLTF:
        shutil.copyfile(source, glb)
        return []
    if kind in USD:
        return _by_openusd(source, glb)
    if kind in BLENDER:
        return _by_blender(source, glb, found_blender(source, blender))
    known = ", ".join((*GLTF, *USD, *BLENDER))
    raise InputError(
        str(source), "", f"{kind or 'a file without a suffix'} cannot be imported", f"Give one of: {known}"
    )


def found_blender(source: Path, given: str | None) -> str:
    """The user's Blender. Raises InputError that says what to export instead."""
    for place in (given, shutil.which("blender"), *PLACES) if given is None else (given,):
        if place is not None and (shutil.which(place) or Path(place).is_file()):
            return shutil.which(place) or place
    problem = (
        f"{source.suffix} is read through Blender, which was not found" if given is None else f"no Blender at {given}"
    )
    remedy = "Install Blender or name it with --blender; or export the set as .glb from the program it was made in"
    raise InputError(str(source), "", problem, remedy)


def _by_blender(source: Path, glb: Path, blender: str) -> list[PassportEntry]:
    own = ["--", str(source.resolve()), str(glb)]
    flags = [
        "--background",
        "--factory-startup",
        "--disable-autoexec",
        "--python-exit-code",
        "3",
        "--python",
        str(SCRIPT),
    ]
    python = Path(blender).name.startswith("python")  # one with Blender as the module bpy
    said = run_apart([blender, str(SCRIPT), *own] if python else [blender, *flags, *own], str(source))
    if not glb.is_file():
        raise InputError(str(source), "", "Blender wrote nothing", "Open it there and export it as .glb")
    counts = Counter(_SEEN.findall(said))
    entries = [drawn(source.name, f"{source.suffix[1:].upper()} through Blender", f"{counts['MESH']} meshes")]
    for kind, words in LOST_KINDS.items():
        if counts[kind]:
            why = "the stage has its own" if kind == "CAMERA" else "Blender hands them on as it can, or not at all"
            entry = drawn if kind == "CAMERA" else lost
            entries.append(entry(source.name, f"{counts[kind]} {words}", why, "" if kind == "CAMERA" else "Apply them"))
    if source.suffix.lower() == ".abc":
        why = "Alembic has none that Blender reads, and moves from a cache that glTF has not"
        entries.append(lost(source.name, "materials, lamps and animation", why, "Export USD or glTF for them"))
    return entries


def _by_openusd(source: Path, glb: Path) -> list[PassportEntry]:
    code = (
        "import json,sys\nfrom dataclasses import asdict\nfrom pathlib import Path\n"
        "from render.layers.mesh.usd.convert import usd_as_glb\nfrom stage.errors import InputError\n"
        "try:\n    content, said = usd_as_glb(Path(sys.argv[1]))\n"
        "except InputError as error:\n"
        "    print(json.dumps([error.where, error.field, error.problem, error.remedy])); sys.exit(0)\n"
        "Path(sys.argv[2]).write_bytes(content)\nprint(json.dumps([asdict(entry) for entry in said]))\n"
    )
    printed = run_apart([sys.executable, "-c", code, str(source), str(glb)], str(source))
    return _entries(printed, glb)


def _entries(printed: str, glb: Path) -> list[PassportEntry]:
    """What the converter printed: its passport, or why it refused the file."""
    rows = json.loads(printed.strip().splitlines()[-1])
    if not glb.is_file():
        raise InputError(*rows)
    return [PassportEntry(**{**row, "fate": Fate(row["fate"])}) for row in rows]


def _checked(source: Path, glb: Path) -> MeshData:
    """The GLB as the wall reads it."""
    try:
        return read_meshes(GltfLayer(kind="gltf", file=glb.name), glb.parent)
    except InputError as error:
        problem = f"was converted, but what came of it cannot be shown: {error.problem}"
        raise InputError(str(source), error.field, problem, error.remedy) from error


def _plain(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]+", "-", text).strip("-.") or "set"
