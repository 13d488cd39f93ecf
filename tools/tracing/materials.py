"""glTF materials as Mitsuba's: what a surface reflects, lets through and gives off.

Matt surfaces are Lambert's, as in the renderer; the rest `principled` (Burley 2012), whose specular 0.5 is glTF's 0.04
at normal incidence. A surface that is not double-sided is black and opaque from behind.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from render.layers.mesh.mesh_data import SAME_UV, PictureUse, UvRows
from render.pictures.picture import Picture
from tools.tracing.world import Singles, Surface

COLOUR_ATTRIBUTE = "vertex_colour"
DIELECTRIC_SPECULAR = 0.5
Plugin = dict[str, Any]
"""A plugin of Mitsuba as `load_dict` takes it."""


def coloured(surface: Surface) -> bool:
    """Whether its vertices have colours of their own."""
    return bool(np.any(surface.colour[:, :3] != 1.0))


def vertex_colours(surface: Surface) -> Singles:
    """(V, 3) what COLOUR_ATTRIBUTE holds: the colours of the vertices, times the material's own if no picture is."""
    if surface.material.picture is not None:
        return surface.colour[:, :3]
    shown = surface.colour[:, :3] * np.array(surface.material.base_colour[:3], np.float32)
    return shown if surface.material.unlit else np.minimum(shown, 1.0)


class Materials:
    """Makes the plugins of a world's surfaces; each picture is converted once. `mi`: Mitsuba with its variant set."""

    def __init__(self, mi: Any, pictures: tuple[Picture, ...]) -> None:
        self._mi = mi
        self._pictures = pictures
        self._linear: dict[int, Singles] = {}
        mi.register_texture("product_of_textures", _product_class(mi))

    def reflecting(self, surface: Surface) -> Plugin:
        """The BSDF of a surface."""
        material = surface.material
        plugin: Plugin
        if material.unlit:
            plugin = {"type": "diffuse", "reflectance": _grey(0.0)}
        elif material.metallic == 0.0 and material.roughness == 1.0 and material.metal_rough is None:
            plugin = {"type": "diffuse", "reflectance": self._base(surface)}
        else:
            plugin = self._glossy(surface)
        if material.normal is not None:
            plugin = {"type": "normalmap", "normalmap": self._normals(material.normal, material.normal_scale),
                      "bsdf": plugin}  # fmt: skip
        if material.double_sided:
            plugin = {"type": "twosided", "bsdf": plugin}
        return self._with_holes(surface, plugin)

    def black(self, surface: Surface) -> Plugin:
        """The surface with its holes, reflecting nothing."""
        return self._with_holes(surface, {"type": "diffuse", "reflectance": _grey(0.0)})

    def _with_holes(self, surface: Surface, plugin: Plugin) -> Plugin:
        opacity = self._opacity(surface)
        return {"type": "mask", "opacity": opacity, "bsdf": plugin} if opacity is not None else plugin

    def glowing(self, surface: Surface) -> Plugin | None:
        """The radiance a surface gives off before any gain (1.0 = 100 nits), as a texture; None if it is dark."""
        material = surface.material
        if material.unlit:
            return self._base(surface)
        if not any(material.emissive):
            return None
        use = material.emissive_picture
        if use is None:
            return _colour(material.emissive)
        light = self._values(use.picture)[:, :, :3] * np.array(material.emissive, np.float32)
        return self._bitmap(light, use.picture, use.uv_rows)

    def _base(self, surface: Surface) -> Plugin:
        """Factor x picture x vertex colour, at most white unless it is a light."""
        material = surface.material
        factor = np.array(material.base_colour[:3], np.float32)
        limit = np.inf if material.unlit else 1.0
        own: Plugin = {"type": "mesh_attribute", "name": COLOUR_ATTRIBUTE}
        if material.picture is None:
            return own if coloured(surface) else _colour(tuple(np.minimum(factor, limit).tolist()))
        shown = np.minimum(self._values(material.picture)[:, :, :3] * factor, limit)
        plain = self._bitmap(shown, material.picture, SAME_UV)
        return {"type": "product_of_textures", "first": plain, "second": own} if coloured(surface) else plain

    def _glossy(self, surface: Surface) -> Plugin:
        material, use = surface.material, surface.material.metal_rough
        metallic: Any = material.metallic
        roughness: Any = max(material.roughness, 0.05)
        if use is not None:
            given = self._values(use.picture)
            metallic = self._bitmap(given[:, :, 2:3] * material.metallic, use.picture, use.uv_rows)
            roughness = self._bitmap(np.maximum(given[:, :, 1:2] * material.roughness, 0.05), use.picture, use.uv_rows)
        return {"type": "principled", "base_color": self._base(surface), "metallic": metallic,
                "roughness": roughness, "specular": DIELECTRIC_SPECULAR}  # fmt: skip

    def _normals(self, use: PictureUse, scale: float) -> Plugin:
        """In Mitsuba the second axis is the normal crossed with the one along u: up, as the map's y is (glTF 3.9.3)."""
        local = self._values(use.picture)[:, :, :3] * 2.0 - 1.0
        local[:, :, :2] *= scale
        local /= np.maximum(np.linalg.norm(local, axis=2, keepdims=True), 1e-6)
        return self._bitmap(local * 0.5 + 0.5, use.picture, use.uv_rows)

    def _opacity(self, surface: Surface) -> Plugin | None:
        """1 where there is something: by the cut-off of a mask, by alpha itself of what blends."""
        material = surface.material
        if not (material.alpha_cutoff > 0.0 or material.blend):
            return None
        alpha = np.full((1, 1, 1), 1.0, np.float32)
        if material.picture is not None:
            alpha = self._values(material.picture)[:, :, 3:4]
        alpha = alpha * material.base_colour[3] * float(surface.colour[:, 3].mean())
        if material.alpha_cutoff > 0.0:
            alpha = (alpha >= material.alpha_cutoff).astype(np.float32)
        if material.picture is None:
            return _grey(float(np.clip(alpha[0, 0, 0], 0.0, 1.0)))
        return self._bitmap(np.clip(alpha, 0.0, 1.0), material.picture, SAME_UV)

    def _values(self, number: int) -> Singles:
        """(h, w, 4) linear numbers of a picture (IEC 61966-2-1 where it holds colours)."""
        if number not in self._linear:
            picture = self._pictures[number]
            values = picture.rgba.astype(np.float32) / 255.0
            if not picture.linear:
                code = values[:, :, :3]
                values[:, :, :3] = np.where(code <= 0.04045, code / 12.92, ((code + 0.055) / 1.055) ** 2.4)
            self._linear[number] = values
        return self._linear[number].copy()

    def _bitmap(self, values: Singles, number: int, rows: UvRows) -> Plugin:
        """(h, w, channels) numbers, as a texture in the picture's way of repeating."""
        picture, mi = self._pictures[number], self._mi
        repeats = picture.repeat_x and picture.repeat_y
        plugin: Plugin = {
            "type": "bitmap",
            "bitmap": mi.Bitmap(np.ascontiguousarray(values, np.float32)),
            "raw": True,
            "wrap_mode": "repeat" if repeats else "clamp",
        }
        if rows != SAME_UV:
            plugin["to_uv"] = mi.ScalarTransform3f([list(rows[0]), list(rows[1]), [0.0, 0.0, 1.0]])
        return plugin


