"""A bake as a file beside its scene file: written whole or not at all; IO."""

from __future__ import annotations

import json
import os
import zipfile
from pathlib import Path

import numpy as np

from render.transport.transport import Lamps, LightTransport, Shares
from stage.errors import InputError

FORMAT = "light/2"
SUFFIX = ".light.npz"
AGAIN = "Bake again: openstage scene bake {}"


def bake_file(name: str, folder: Path) -> Path:
    """Where the bake of a set lies."""
    return folder / f"{name}{SUFFIX}"


def write_bake(path: Path, bake: LightTransport, how: dict[str, float]) -> None:
    """Write a bake; `how`: what it was made with, for people."""
    head = {"format": FORMAT, "how": how, "digests": bake.digests, "lamps": bake.lamps.materials}
    partial = path.with_name(path.name + ".part")
    with partial.open("wb") as file:
        np.savez_compressed(
            file,
            head=np.frombuffer(json.dumps(head).encode(), np.uint8),
            runs=bake.runs,
            front=bake.front,
            back=bake.back,
            **_packed("patches", bake.on_patches),  # type: ignore[arg-type]  # numpy's stubs: allow_pickle is a keyword
            **_packed("receivers", bake.on_receivers),  # type: ignore[arg-type]  # numpy's stubs: allow_pickle is a keyword
            lights=bake.lamps.lights,
            lamps_on_patches=bake.lamps.on_patches.astype(np.float16),
            lamps_on_receivers=bake.lamps.on_receivers.astype(np.float16),
            reflects=bake.reflects.astype(np.float16),
            patch_instance=bake.patch_instance,
            group=bake.group,
            area_m2=bake.area_m2,
            normal=bake.normal.astype(np.float16),
            sun_open=bake.sun_open,
        )
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)


def read_bake(path: Path, name: str) -> LightTransport:
    """Raises InputError for what is not a bake of this release."""
    try:
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            head = json.loads(file["head"].tobytes())
            if head["format"] != FORMAT:
                raise InputError(str(path), "format", f"is {head['format']}, not {FORMAT}", AGAIN.format(name))
            lamps = Lamps(
                tuple((int(number), str(one)) for number, one in head["lamps"]),
                file["lights"],
                file["lamps_on_patches"].astype(np.float32),
                file["lamps_on_receivers"].astype(np.float32),
            )
            return LightTransport(
                digests=tuple(head["digests"]),
                runs=file["runs"],
                front=file["front"],
                back=file["back"],
                on_patches=_unpacked("patches", file),
                on_receivers=_unpacked("receivers", file),
                lamps=lamps,
                reflects=file["reflects"].astype(np.float32),
                patch_instance=file["patch_instance"],
                group=file["group"],
                area_m2=file["area_m2"],
                normal=file["normal"].astype(np.float32),
                sun_open=file["sun_open"],
            )
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
        raise InputError(str(path), "", f"is not a bake: {error}", AGAIN.format(name)) from error


def _packed(name: str, shares: Shares) -> dict[str, np.ndarray[tuple[int, ...], np.dtype[np.generic]]]:
    """Columns as steps within each row, which compress well."""
    column, count = shares.entries >> 12, shares.entries & 4095
    step = np.diff(column.astype(np.int64), prepend=0)
    starts = shares.first[:-1][shares.first[:-1] < shares.first[1:]]
    step[starts] = column[starts]
    small = np.uint16 if step.size == 0 or step.max() < 65536 else np.uint32
    return {
        f"{name}_first": shares.first,
        f"{name}_step": step.astype(small),
        f"{name}_count": count.astype(np.uint8 if count.size == 0 or count.max() < 256 else np.uint16),
        f"{name}_rays": shares.rays.astype(np.uint16),
    }


def _unpacked(name: str, file: np.lib.npyio.NpzFile) -> Shares:
    first, step = file[f"{name}_first"], file[f"{name}_step"].astype(np.int64)
    count, rays = file[f"{name}_count"].astype(np.uint32), file[f"{name}_rays"].astype(np.float32)
    summed = np.concatenate([[0], np.cumsum(step)])
    lengths = (first[1:] - first[:-1]).astype(np.int64)
    column = summed[1:] - np.repeat(summed[first[:-1]], lengths)
    return Shares(first, (column.astype(np.uint32) << np.uint32(12)) | count, rays)
