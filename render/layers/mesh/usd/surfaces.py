"""Materials of a USD file: UsdPreviewSurface and its textures as those of glTF. IO: textures are opened."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from render.layers.mesh.usd.glb import Glb, Properties
from render.pictures.picture_bytes import PictureError, decode, is_picture
from stage.files.boundaries import is_inside
from stage.files.passport import PassportEntry, approximated, lost

PREVIEW = ("UsdPreviewSurface", "ND_UsdPreviewSurface_surfaceshader")
GREY = 0.18
"""UsdPreviewSurface's own diffuseColor."""
WRAP = {"clamp": 33071, "black": 33071, "mirror": 33648}
CHANNELS = {"r": 0, "g": 1, "b": 2, "a": 3}
PICTURED = ("diffuseColor", "emissiveColor", "metallic", "roughness", "opacity", "normal", "occlusion")
NOT_DRAWN = ("clearcoat", "specularColor", "displacement")


class Texture:
    """A UsdUVTexture that an input is connected to: its bytes, channel, primvar and repeat."""

    def __init__(self, shader: Any, output: str) -> None:
        self.asset = shader.GetInput("file").Get() if shader.GetInput("file") else None
        self.name = "" if self.asset is None else str(self.asset.path)
        self.output = output
        self.wrap = [WRAP.get(str(value(shader, name, "repeat")), 10497) for name in ("wrapS", "wrapT")]
        self.scale, self.bias = (np.array(value(shader, name, None) or default, float)
                                 for name, default in (("scale", (1.0,) * 4), ("bias", (0.0,) * 4)))  # fmt: skip
        reader = connected(shader, "st")
        self.moved = reader is not None and reader[0].GetShaderId() == "UsdTransform2d"
        if self.moved:
            reader = connected(reader[0], "in") if reader else None
        self.primvar = str(value(reader[0], "varname", "st")) if reader is not None else "st"


def connected(shader: Any, name: str) -> tuple[Any, str] | None:
    """The shader and the output that an input is connected to."""
    from pxr import UsdShade

    given = shader.GetInput(name)
    if not given:
        return None
    for source in given.GetConnectedSources()[0]:
        if UsdShade.Shader(source.source.GetPrim()):
            return UsdShade.Shader(source.source.GetPrim()), str(source.sourceName)
    return None


def value(shader: Any, name: str, default: Any) -> Any:
    """An input's own value, followed through interfaces of materials."""
    given = shader.GetInput(name)
    if not given:
        return default
    found = given.GetValueProducingAttributes()
    got = found[0].Get() if found else None
    return default if got is None else got


