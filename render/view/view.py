"""A view: from where a picture of the set is drawn, and onto which rectangle. Pure, plain floats.

Every view is a perspective whose centre of projection is its eye. So everything can be expressed **from the eye**:
with d = position - eye, clip space is `A d` for x, y and w (no translation) and one more constant for z. Positions
near the eye then keep their precision in float32, however far the stage is from the origin.
"""

from __future__ import annotations

from dataclasses import dataclass

from stage.errors import GraphicsError
from stage.maths.pose import Vector

Row = tuple[float, float, float]
Rows = tuple[Row, Row, Row]


@dataclass(frozen=True, slots=True)
class View:
    """What is drawn: the eye (metres, stage space) and the projection from stage space.

    `clip_from_stage`: 16 floats, column-major, OpenGL clip space (x right, y up, z in [-w, w]), a perspective with
    its centre in `eye_m`.
    """

    eye_m: Vector
    clip_from_stage: tuple[float, ...]

    def clip_rows(self) -> Rows:
        """The x, y and w rows of clip space by offset from the eye: `clip.xyw = rows . (position - eye)`."""
        m = self.clip_from_stage
        return ((m[0], m[4], m[8]), (m[1], m[5], m[9]), (m[3], m[7], m[11]))

    def depth_row(self) -> tuple[float, float, float, float]:
        """`clip.z = row[:3] . (position - eye) + row[3]`."""
        m, eye = self.clip_from_stage, self.eye_m
        at_eye = m[2] * eye[0] + m[6] * eye[1] + m[10] * eye[2] + m[14]
        return (m[2], m[6], m[10], at_eye)

    def planes(self) -> tuple[Row, Row, Row, Row, Row]:
        """Inward normals (not unit length) of the frustum's left, right, lower, upper side and of the plane
        through the eye across the view: a point is inside if all `normal . (position - eye) >= 0`."""
        x, y, w = self.clip_rows()
        return (_sum(w, x, 1.0), _sum(w, x, -1.0), _sum(w, y, 1.0), _sum(w, y, -1.0), w)

    def direction_rows(self) -> Rows:
        """`direction = rows . (x, y, 1)` for a point (x, y) in [-1, 1] of the view, y up; not unit length.

        The inverse of `clip_rows`; raises GraphicsError for a projection that has none.
        """
        a, b, c = self.clip_rows()
        bc, ca, ab = _cross(b, c), _cross(c, a), _cross(a, b)
        determinant = a[0] * bc[0] + a[1] * bc[1] + a[2] * bc[2]
        if determinant == 0.0 or determinant != determinant:
            raise GraphicsError(f"the view from {self.eye_m} has no projection: {self.clip_from_stage}")
        s = 1.0 / determinant
        return (
            (bc[0] * s, ca[0] * s, ab[0] * s),
            (bc[1] * s, ca[1] * s, ab[1] * s),
            (bc[2] * s, ca[2] * s, ab[2] * s),
        )


def _sum(a: Row, b: Row, sign: float) -> Row:
    return (a[0] + sign * b[0], a[1] + sign * b[1], a[2] + sign * b[2])


def _cross(a: Row, b: Row) -> Row:
    return (a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0])
