"""The materials of the street and the pictures on them."""

from __future__ import annotations

import cv2
import numpy as np

from stage.maths.arrays import Floats
from tools.sets import foliage, relief_maps, textures
from tools.sets.materials import Material
from tools.sets.pictures import jpeg, normal_jpeg, png_with_alpha
from tools.sets.relief_maps import Surface
from tools.sets.textures import tileable_noise

SIGNS = ("BAKERY", "Corner Books", "HOTEL ASTRA", "Cafe Nord", "OPTIKA", "Flowers", "RECORDS", "Pharmacy")
SIGN_GROUNDS = ((0.02, 0.06, 0.05), (0.10, 0.03, 0.02), (0.02, 0.025, 0.05), (0.35, 0.30, 0.22),
                (0.015, 0.015, 0.017), (0.05, 0.09, 0.03), (0.16, 0.05, 0.012), (0.30, 0.33, 0.30))  # fmt: skip
LIT_ROOM = (2.2, 1.45, 0.75)
LIT_SHOP = (4.2, 3.2, 2.0)

MATERIALS = (
    Material("asphalt", texture="asphalt", roughness=0.82, normal="asphalt_normal"),
    Material("slabs", texture="paving", roughness=0.85, normal="paving_normal"),
    Material("kerb", texture="stone"),
    Material("paint", texture="paint", cutoff=0.5),
    Material("brick_red", (0.95, 0.46, 0.34), texture="brick"),
    Material("brick_yellow", (0.98, 0.78, 0.54), texture="brick"),
    Material("brick_dark", (0.52, 0.36, 0.31), texture="brick"),
    Material("render_cream", (0.86, 0.80, 0.66), texture="render"),
    Material("render_grey", (0.58, 0.60, 0.62), texture="render"),
    Material("trim", (0.70, 0.67, 0.61), texture="render"),
    Material("frame_dark", (0.035, 0.037, 0.04)),
    Material("frame_white", (0.60, 0.60, 0.57)),
    Material("wood", (0.10, 0.055, 0.03), texture="render"),
    Material("glass", (0.018, 0.022, 0.024), roughness=0.09),
    Material("room", texture="room", emissive=LIT_ROOM, glow="room", roughness=0.4),
    Material("shop", texture="shop", emissive=LIT_SHOP, glow="shop", roughness=0.4),
    Material("sign", texture="signs", emissive=(1.6, 1.6, 1.6), glow="sign_glow"),
    Material("awning_red", (0.34, 0.035, 0.03), texture="cloth"),
    Material("awning_green", (0.04, 0.12, 0.075), texture="cloth"),
    Material("metal", (0.085, 0.09, 0.095), roughness=0.5, metallic=0.5),
    Material("cast_iron", (0.03, 0.032, 0.033), roughness=0.6),
    Material("lamp_head", (0.6, 0.6, 0.58), emissive=(22.0, 17.5, 11.0)),
    Material("bark", texture="bark"),
    Material("leaves", texture="leaves", double_sided=True, cutoff=0.4),
    Material("earth", (0.06, 0.048, 0.035)),
    Material("far", texture="tower"),
    Material("roof", (0.12, 0.115, 0.11)),
)
PRACTICALS = ("room", "shop", "sign", "lamp*", "street_*", "shop_*")


def pictures() -> dict[str, bytes]:
    """The textures as files, by the name that the materials use."""
    road, paving = asphalt(), relief_maps.paving()
    signs, glow = sign_boards()
    return {
        "asphalt": jpeg(road.paint, 80),
        "asphalt_normal": normal_jpeg(road.normal_map(), 78),
        "paving": jpeg(paving.paint, 80),
        "paving_normal": normal_jpeg(_half(paving.normal_map()), 84),
        "stone": jpeg(relief_maps.carved_stone().paint, 84),
        "paint": _paint(),
        "brick": jpeg(textures.brick(), 86),
        "render": jpeg(render(), 84),
        "room": jpeg(rooms(), 86),
        "shop": jpeg(shops(), 86),
        "signs": jpeg(signs, 90),
        "sign_glow": jpeg(glow, 90),
        "cloth": jpeg(_cloth(), 84),
        "bark": jpeg(textures.bark(), 84),
        "leaves": foliage.strip(foliage.leaves, 3),
        "tower": jpeg(_tower(), 84),
    }


