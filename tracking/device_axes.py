"""Frames of devices that name their axes otherwise than the stage: places and rotations. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from stage.maths.pose import Quaternion, Vector


class DeviceAxes:
    """Which of the device's axes, with sign, is the stage's right, forward and up: ("+x", "+z", "+y") for a device with
    x right, y up, z forward, whichever hand its frame has.

    Both what a camera stands in and its own axes are named that way: a camera that the device says is not turned looks
    forward.
    """

    def __init__(self, axes: Sequence[str]) -> None:
        self._places = tuple("xyz".index(axis[1]) for axis in axes)
        self._signs = tuple(-1.0 if axis[0] == "-" else 1.0 for axis in axes)
        i, j, k = self._places
        even = (i, j, k) in ((0, 1, 2), (1, 2, 0), (2, 0, 1))
        self._hand = (1.0 if even else -1.0) * self._signs[0] * self._signs[1] * self._signs[2]
        self.plain = tuple(axes) == ("+x", "+y", "+z")

    def place(self, place: Vector) -> Vector:
        """A place or a direction, by right, forward and up."""
        (i, j, k), (a, b, c) = self._places, self._signs
        return (a * place[i], b * place[j], c * place[k])

    def turn(self, turn: Quaternion) -> Quaternion:
        """A rotation: its axis is a direction, and where the device's frame is left-handed it turns the other way."""
        (i, j, k), (a, b, c), hand = self._places, self._signs, self._hand
        axis = turn[1:]
        return (turn[0], hand * a * axis[i], hand * b * axis[j], hand * c * axis[k])