def left_out(surface: Surface) -> list[str]:
    """What of a material the path tracer does not show, a sentence each."""
    material, notes = surface.material, []
    name = material.name or "a material"
    if any(use is not None and use.second_uv for use in material.uses):
        notes.append(f"{name}: pictures on second texture coordinates are placed by the first")
    if material.double_sided and (material.unlit or any(material.emissive)):
        notes.append(f"{name}: glows from its front only")
    return notes


def _colour(rgb: tuple[float, ...]) -> Plugin:
    return {"type": "rgb", "value": [float(value) for value in rgb]}


def _grey(value: float) -> Plugin:
    return {"type": "rgb", "value": [value] * 3}


def _product_class(mi: Any) -> Any:
    """A texture that is two textures multiplied, which Mitsuba lacks."""

    class Product(mi.Texture):  # type: ignore[misc]  # typed by the variant, at run time
        def __init__(self, props: Mapping[str, Any]) -> None:
            super().__init__(props)
            self._first, self._second = props["first"], props["second"]

        def traverse(self, callback: Any) -> None:
            """Mitsuba's own walk through a scene."""

        def is_spatially_varying(self) -> bool:
            return True

        def eval(self, si: Any, active: Any = True) -> Any:
            return self._first.eval(si, active) * self._second.eval(si, active)

        def eval_3(self, si: Any, active: Any = True) -> Any:
            return self._first.eval_3(si, active) * self._second.eval_3(si, active)

        def eval_1(self, si: Any, active: Any = True) -> Any:
            return mi.luminance(self.eval_3(si, active))

        def mean(self) -> Any:
            return self._first.mean() * self._second.mean()

    return Product