def asphalt() -> Surface:
    """Worn asphalt with pale stones in it and a few cracks; 2 x 2 m, without anything large that would repeat."""
    size = 1024
    grain, stones = tileable_noise(size, size, 200, 71, 3), tileable_noise(size, size, 128, 72, 2)
    pale = np.clip(stones - 1.35, 0.0, 1.0)[..., None]
    paint = 0.062 * (1.0 + 0.22 * grain + 0.06 * tileable_noise(size, size, 16, 73, 4))[..., None] * np.ones(3)
    paint = paint * (1 - pale) + np.array([0.17, 0.16, 0.145]) * pale
    return Surface(np.clip(paint, 0.012, 0.4), 0.0011 * grain + 0.0012 * np.clip(stones, -1, 2), 2.0)


def render() -> Floats:
    """Plaster or cast stone, pale, with soot, damp and hair cracks; 4 x 4 m."""
    size = 1024
    cloud, fine = tileable_noise(size, size, 5, 75, 7), tileable_noise(size, size, 256, 76, 2)
    tone = 0.66 * (1.0 + 0.05 * cloud + 0.035 * fine)
    crack = np.exp(-np.abs(tileable_noise(size, size, 7, 77, 6)) / 0.012)[..., None]
    damp = np.clip((tileable_noise(size, size, 4, 78, 6) - 0.8) * 0.35, 0.0, 0.35)[..., None]
    paint = tone[..., None] * np.ones(3) * (1.0 - 0.22 * crack)
    return np.asarray(np.clip(paint * (1 - damp) + np.array([0.42, 0.39, 0.33]) * damp, 0.02, 0.95))


def rooms() -> Floats:
    """Four windows of rooms side by side: curtains, a wall, a lamp, a shelf; what shines when the room is lit."""
    cells = []
    for number in range(4):
        generator = np.random.default_rng(80 + number)
        v, u = np.mgrid[0:256, 0:192] / np.array([256.0, 192.0])[:, None, None]
        wall = np.array([0.46, 0.38, 0.28]) * generator.uniform(0.7, 1.15, 3)
        lamp = np.exp(-(((u - generator.uniform(0.3, 0.7)) / 0.35) ** 2 + ((v - 0.35) / 0.35) ** 2))[..., None]
        picture = wall * (0.35 + 0.75 * lamp)
        shelf = (np.abs(v - 0.62) < 0.012) | ((v > 0.62) & (np.abs((u * 7) % 1.0 - 0.5) < 0.10))
        picture = np.where((shelf & (u > 0.55))[..., None], picture * 0.35, picture)
        fold = 0.75 + 0.25 * np.cos(u * 2 * np.pi * 13 + 2.0 * np.sin(v * 3))
        drawn = generator.uniform(0.12, 0.34)
        curtain = ((u < drawn) | (u > 1.0 - drawn))[..., None]
        cloth = np.array([0.60, 0.54, 0.44]) * generator.uniform(0.5, 1.1, 3) * fold[..., None]
        cells.append(np.where(curtain, cloth, picture))
    return np.asarray(np.clip(np.hstack(cells), 0.0, 1.0))


def shops() -> Floats:
    """Four shop windows side by side, 3 x 2.6 m each: back wall, shelves full of things, lamps in the ceiling."""
    cells = []
    for number in range(4):
        generator = np.random.default_rng(90 + number)
        height, width = 384, 448
        picture = np.ones((height, width, 3)) * np.array([0.42, 0.36, 0.29]) * generator.uniform(0.75, 1.1, 3)
        v = (np.arange(height) / height)[:, None, None]
        picture = picture * (0.45 + 0.6 * np.exp(-(((v - 0.2) / 0.5) ** 2)))
        for row in (0.36, 0.52, 0.68):
            _shelf(picture, generator, int(row * height))
        picture[int(0.84 * height) :] *= 0.38
        for x in np.linspace(0.12, 0.88, 5).tolist():
            cv2.circle(picture, (int(x * width), int(0.05 * height)), 7, (1.0, 0.95, 0.82), -1, cv2.LINE_AA)
        for _ in range(3):
            _person(picture, generator, height, width)
        cells.append(picture)
    return np.asarray(np.clip(np.hstack(cells), 0.0, 1.0))


def _shelf(picture: Floats, generator: np.random.Generator, base: int) -> None:
    """Bottles, boxes and books on a board, dark below it."""
    width = picture.shape[1]
    x = 10
    while x < width - 20:
        wide, high = int(generator.uniform(6, 20)), int(generator.uniform(18, 42))
        if generator.random() < 0.85:
            colour = generator.uniform(0.05, 0.6) * generator.uniform(0.3, 1.0, 3)
            cv2.rectangle(picture, (x, base - high), (x + wide, base), colour.tolist(), -1, cv2.LINE_AA)
        x += wide + int(generator.uniform(2, 8))
    cv2.rectangle(picture, (6, base), (width - 6, base + 4), (0.16, 0.10, 0.06), -1)


