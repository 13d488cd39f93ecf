"""A whole bake in pieces: each is kept when it is done, so one that was ended goes on where it was."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from render.layers.mesh.mesh_data import MeshData
from render.transport.binding import digests_of
from render.transport.file import FORMAT
from render.transport.tessellation import tessellated
from render.transport.transport import Lamps, LightTransport, Shares, shape_of
from stage.errors import InputError
from tools.bake.gather import counted, joined, sun_opened
from tools.bake.ground import Ground, Numbers, ground_of
from tools.bake.lamps import glow_on, glowing, lights_on
from tools.bake.points import Patches, Places, patch_albedo, patches_of, receivers_of
from tools.bake.rays import Rays

PIECE_ROWS = 2048
SEARCHED_ROWS = 64
"""Of buried receivers searched for at once: with all that are in the open, tens of megabytes."""
Tell = Callable[[str], None]
Arrays = dict[str, np.ndarray[tuple[int, ...], np.dtype[np.generic]]]


@dataclass(frozen=True, slots=True)
class Settings:
    """`rays` a row, a multiple of 8, at most 2048; `cell_m`: how large a patch is near the stage; `seed`."""

    rays: int = 256
    cell_m: float = 1.0
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Job:
    """All that a worker needs."""

    meshes: MeshData
    ground: Ground
    receivers: Places
    patches: Patches
    materials: tuple[tuple[int, str], ...]
    settings: Settings


def baked(meshes: MeshData, settings: Settings, kept: Path, cores: int, tell: Tell) -> LightTransport:
    """The light of a set. `kept`: a folder for pieces that are done. Raises InputError if nothing holds light."""
    fine = tessellated(meshes)
    ground = ground_of(fine)
    if not len(ground.vertex_of):
        raise InputError("the set", "", "has no standing meshes, so there is no light to bake", "Bake another set")
    receivers, front, back = receivers_of(ground, settings.seed)
    patches = patches_of(ground, settings.seed, settings.cell_m)
    job = Job(meshes, ground, receivers, patches, materials=glowing(meshes, ground), settings=settings)
    tell(f"{len(receivers.normal)} receivers, {len(patches.area_m2)} patches, {settings.rays} rays each")
    digests = digests_of(fine)
    pieces = _all_pieces(job, kept / _name(digests, settings, meshes), cores, tell)
    sun, lamps = ({kind: [one[key] for one in pieces[kind]] for kind in pieces} for key in ("sun", "lamps"))
    shares = {kind: joined([_shares(one) for one in pieces[kind]]) for kind in pieces}
    open_rows = np.concatenate([one["open"] for one in pieces["receivers"]])
    stands_for = _nearest_open(receivers, open_rows)
    row_of = {int(instance): row for row, instance in enumerate(ground.instances)}
    return LightTransport(
        digests=tuple(digests[instance] for instance in ground.instances.tolist()),
        runs=ground.runs,
        front=stands_for[front].astype(np.uint32),
        back=np.where(back == 0xFFFFFFFF, back, stands_for[np.where(back == 0xFFFFFFFF, 0, back)]).astype(np.uint32),
        on_patches=shares["patches"],
        on_receivers=shares["receivers"],
        lamps=Lamps(
            job.materials,
            np.array([shape_of(light) for light in meshes.lights], np.float32).reshape(-1, 12),
            np.concatenate(lamps["patches"]),
            np.concatenate(lamps["receivers"]),
        ),
        reflects=patch_albedo(ground, patches),
        patch_instance=np.array([row_of[int(i)] for i in ground.instance[patches.triangle]], np.int32),
        group=patches.group.astype(np.int32),
        area_m2=patches.area_m2,
        normal=patches.places.normal,
        sun_open=np.concatenate(sun["patches"]).astype(np.uint8),
    )


class Tracing:
    """The rays of a job: among all surfaces, and among those that do not glow."""

    def __init__(self, job: Job) -> None:
        self.all = Rays(job.ground)
        glow = np.isin(job.ground.material, [number for number, _ in job.materials])
        self.clear = Rays(job.ground.some(~glow)) if glow.any() and job.meshes.lights else self.all


def piece(job: Job, tracing: Tracing, kind: str, first_row: int) -> Arrays:
    """The rows of one kind, "patches" or "receivers", from `first_row` on."""
    all_of = job.patches.places if kind == "patches" else job.receivers
    places = all_of.some(slice(first_row, first_row + PIECE_ROWS))
    rays = tracing.all
    own = counted(rays, job.ground, places, job.patches, (job.settings.rays, first_row))
    glow = [glow_on(rays, job.ground, number, places, first_row) for number, _ in job.materials]
    lamps = np.column_stack([*glow, lights_on(tracing.clear, job.meshes.lights, places)])
    sun = sun_opened(rays, places, first_row) if kind == "patches" else np.zeros((0, 1), np.uint8)
    shares = own.shares
    return {"first": shares.first, "shares": shares.entries, "rays": shares.rays, "lamps": lamps, "sun": sun,
            "open": own.in_the_open}  # fmt: skip


def _all_pieces(job: Job, kept: Path, cores: int, tell: Tell) -> dict[str, list[Arrays]]:
    kept.mkdir(parents=True, exist_ok=True)
    wanted = list(_pieces(job))
    missing = [one for one in wanted if not _file(kept, *one).exists()]
    if len(missing) < len(wanted):
        tell(f"goes on: {len(wanted) - len(missing)} of {len(wanted)} pieces are there")
    if cores <= 1 or len(missing) <= 1:
        tracing = Tracing(job)
        for done, one in enumerate(missing, 1):
            _keep(_file(kept, *one), piece(job, tracing, *one))
            tell(f"piece {done} of {len(missing)}")
    else:
        with ProcessPoolExecutor(cores, get_context("spawn"), _begin, (job,)) as workers:
            running = {workers.submit(_work, *one, str(_file(kept, *one))): one for one in missing}
            for done, future in enumerate(as_completed(running), 1):
                future.result()
                tell(f"piece {done} of {len(missing)}")
    return {kind: [dict(np.load(_file(kept, kind, row))) for k, row in wanted if k == kind]
            for kind in ("patches", "receivers")}  # fmt: skip


def _pieces(job: Job) -> Iterator[tuple[str, int]]:
    for kind, places in (("patches", job.patches.places), ("receivers", job.receivers)):
        yield from ((kind, row) for row in range(0, len(places.normal), PIECE_ROWS))


_worker: list[tuple[Job, Tracing]] = []


def _begin(job: Job) -> None:
    _worker.append((job, Tracing(job)))


def _work(kind: str, row: int, path: str) -> None:
    job, tracing = _worker[0]
    _keep(Path(path), piece(job, tracing, kind, row))


def _keep(path: Path, arrays: Arrays) -> None:
    partial = path.with_suffix(".part")
    with partial.open("wb") as file:
        np.savez(file, **arrays)  # type: ignore[arg-type]  # numpy's stubs: allow_pickle is a keyword, too
    partial.replace(path)


def _file(kept: Path, kind: str, row: int) -> Path:
    return kept / f"{kind}-{row}.npz"


def _shares(one: Arrays) -> Shares:
    return Shares(one["first"].astype(np.uint32), one["shares"].astype(np.uint32), one["rays"].astype(np.float32))


def _name(digests: tuple[str, ...], settings: Settings, meshes: MeshData) -> str:
    """Of the folder of pieces: of another set or other settings they are not taken."""
    glow = [bool(any(one.emissive)) for one in meshes.materials]
    lights = [shape_of(light) for light in meshes.lights]
    return hashlib.sha256(repr((FORMAT, digests, settings, glow, lights)).encode()).hexdigest()[:16]


def _nearest_open(places: Places, in_the_open: np.ndarray[tuple[int, ...], np.dtype[np.generic]]) -> Numbers:
    """(R,) the receiver that stands for each: itself, or for one that is buried the nearest that faces alike."""
    stands = np.arange(len(places.normal))
    good, buried = np.flatnonzero(in_the_open), np.flatnonzero(~in_the_open.astype(np.bool_))
    if not len(good):
        return stands
    # |a - b|^2 + 2 |n - m|^2 is a distance in six dimensions, so rows against rows are one product of matrices.
    place = np.hstack([places.origin_m.mean(axis=1), places.normal * np.sqrt(2.0)]).astype(np.float64)
    at, half = place[good].T, (place[good] ** 2).sum(axis=1) / 2.0
    for rows in np.split(buried, range(SEARCHED_ROWS, len(buried), SEARCHED_ROWS)):
        stands[rows] = good[np.argmin(half - place[rows] @ at, axis=1)]
    return stands
