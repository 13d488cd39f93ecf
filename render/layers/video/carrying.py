"""In which form frames are carried to the graphics card: planes as decoded, or the nearest form without loss. Pure."""

from __future__ import annotations

YCC_FORMATS = {
    "yuv420p": 8, "yuv422p": 8, "yuv444p": 8, "yuvj420p": 8, "yuvj422p": 8, "yuvj444p": 8,
    "yuv420p10le": 10, "yuv422p10le": 10, "yuv444p10le": 10, "yuv420p12le": 12, "yuv422p12le": 12, "yuv444p12le": 12,
    "yuva420p": 8, "yuva422p": 8, "yuva444p": 8, "yuva420p10le": 10, "yuva422p10le": 10, "yuva444p10le": 10,
    "yuva422p12le": 12, "yuva444p12le": 12,
}  # fmt: skip
RGB_FORMATS = {
    "gbrp": 8, "gbrp10le": 10, "gbrp12le": 12, "gbrp16le": 16, "gbrap": 8, "gbrap10le": 10, "gbrap12le": 12,
    "gbrap16le": 16,
}  # fmt: skip
LIGHT, LIGHT_ALPHA = "light", "light and alpha"
"""Frames of pictures that are scene-linear light already: red, green, blue, alpha as 16-bit floats."""
PLAIN_FORMATS = {**YCC_FORMATS, **RGB_FORMATS, LIGHT: 16, LIGHT_ALPHA: 16}
"""Forms that go to the graphics card unchanged, and their bits."""
DEEP_FORMAT, DEEP_ALPHA_FORMAT = "yuv444p10le", "yuva444p10le"
"""What other forms become."""
SEMI_PLANAR = {"nv12": "yuv420p", "nv16": "yuv422p", "p010le": "yuv420p10le", "p210le": "yuv422p10le"}
"""Forms whose values are those of another in another order."""


def carried_format(name: str, rgb: bool, bits: int, alpha: bool) -> str:
    """The form in which a decoder's frames are carried: their own, or one that takes `bits` of each value."""
    if name in PLAIN_FORMATS or name in SEMI_PLANAR:
        return SEMI_PLANAR.get(name, name)
    if not rgb:
        return DEEP_ALPHA_FORMAT if alpha else DEEP_FORMAT
    family = {kind: most for kind, most in RGB_FORMATS.items() if kind.startswith("gbrap") == alpha}
    return min((kind for kind in family if family[kind] >= min(bits, 16)), key=lambda kind: family[kind])


def has_alpha(name: str) -> bool:
    """Whether a carried form has a plane of alpha."""
    return name.startswith(("yuva", "gbrap")) or name == LIGHT_ALPHA


def is_light(name: str) -> bool:
    """Whether its planes are light already."""
    return name in (LIGHT, LIGHT_ALPHA)


def is_rgb(name: str) -> bool:
    """Whether its planes are green, blue and red."""
    return name in RGB_FORMATS