def _person(picture: Floats, generator: np.random.Generator, height: int, width: int) -> None:
    """Somebody standing inside, out of focus, dark against the light."""
    x, size = generator.uniform(0.15, 0.85) * width, generator.uniform(0.9, 1.05)
    layer = picture.copy()
    colour = (generator.uniform(0.03, 0.14) * generator.uniform(0.5, 1.0, 3)).tolist()
    top = int(height * (1.0 - 0.60 * size))
    cv2.ellipse(layer, (int(x), top + 16), (11, 14), 0, 0, 360, (0.20, 0.13, 0.10), -1, cv2.LINE_AA)
    cv2.ellipse(layer, (int(x), top + 70), (24, 46), 0, 0, 360, colour, -1, cv2.LINE_AA)
    cv2.rectangle(layer, (int(x) - 17, top + 100), (int(x) + 17, height), colour, -1)
    picture[:] = cv2.GaussianBlur(layer, (0, 0), 2.0) * 0.9 + picture * 0.1


def sign_boards() -> tuple[Floats, Floats]:
    """Eight boards one below the other, 4 x 0.5 m each, and what shines of them: the letters."""
    boards, glows = [], []
    for name, ground in zip(SIGNS, SIGN_GROUNDS, strict=True):
        letters = np.zeros((128, 1024), np.uint8)
        font = cv2.FONT_HERSHEY_TRIPLEX if name.isupper() else cv2.FONT_HERSHEY_COMPLEX
        (wide, high), _ = cv2.getTextSize(name, font, 2.5, 5)
        cv2.putText(letters, name, ((1024 - wide) // 2, 64 + high // 2), font, 2.5, 255, 5, cv2.LINE_AA)
        share = (letters / 255.0)[..., None]
        worn = 1.0 + 0.07 * tileable_noise(128, 1024, 16, len(name), 4)[..., None]
        ink = np.array([0.78, 0.72, 0.58]) if sum(ground) < 0.5 else np.array([0.06, 0.05, 0.05])
        boards.append(np.array(ground) * worn * (1 - share) + ink * share)
        glows.append(share * np.array([1.0, 0.86, 0.6]) * (1.0 if sum(ground) < 0.5 else 0.0))
    return np.clip(np.vstack(boards), 0.0, 1.0), np.clip(np.vstack(glows), 0.0, 1.0)


def _paint() -> bytes:
    """White road paint, worn through in places; 2 x 2 m."""
    size = 512
    worn = tileable_noise(size, size, 14, 83, 6) + 0.35 * tileable_noise(size, size, 160, 84, 2)
    tone = 0.50 * (1.0 + 0.07 * tileable_noise(size, size, 8, 85, 5))
    return png_with_alpha(np.clip(tone[..., None] * np.ones(3), 0.0, 1.0), np.clip(0.5 + 1.6 * (1.25 - worn), 0.0, 1.0))


def _cloth() -> Floats:
    """Awning cloth with broad pale stripes; 1 x 1 m."""
    u = (np.arange(256) / 256.0)[None, :, None]
    tone = 1.0 + 0.06 * tileable_noise(256, 256, 32, 86, 3)[..., None]
    return np.asarray(np.clip(np.where(u * 3 % 1.0 < 0.5, 1.0, 0.62) * tone * np.ones(3), 0.0, 1.0))


def _tower() -> Floats:
    """Far houses: rows of windows; 24 x 24 m."""
    v, u = np.mgrid[0:512, 0:512] / 512.0
    window = (np.abs(u * 10 % 1.0 - 0.5) < 0.30) & (np.abs(v * 7 % 1.0 - 0.5) < 0.32)
    tone = np.random.default_rng(87).uniform(0.5, 1.3, (7, 10))[(v * 7).astype(int), (u * 10).astype(int)]
    wall = 0.30 * (1.0 + 0.10 * tileable_noise(512, 512, 6, 88, 5))
    grey = np.where(window, 0.075 * tone, wall)
    return np.asarray(grey[..., None] * np.array([1.0, 0.98, 0.95]))


def _half(picture: Floats) -> Floats:
    size = (picture.shape[1] // 2, picture.shape[0] // 2)
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA))
