"""A USD file as GLB: meshes, UsdPreviewSurface, instances and lamps, at its first time code. IO.

Units and up axis of the file are followed: what comes out is in metres, Y up. The stage as it is composed counts:
references, payloads, chosen variants.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from render.layers.mesh.usd.counted import told
from render.layers.mesh.usd.faces import Faces, Values, shared, smooth_normals
from render.layers.mesh.usd.glb import Glb, Properties
from render.layers.mesh.usd.lamps import lamp_of
from render.layers.mesh.usd.surfaces import Surfaces
from stage.errors import InputError
from stage.files.boundaries import is_inside
from stage.files.passport import Passport, PassportEntry

MOST_NODES = 100_000
MOST_CORNERS = 60_000_000
Y_UP_FROM_Z_UP = np.array([[1.0, 0, 0, 0], [0, 0, -1, 0], [0, 1, 0, 0], [0, 0, 0, 1]])
"""For rows: (x, y, z) becomes (x, z, -y)."""
IGNORED = ("Xform", "Scope", "Material", "Shader", "NodeGraph", "GeomSubset", "Camera", "SkelRoot", "Skeleton", "")


def usd_as_glb(path: Path) -> tuple[bytes, Passport]:
    """A USD file's set, and what it asks for. Raises InputError: OpenUSD missing, unreadable, nothing in it."""
    stage = _opened(path)
    converter = _Converter(stage, path)
    return converter.glb(), tuple(converter.said)


def _opened(path: Path) -> Any:
    try:
        from pxr import Tf, Usd
    except ImportError as error:
        remedy = "Install it with: pip install openstage[usd], or export the set as .glb"
        raise InputError(str(path), "", "needs OpenUSD, which is not installed", remedy) from error
    if not path.is_file():
        raise InputError(str(path), "", "there is no such file", "Check the path")
    try:
        stage = Usd.Stage.Open(str(path))
    except Tf.ErrorException as error:
        first = str(error).strip().splitlines()[-1][:160]
        raise InputError(str(path), "", f"cannot be read by OpenUSD: {first}", "Export it again") from error
    for layer in stage.GetUsedLayers():
        real = str(layer.realPath).partition("[")[0]
        if real and not is_inside(Path(real), path.parent):
            raise InputError(str(path), "", f"uses {layer.identifier!r}, which lies outside its folder",
                             "Copy it into the set's folder, or flatten the file (usdcat --flatten)")  # fmt: skip
    return stage


