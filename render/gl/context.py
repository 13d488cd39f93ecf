"""The OpenGL context of a process without a window, and what its machine can do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import moderngl

from stage.errors import GraphicsError

GL_VERSION = 430
"""OpenGL 4.3 core: instanced indirect draws, compute; all drivers of the last ten years and Mesa's llvmpipe."""

SOFTWARE_RENDERERS = ("llvmpipe", "softpipe", "swrast", "swiftshader", "swr")


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What the machine draws with. Limits in pixels, samples and anisotropy as OpenGL reports them."""

    renderer: str
    vendor: str
    version: str
    software: bool
    max_texture_px: int
    max_viewport_px: tuple[int, int]
    max_samples: int
    max_anisotropy: float

    def __str__(self) -> str:
        kind = "software" if self.software else "GPU"
        return f"{self.renderer} ({kind}), OpenGL {self.version}, textures up to {self.max_texture_px} px"


def create_offscreen_context() -> moderngl.Context:
    """A context of its own on EGL, without a screen. Raises GraphicsError naming what to install."""
    try:
        settings: Any = {"backend": "egl"}  # moderngl annotates each setting as a dict
        return moderngl.create_context(standalone=True, require=GL_VERSION, **settings)
    except Exception as error:  # glcontext raises bare Exception, ImportError or OSError by what is missing
        raise GraphicsError(
            f"no OpenGL {GL_VERSION // 100}.{GL_VERSION // 10 % 10} without a screen (EGL): {error}. Install the "
            "graphics card's driver, or for the software renderer on Debian and Ubuntu: "
            "apt install libegl1 libgl1 libgl1-mesa-dri"
        ) from error


def capabilities(ctx: moderngl.Context) -> Capabilities:
    """What this context's machine can do."""
    info = ctx.info
    renderer = str(info["GL_RENDERER"])
    width, height = info["GL_MAX_VIEWPORT_DIMS"]
    return Capabilities(
        renderer=renderer,
        vendor=str(info["GL_VENDOR"]),
        version=str(info["GL_VERSION"]),
        software=any(name in renderer.lower() for name in SOFTWARE_RENDERERS),
        max_texture_px=int(info["GL_MAX_TEXTURE_SIZE"]),
        max_viewport_px=(int(width), int(height)),
        max_samples=int(ctx.max_samples),
        max_anisotropy=float(ctx.max_anisotropy),
    )
