"""Waiting for the graphics card without keeping this process's other threads from running.

moderngl's `finish` holds Python's lock until the card is done: threads that decode video or read sets then stand still
just when the card is busiest. The same call through ctypes lets go of it.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import sys
from collections.abc import Callable

import moderngl

LIBRARIES = ("libOpenGL.so.0", "libGL.so.1")
"""Where Linux has OpenGL's own functions: they act on whatever context is current, made by EGL or GLX."""


def finisher(ctx: moderngl.Context) -> Callable[[], object]:
    """What waits until everything that was submitted in the current context has been drawn."""
    if sys.platform == "linux":
        for name in LIBRARIES:
            try:
                finish = ctypes.CDLL(name).glFinish
            except (OSError, AttributeError):
                continue
            finish.restype, finish.argtypes = None, ()
            return lambda: finish()
    return ctx.finish
