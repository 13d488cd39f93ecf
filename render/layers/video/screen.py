"""The surfaces video is shown on: card, cylinder, dome. Pure."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from stage.maths.arrays import Floats
from stage.model.layers import VideoLayer

STEP_DEG = 1.5
"""Between neighbouring corners of a round screen: a chord is off the circle by 0.01 % of its radius."""


def screen(layer: VideoLayer, aspect: float) -> tuple[NDArray[np.float32], NDArray[np.uint32]]:
    """Vertices (V, 5) float32: offset from the layer's position in stage axes (metres), place in the picture (0, 0 =
    upper left); triangles (T, 3) uint32. `aspect` = the picture's width over its height."""
    if layer.shape == "card":
        own, uv, across = _card(layer.radius_m, layer.height_m)
    elif layer.shape == "cylinder":
        own, uv, across = _cylinder(layer.radius_m, layer.height_m, layer.arc_deg)
    else:
        own, uv, across = _dome(layer.radius_m, layer.arc_deg, min(layer.arc_deg / aspect, 180.0))
    turn = layer.pose().matrix()[:3, :3]
    vertices = np.concatenate([own @ turn.T, uv], axis=1).astype(np.float32)
    return vertices, _triangles(across, len(own) // across)


def _card(width_m: float, height_m: float) -> tuple[Floats, Floats, int]:
    """Its lower edge's middle at the origin, its face toward -Y."""
    uv = np.array([[0.0, 1.0], [1.0, 1.0], [0.0, 0.0], [1.0, 0.0]])
    x, z = (uv[:, 0] - 0.5) * width_m, (1.0 - uv[:, 1]) * height_m
    return np.stack([x, np.zeros(4), z], axis=1), uv, 2


def _cylinder(radius_m: float, height_m: float, arc_deg: float) -> tuple[Floats, Floats, int]:
    """Its axis is vertical through the origin, its middle; the middle of the picture faces +Y."""
    across = max(2, math.ceil(arc_deg / STEP_DEG) + 1)
    u, v = _grid(across, 2)
    angle = np.radians((u - 0.5) * arc_deg)
    own = [radius_m * np.sin(angle), radius_m * np.cos(angle), (0.5 - v) * height_m]
    return np.stack(own, axis=1), np.stack([u, v], axis=1), across


def _dome(radius_m: float, arc_deg: float, rise_deg: float) -> tuple[Floats, Floats, int]:
    """Part of an equirect round the origin: its middle faces +Y on the horizon."""
    across = max(2, math.ceil(arc_deg / STEP_DEG) + 1)
    u, v = _grid(across, max(2, math.ceil(rise_deg / STEP_DEG) + 1))
    pan, tilt = np.radians((u - 0.5) * arc_deg), np.radians((0.5 - v) * rise_deg)
    own = [np.sin(pan) * np.cos(tilt), np.cos(pan) * np.cos(tilt), np.sin(tilt)]
    return radius_m * np.stack(own, axis=1), np.stack([u, v], axis=1), across


def _grid(across: int, down: int) -> tuple[Floats, Floats]:
    u, v = np.meshgrid(np.linspace(0.0, 1.0, across), np.linspace(1.0, 0.0, down))
    return u.ravel(), v.ravel()


def _triangles(across: int, down: int) -> NDArray[np.uint32]:
    first = (np.arange(down - 1)[:, None] * across + np.arange(across - 1)).ravel()
    a, b, c, d = first, first + 1, first + across, first + across + 1
    return np.stack([a, b, d, a, d, c], axis=1).reshape(-1, 3).astype(np.uint32)