class _Converter:
    """One file on its way to glTF. `said`: its passport."""

    def __init__(self, stage: Any, path: Path) -> None:
        from pxr import Usd, UsdGeom

        self.said: dict[PassportEntry, None] = {}
        self._stage, self._path, self._glb = stage, path, Glb()
        self._surfaces = Surfaces(self._glb, path, self.said)
        self._time = Usd.TimeCode(stage.GetStartTimeCode()) if stage.HasAuthoredTimeCodeRange() else Usd.TimeCode(0.0)
        self._places = UsdGeom.XformCache(self._time)
        self._meshes: dict[str, int | None] = {}
        self._nodes: list[int] = []
        self._lamps: list[Properties] = []
        self._counts: Counter[str] = Counter()
        self._corners = 0

    def glb(self) -> bytes:
        from pxr import Usd, UsdGeom

        walk = iter(Usd.PrimRange.Stage(self._stage, Usd.TraverseInstanceProxies(Usd.PrimDefaultPredicate)))
        for prim in walk:
            shape = UsdGeom.Imageable(prim)
            if shape and shape.ComputePurpose() in (UsdGeom.Tokens.proxy, UsdGeom.Tokens.guide):
                walk.PruneChildren()
            elif shape and shape.ComputeVisibility(self._time) == UsdGeom.Tokens.invisible:
                self._counts["invisible"] += 1
                walk.PruneChildren()
            elif prim.IsA(UsdGeom.PointInstancer):
                self._scatter(prim)
                walk.PruneChildren()
            else:
                self._one(prim, np.array(self._places.GetLocalToWorldTransform(prim)))
        if not self._nodes:
            raise InputError(str(self._path), "", "has no meshes and no lamps", "Export the set again as meshes")
        self.said.update(dict.fromkeys(told(self._path.name, self._counts)))
        return self._glb.content([self._root()], self._lamps)

    def _root(self) -> int:
        from pxr import UsdGeom

        metres = float(UsdGeom.GetStageMetersPerUnit(self._stage))
        z_up = UsdGeom.GetStageUpAxis(self._stage) == UsdGeom.Tokens.z
        matrix = (Y_UP_FROM_Z_UP if z_up else np.eye(4)) @ np.diag([metres, metres, metres, 1.0])
        return self._glb.add("nodes", {"name": "root", "matrix": matrix.ravel().tolist(), "children": self._nodes})

    def _one(self, prim: Any, place: NDArray[np.float64]) -> None:
        """A prim with its place (4, 4) in the file's world, for rows."""
        from pxr import UsdGeom

        kind = str(prim.GetTypeName())
        if prim.IsA(UsdGeom.Mesh):
            own = prim.GetPrimInPrototype() if prim.IsInstanceProxy() else prim
            key = str(own.GetPath())
            if key not in self._meshes:
                self._meshes[key] = self._mesh(prim)
            if (mesh := self._meshes[key]) is not None:
                self._node({"name": prim.GetName(), "mesh": mesh}, place)
        elif (lamp := lamp_of(prim)) is not None:
            self._lamp(lamp, place)
        elif kind not in IGNORED:
            self._counts[kind] += 1
        if kind in ("Camera", "Skeleton"):
            self._counts[kind] += 1
        if UsdGeom.Xformable(prim) and UsdGeom.Xformable(prim).TransformMightBeTimeVarying():
            self._counts["animated"] += 1

    def _node(self, own: Properties, place: NDArray[np.float64]) -> None:
        if len(self._nodes) >= MOST_NODES:
            raise InputError(str(self._path), "", f"places more than {MOST_NODES} meshes", "Thin it out or merge them")
        self._nodes.append(self._glb.add("nodes", {**own, "matrix": place.ravel().tolist()}))

    def _lamp(self, lamp: Properties, place: NDArray[np.float64]) -> None:
        """Candela are worked out in the file's unit: its square goes with the area."""
        from pxr import UsdGeom

        if lamp["type"] != "directional":
            lamp["intensity"] *= float(UsdGeom.GetStageMetersPerUnit(self._stage)) ** 2
            self._counts["lamps"] += 1
        self._glb.use("KHR_lights_punctual")
        self._lamps.append(lamp)
        self._node(
            {"name": lamp["name"], "extensions": {"KHR_lights_punctual": {"light": len(self._lamps) - 1}}}, place
        )

    def _scatter(self, prim: Any) -> None:
        """A PointInstancer: its prototypes at every place, which OpenUSD gives with the prototype's own transform."""
        from pxr import Usd, UsdGeom

        instancer = UsdGeom.PointInstancer(prim)
        places = instancer.ComputeInstanceTransformsAtTime(self._time, self._time)
        mask = instancer.ComputeMaskAtTime(self._time)
        own = np.array(self._places.GetLocalToWorldTransform(prim))
        targets = [self._stage.GetPrimAtPath(one) for one in instancer.GetPrototypesRel().GetForwardedTargets()]
        indices = instancer.GetProtoIndicesAttr().Get(self._time) or []
        inside: list[list[tuple[Any, NDArray[np.float64]]]] = []
        for root in targets:
            start = np.linalg.inv(np.array(self._places.GetLocalToWorldTransform(root)))
            below = [one for one in Usd.PrimRange(root, Usd.TraverseInstanceProxies(Usd.PrimDefaultPredicate))]
            world = [np.array(self._places.GetLocalToWorldTransform(one)) for one in below]
            inside.append([(one, place @ start) for one, place in zip(below, world, strict=True)])
        for number, place in enumerate(places):
            if (not mask or mask[number]) and 0 <= indices[number] < len(inside):
                turn = np.array(place)
                for one, within in inside[indices[number]]:
                    if one.GetTypeName() == "Mesh":
                        self._one(one, within @ turn @ own)

    def _mesh(self, prim: Any) -> int | None:
        from pxr import UsdGeom

        mesh = UsdGeom.Mesh(prim)
        points = np.array(mesh.GetPointsAttr().Get(self._time) or [], np.float32).reshape(-1, 3)
        counts = np.array(mesh.GetFaceVertexCountsAttr().Get(self._time) or [], np.int64)
        corners = np.array(mesh.GetFaceVertexIndicesAttr().Get(self._time) or [], np.int64)
        self._corners += len(corners)
        if self._corners > MOST_CORNERS:
            raise InputError(str(self._path), "", f"has more than {MOST_CORNERS} corners of faces", "Thin it out")
        sound = len(counts) and (counts >= 0).all() and counts.sum() == len(corners) and np.isfinite(points).all()
        if not sound or corners.min(initial=0) < 0 or corners.max(initial=0) >= len(points):
            self._counts["broken meshes"] += 1
            return None
        faces = Faces(counts, corners, mesh.GetOrientationAttr().Get() == UsdGeom.Tokens.leftHanded)
        smooth = mesh.GetSubdivisionSchemeAttr().Get() != UsdGeom.Tokens.none
        self._counts["subdivided"] += smooth
        parts = [part for chosen, material in self._subsets(prim, len(counts))
                 if (part := self._part(mesh, faces, points, (chosen, material, smooth))) is not None]  # fmt: skip
        return self._glb.add("meshes", {"name": prim.GetName(), "primitives": parts}) if parts else None

    def _subsets(self, prim: Any, count: int) -> list[tuple[NDArray[np.int64], Any]]:
        """Polygons by the material bound to them, None where there is none."""
        from pxr import UsdShade

        binding = UsdShade.MaterialBindingAPI(prim)
        own = binding.ComputeBoundMaterial()[0]
        left, parts = np.ones(count, bool), []
        for subset in binding.GetMaterialBindSubsets():
            chosen = np.array(subset.GetIndicesAttr().Get(self._time) or [], np.int64)
            chosen = chosen[(chosen >= 0) & (chosen < count)]
            material = UsdShade.MaterialBindingAPI(subset.GetPrim()).ComputeBoundMaterial()[0]
            left[chosen] = False
            parts.append((chosen, material if material else None))
        if left.any():
            parts.append((np.flatnonzero(left), own if own else None))
        return parts

    def _part(
        self, mesh: Any, faces: Faces, points: Values, how: tuple[NDArray[np.int64], Any, bool]
    ) -> Properties | None:
        """One primitive: polygons of one material."""
        from pxr import UsdGeom

        chosen, material, smooth = how
        holes = np.array(mesh.GetHoleIndicesAttr().Get(self._time) or [], np.int64)
        triangles = faces.triangles(np.setdiff1d(chosen, holes))
        if not len(triangles):
            return None
        both = bool(mesh.GetDoubleSidedAttr().Get())
        names, rows = ["POSITION"], [points[faces.points]]
        normal = self._normals(mesh, faces, points, smooth)
        if normal is not None:
            names.append("NORMAL")
            rows.append(normal)
        primvars = UsdGeom.PrimvarsAPI(mesh)
        if material is not None:
            number, coordinates = self._surfaces.number(material, both)
            uv = self._primvar(primvars, (coordinates, "st", "UVMap", "map1"), faces, 2)
            if uv is not None:
                names.append("TEXCOORD_0")
                rows.append(np.stack([uv[:, 0], 1.0 - uv[:, 1]], axis=1).astype(np.float32))
        else:
            number = self._display(primvars, faces, both, names, rows)
        made, indices = shared(rows, triangles)
        attributes = {name: self._glb.values(row) for name, row in zip(names, made, strict=True)}
        return {"attributes": attributes, "indices": self._glb.indices(indices), "material": number}

    def _display(self, primvars: Any, faces: Faces, both: bool, names: list[str], rows: list[Values]) -> int:
        """The material of a mesh that has only displayColor; colours that vary go along as vertex colours."""
        colour = self._primvar(primvars, ("displayColor",), faces, 3)
        if colour is None:
            return self._surfaces.plain(both)
        opacity = self._primvar(primvars, ("displayOpacity",), faces, 1)
        alpha = np.ones((len(colour), 1), np.float32) if opacity is None else opacity
        whole = np.clip(np.concatenate([colour, alpha], axis=1), 0.0, 1.0)
        if (whole == whole[0]).all():
            return self._surfaces.coloured([round(float(part), 6) for part in whole[0]], both)
        names.append("COLOR_0")
        rows.append(whole)
        return self._surfaces.coloured([1.0, 1.0, 1.0, float(whole[:, 3].min())], both)

    def _normals(self, mesh: Any, faces: Faces, points: Values, smooth: bool) -> Values | None:
        """The file's own; those of a smooth surface; None where faces are flat."""
        from pxr import UsdGeom

        own = None if smooth else self._primvar(UsdGeom.PrimvarsAPI(mesh), ("normals",), faces, 3)
        given = mesh.GetNormalsAttr().Get(self._time)
        if own is None and not smooth and given:
            values = np.array(given, np.float32).reshape(-1, 3)
            own = faces.at_corners(values, str(mesh.GetNormalsInterpolation()))
        if own is None and smooth:
            own = smooth_normals(points, faces)[faces.points]
        if own is None:
            return None
        length = np.linalg.norm(own, axis=1, keepdims=True)
        return np.where(length > 1e-9, own / np.maximum(length, 1e-9), np.array([0.0, 0.0, 1.0])).astype(np.float32)

    def _primvar(self, primvars: Any, names: tuple[str, ...], faces: Faces, width: int) -> Values | None:
        """The first of these primvars that is there, at every corner."""
        for name in dict.fromkeys(names):
            primvar = primvars.FindPrimvarWithInheritance(name)
            if not primvar or not primvar.HasValue():
                continue
            values = np.array(primvar.ComputeFlattened(self._time), np.float32)
            if values.size % width == 0 and values.size and np.isfinite(values).all():
                return faces.at_corners(values.reshape(-1, width), str(primvar.GetInterpolation()))
        return None