class Surfaces:
    """Materials by their paths, made once each."""

    def __init__(self, glb: Glb, path: Path, said: dict[PassportEntry, None]) -> None:
        self._glb, self._path, self._said = glb, path, said
        self._made: dict[tuple[str, bool], int] = {}
        self._images: dict[str, int | None] = {}

    def number(self, material: Any, both_sides: bool) -> tuple[int, str]:
        """A bound material's number, and the primvar of its texture coordinates."""
        key = (str(material.GetPath()), both_sides)
        shader = material.ComputeSurfaceSource()[0]
        kind = shader.GetShaderId() if shader else "no surface"
        if kind not in PREVIEW:
            self._say(f"materials of {kind}", "UsdPreviewSurface alone is read: it is grey", "Export UsdPreviewSurface")
            return self.plain(both_sides), "st"
        textures = {name: made for name in PICTURED if (made := self._texture(shader, name)) is not None}
        primvar = next((one.primvar for one in textures.values()), "st")
        if key not in self._made:
            self._made[key] = self._glb.add("materials", self._document(material, shader, textures, both_sides))
        return self._made[key], primvar

    def plain(self, both_sides: bool) -> int:
        """The material of what has none."""
        key = ("", both_sides)
        if key not in self._made:
            pbr = {"baseColorFactor": [GREY] * 3 + [1.0], "metallicFactor": 0.0, "roughnessFactor": 0.5}
            own = {"name": "plain", "pbrMetallicRoughness": pbr, "doubleSided": both_sides}
            self._made[key] = self._glb.add("materials", own)
        return self._made[key]

    def coloured(self, colour: list[float], both_sides: bool) -> int:
        """A material of one colour and opacity, as displayColor gives it."""
        key = (f"colour {colour}", both_sides)
        if key not in self._made:
            pbr = {"baseColorFactor": colour, "metallicFactor": 0.0, "roughnessFactor": 0.5}
            own: Properties = {"name": "displayColor", "pbrMetallicRoughness": pbr, "doubleSided": both_sides}
            if colour[3] < 1.0:
                own["alphaMode"] = "BLEND"
            self._made[key] = self._glb.add("materials", own)
        return self._made[key]

    def _texture(self, shader: Any, name: str) -> Texture | None:
        found = connected(shader, name)
        if found is None:
            return None
        if found[0].GetShaderId() != "UsdUVTexture":
            self._say(f"{found[0].GetShaderId()} as {name}", "only UsdUVTexture is read", "Bake it into a picture")
            return None
        texture = Texture(*found)
        if texture.moved:
            self._say("UsdTransform2d", "pictures are drawn unmoved and unscaled", "Apply it to the coordinates")
        return texture

    def _document(self, material: Any, shader: Any, textures: dict[str, Texture], both_sides: bool) -> Properties:
        for name in NOT_DRAWN:
            if shader.GetInput(name) and np.any(value(shader, name, 0.0)):
                self._say(name, "UsdPreviewSurface's metallic workflow alone is drawn", "")
        opacity = 1.0 if "opacity" in textures else float(value(shader, "opacity", 1.0))
        pbr: Properties = {
            "baseColorFactor": [*_colour(shader, "diffuseColor", GREY, textures), opacity],
            "metallicFactor": 1.0 if "metallic" in textures else float(value(shader, "metallic", 0.0)),
            "roughnessFactor": 1.0 if "roughness" in textures else float(value(shader, "roughness", 0.5)),
        }
        own: Properties = {"name": material.GetPrim().GetName(), "pbrMetallicRoughness": pbr, "doubleSided": both_sides}
        own["emissiveFactor"] = _colour(shader, "emissiveColor", 0.0, textures)
        strength = max([1.0, *own["emissiveFactor"]])
        if strength > 1.0:
            own["emissiveFactor"] = [part / strength for part in own["emissiveFactor"]]
            own["extensions"] = {"KHR_materials_emissive_strength": {"emissiveStrength": strength}}
            self._glb.use("KHR_materials_emissive_strength")
        self._pictures(own, pbr, textures)
        threshold = float(value(shader, "opacityThreshold", 0.0))
        if threshold > 0.0:
            own |= {"alphaMode": "MASK", "alphaCutoff": threshold}
        elif opacity < 1.0 or "opacity" in textures:
            own["alphaMode"] = "BLEND"
        return own

    def _pictures(self, own: Properties, pbr: Properties, textures: dict[str, Texture]) -> None:
        base, opacity = textures.get("diffuseColor"), textures.get("opacity")
        if base is not None:
            pbr["baseColorTexture"] = self._info(self._image(base), base)
        if opacity is not None and (base is None or str(opacity.asset) != str(base.asset) or opacity.output != "a"):
            self._say("an opacity picture of its own", "only the alpha of the colour's picture is read",
                      "Put opacity into the alpha of diffuseColor's picture")  # fmt: skip
        rough, metal = textures.get("roughness"), textures.get("metallic")
        if (some := rough or metal) is not None:
            pbr["metallicRoughnessTexture"] = self._info(self._packed(rough, metal), some)
        for name, target in (("emissiveColor", "emissiveTexture"), ("normal", "normalTexture"),
                             ("occlusion", "occlusionTexture")):  # fmt: skip
            if name in textures:
                own[target] = self._info(self._image(textures[name]), textures[name])
        for info in [key for key in own if key.endswith("Texture") and own[key] is None]:
            del own[info]
        for info in [key for key in pbr if key.endswith("Texture") and pbr[key] is None]:
            del pbr[info]

    def _info(self, image: int | None, texture: Texture) -> Properties | None:
        if image is None:
            return None
        sampler = self._glb.add("samplers", {"wrapS": texture.wrap[0], "wrapT": texture.wrap[1]})
        return {"index": self._glb.add("textures", {"source": image, "sampler": sampler})}

    def _image(self, texture: Texture) -> int | None:
        """A picture's number, the file's own bytes where glTF knows them."""
        key = str(texture.asset)
        if key not in self._images:
            content = self._content(texture)
            if content is not None and not is_picture(memoryview(content)):
                pixels = self._pixels(texture)
                content = None if pixels is None else cv2.imencode(".png", pixels)[1].tobytes()
            self._images[key] = None if content is None else self._add(content)
        return self._images[key]

    def _packed(self, rough: Texture | None, metal: Texture | None) -> int | None:
        """Roughness in green and metal in blue, as glTF has them; what has no picture is its factor times one."""
        planes = [None if one is None else self._plane(one) for one in (rough, metal)]
        there = [plane for plane in planes if plane is not None]
        if not there:
            return None
        height, width = max((plane.shape for plane in there), key=lambda shape: shape[0] * shape[1])
        pixels = np.full((height, width, 3), 255, np.uint8)
        for plane, channel in zip(planes, (1, 0), strict=True):
            if plane is not None:
                pixels[:, :, channel] = cv2.resize(plane, (width, height), interpolation=cv2.INTER_AREA)
        return self._add(cv2.imencode(".png", pixels)[1].tobytes())

    def _plane(self, texture: Texture) -> NDArray[np.uint8] | None:
        pixels = self._pixels(texture)
        if pixels is None or pixels.ndim == 2:
            return pixels
        channel = {0: 2, 1: 1, 2: 0, 3: 3}[CHANNELS.get(texture.output, 0)]
        return np.ascontiguousarray(pixels[:, :, min(channel, pixels.shape[2] - 1)])

    def _pixels(self, texture: Texture) -> NDArray[np.uint8] | None:
        content = self._content(texture)
        if content is None:
            return None
        try:
            pixels = decode(memoryview(content), cv2.IMREAD_UNCHANGED)
        except PictureError as error:
            self._say(f"picture {texture.name}", f"it {error}", "Use PNG or JPEG", gone=True)
            return None
        if pixels.dtype == np.uint16:
            pixels = np.right_shift(pixels, 8)
        if pixels.dtype.kind == "f":
            self._say(f"picture {texture.name}", "its light is cut to 0 to 1", "Use PNG or JPEG")
            pixels = np.clip(pixels * 255.0, 0.0, 255.0)
        return pixels.astype(np.uint8)

    def _content(self, texture: Texture) -> bytes | None:
        from pxr import Ar

        asset = texture.asset
        found = "" if asset is None else str(asset.resolvedPath)
        if not found:
            self._say(f"picture {texture.name}", "there is no such file", "Give the picture with the file", gone=True)
            return None
        on_disk = Path(found.partition("[")[0])
        if not is_inside(on_disk, self._path.parent):
            self._say(
                f"picture {texture.name}", "it lies outside the set's folder", "Copy it into the folder", gone=True
            )
            return None
        opened = Ar.GetResolver().OpenAsset(Ar.ResolvedPath(found))
        return None if opened is None else bytes(opened.GetBuffer())

    def _add(self, content: bytes) -> int:
        kind = "image/png" if content.startswith(b"\x89PNG") else "image/jpeg"
        return self._glb.add("images", {"bufferView": self._glb.view(content), "mimeType": kind})

    def _say(self, asks: str, why: str, remedy: str, gone: bool = False) -> None:
        self._said.setdefault((lost if gone else approximated)(self._path.name, asks, why, remedy))


def _colour(shader: Any, name: str, default: float, textures: dict[str, Texture]) -> list[float]:
    """A factor: one where a picture gives the colour."""
    if name in textures:
        return [float(part) for part in np.clip(textures[name].scale[:3], 0.0, 1e5)]
    return [float(part) for part in value(shader, name, (default,) * 3)]
