"""The materials of a glTF, ready to draw (glTF 2.0, 3.8 and 3.9; KHR_materials_*)."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from render.layers.mesh.gltf.document.surfaces import Material
from render.layers.mesh.gltf.document.uses import TextureInfo, TextureTransform
from render.layers.mesh.gltf.file import GltfFile
from render.layers.mesh.gltf.surfaces.finishes import GltfFinishes
from render.layers.mesh.gltf.surfaces.gloss_pictures import as_metal_rough
from render.layers.mesh.gltf.surfaces.pictures import GltfPictures
from render.layers.mesh.gltf.surfaces.uv_rows import inverse_rows, joined_rows, scaled_rows, uv_rows
from render.layers.mesh.mesh_data import SAME_UV, MeshMaterial, PictureUse, UvRows
from render.pictures.picture import Picture
from stage.maths.pose import ORIGIN, Vector


class Coordinates(NamedTuple):
    """A set of texture coordinates, and the rows by which a picture places them."""

    attribute: str = "TEXCOORD_0"
    rows: UvRows = SAME_UV


class Surface(NamedTuple):
    """A material in use: its number in `materials`, the coordinates that go into its vertices, and a second set for
    pictures that do not follow those."""

    number: int
    coordinates: Coordinates = Coordinates()
    second: str | None = None


class GltfMaterials:
    """Materials and pictures, made when a mesh first uses them."""

    def __init__(self, file: GltfFile) -> None:
        self._file = file
        self._pictures = GltfPictures(file)
        self._finishes = GltfFinishes(file, self._pictures)
        self.materials: list[MeshMaterial] = []
        self._surfaces: dict[int | None, Surface] = {}

    @property
    def pictures(self) -> list[Picture]:
        """Those in use."""
        return self._pictures.pictures

    def say(self) -> None:
        """Put into the passport what of the materials is drawn otherwise."""
        self._finishes.say()

    def surface(self, index: int | None, field: str) -> Surface:
        """Material `index`, or the default one. Raises InputError if it or its picture is invalid."""
        if index not in self._surfaces:
            self._surfaces[index] = self._new_surface(index, field)
        return self._surfaces[index]

    def _new_surface(self, index: int | None, field: str) -> Surface:
        material, place = Material(), "material"
        if index is not None:
            material = self._file.item(self._file.document.materials, index, "materials", field)
            place = f"materials[{index}]"
        finish = self._finishes.of(material, place)
        if material.extensions.glossy is not None and material.extensions.unlit is None:
            material, numbers = as_metal_rough(self._file, self._pictures, material, place)
        else:
            numbers = {}
        infos = _other_pictures(material)
        base = material.pbr_metallic_roughness.base_color_texture
        picture = numbers.get("base")
        if base is not None and picture is None:
            field = f"{place}.{_FIELDS['base']}.index"
            picture = self._pictures.number(base.index, linear=False, field=field)
        coordinates = self._first_coordinates({"base": base, **infos}, place)
        if base is None:
            coordinates = Coordinates(coordinates.attribute)
        uses, second = self._uses(infos, coordinates, place, numbers)
        plain = _look(material)
        look = replace(
            plain,
            picture=picture,
            metal_rough=uses.get("metal_rough"),
            normal=uses.get("normal"),
            occlusion=uses.get("occlusion"),
            emissive_picture=uses.get("emissive_picture"),
            finish=finish,
            blend=plain.blend or (finish is not None and finish.clear > 0.0),
            roughness=min(plain.roughness * self._finishes.roughness(material), 1.0),
        )
        self.materials.append(look)
        return Surface(len(self.materials) - 1, coordinates, second)

    def _first_coordinates(self, infos: dict[str, TextureInfo | None], place: str) -> Coordinates:
        """Those of the first picture that there is."""
        for name, info in infos.items():
            if info is not None:
                return self._coordinates(info, f"{place}.{_FIELDS[name]}.index")
        return Coordinates()

    def _coordinates(self, info: TextureInfo, field: str) -> Coordinates:
        transform = info.extensions.transform or TextureTransform()
        number = info.tex_coord if transform.tex_coord is None else transform.tex_coord
        rows = scaled_rows(uv_rows(transform), self._pictures.unfolded(info.index, field))
        return Coordinates(f"TEXCOORD_{number}", rows)

    def _uses(
        self, infos: dict[str, TextureInfo | None], own: Coordinates, place: str, numbers: dict[str, int]
    ) -> tuple[dict[str, PictureUse], str | None]:
        """The uses of the pictures beside the base colour's, and the second set of coordinates they need."""
        uses: dict[str, PictureUse] = {}
        second: str | None = None
        for name, info in infos.items():
            if info is None:
                continue
            field = f"{place}.{_FIELDS[name]}.index"
            number = numbers.get(name)
            if number is None:
                number = self._pictures.number(info.index, name != "emissive_picture", field)
            if number is None:
                continue
            attribute, given = self._coordinates(info, field)
            rows = joined_rows(given, inverse_rows(own.rows))
            beside = attribute != own.attribute or rows is None
            if beside and second not in (None, attribute):
                self._file.approximated(
                    "a third set of texture coordinates", "the second replaces it", "Use two sets for a material"
                )
            second = second or (attribute if beside else None)
            uses[name] = PictureUse(number, given if rows is None or beside else rows, beside)
        return uses, second


_FIELDS = {
    "base": "pbrMetallicRoughness.baseColorTexture",
    "metal_rough": "pbrMetallicRoughness.metallicRoughnessTexture",
    "normal": "normalTexture",
    "occlusion": "occlusionTexture",
    "emissive_picture": "emissiveTexture",
}


def _other_pictures(material: Material) -> dict[str, TextureInfo | None]:
    """The pictures beside the base colour's, by their name in MeshMaterial; an unlit material has none."""
    if material.extensions.unlit is not None:
        return {}
    return {
        "metal_rough": material.pbr_metallic_roughness.metallic_roughness_texture,
        "normal": material.normal_texture,
        "occlusion": material.occlusion_texture,
        "emissive_picture": material.emissive_texture,
    }


def _look(material: Material) -> MeshMaterial:
    """The material without its pictures."""
    surface = material.pbr_metallic_roughness
    unlit = material.extensions.unlit is not None
    return MeshMaterial(
        base_colour=surface.base_color_factor,
        emissive=ORIGIN if unlit else _emissive(material),
        alpha_cutoff=material.alpha_cutoff if material.alpha_mode == "MASK" else 0.0,
        double_sided=material.double_sided,
        unlit=unlit,
        name=material.name,
        blend=material.alpha_mode == "BLEND",
        metallic=0.0 if unlit else surface.metallic_factor,
        roughness=1.0 if unlit else surface.roughness_factor,
        normal_scale=material.normal_texture.scale if material.normal_texture else 1.0,
        occlusion_strength=material.occlusion_texture.strength if material.occlusion_texture else 1.0,
    )


def _emissive(material: Material) -> Vector:
    strength = material.extensions.emissive_strength.emissive_strength
    red, green, blue = material.emissive_factor
    return (red * strength, green * strength, blue * strength)
