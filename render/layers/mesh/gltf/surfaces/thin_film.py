"""What a film as thin as light is long mirrors (KHR_materials_iridescence). Pure numpy.

Airy's sum over all bounces between the film's two sides, for both polarisations and for each wavelength, seen by the
standard observer (Wyman, Sloan and Shirley 2013, single-lobe and multi-lobe fits) under white of equal energy.
"""

from __future__ import annotations

import numpy as np

from render.layers.mesh.finish import ANGLES
from stage.maths.arrays import Floats
from stage.maths.pose import Vector

WAVES_NM = np.arange(380.0, 781.0, 5.0)
RGB_FROM_XYZ = np.array([[3.2406, -1.5372, -0.4986], [-0.9689, 1.8758, 0.0415], [0.0557, -0.2040, 1.0570]])
"""IEC 61966-2-1."""
STEEPEST = 0.999
"""The most that the surface below may mirror: beyond it has no index of refraction."""


def film_table(below: Vector, film_ior: float, thickness_nm: float) -> tuple[Vector, ...]:
    """(ANGLES) colours: what film and surface mirror together, by cosine 0, 1/7 ... 1, as Schlick's value straight on,
    so that his formula gives them back. `below`: what the surface alone mirrors, straight on."""
    cosine = np.maximum(np.linspace(0.0, 1.0, ANGLES), 1e-3)
    seen = _observed()
    mirrored = np.empty((ANGLES, 3))
    for channel, share in enumerate(below):
        spectrum = _mirrored(cosine, film_ior, _index_of(share), thickness_nm)
        mirrored[:, channel] = (spectrum @ seen.T)[:, channel]
    grazing = (1.0 - cosine[:, None]) ** 5
    straight = np.clip((mirrored - grazing) / np.maximum(1.0 - grazing, 0.05), 0.0, 1.0)
    return tuple((float(red), float(green), float(blue)) for red, green, blue in straight)


def _index_of(share: float) -> float:
    root = float(np.sqrt(min(max(share, 0.0), STEEPEST)))
    return (1.0 + root) / (1.0 - root)


def _mirrored(cosine: Floats, film: float, below: float, thickness_nm: float) -> Floats:
    """(A, W) the share of light mirrored by angle and wavelength."""
    sine2 = 1.0 - cosine**2
    inside = np.sqrt(np.maximum(1.0 - sine2 / film**2, 0.0))
    deeper = np.sqrt(np.maximum(1.0 - sine2 / below**2, 0.0))
    phase = 4.0 * np.pi * film * thickness_nm * inside[:, None] / WAVES_NM
    turn = np.exp(1j * phase)
    total = np.zeros((len(cosine), len(WAVES_NM)))
    for upper, lower in (
        (_across(1.0, cosine, film, inside), _across(film, inside, below, deeper)),
        (_parallel(1.0, cosine, film, inside), _parallel(film, inside, below, deeper)),
    ):
        r12, r23 = upper[:, None], lower[:, None]
        total += np.abs((r12 + r23 * turn) / (1.0 + r12 * r23 * turn)) ** 2 / 2.0
    return total


def _across(n1: float, cosine1: Floats, n2: float, cosine2: Floats) -> Floats:
    """Fresnel's amplitude of light polarised across the plane of incidence."""
    return np.asarray((n1 * cosine1 - n2 * cosine2) / (n1 * cosine1 + n2 * cosine2))


def _parallel(n1: float, cosine1: Floats, n2: float, cosine2: Floats) -> Floats:
    """Fresnel's amplitude of light polarised in the plane of incidence."""
    return np.asarray((n2 * cosine1 - n1 * cosine2) / (n2 * cosine1 + n1 * cosine2))


def _observed() -> Floats:
    """(3, W) linear Rec.709 from a spectrum; white of equal energy is 1, 1, 1."""

    def lobe(middle: float, below: float, above: float) -> Floats:
        width = np.where(middle > WAVES_NM, below, above)
        return np.asarray(np.exp(-0.5 * ((WAVES_NM - middle) * width) ** 2))

    x = 0.362 * lobe(442.0, 0.0624, 0.0374) + 1.056 * lobe(599.8, 0.0264, 0.0323) - 0.065 * lobe(501.1, 0.0490, 0.0382)
    y = 0.821 * lobe(568.8, 0.0213, 0.0247) + 0.286 * lobe(530.9, 0.0613, 0.0322)
    z = 1.217 * lobe(437.0, 0.0845, 0.0278) + 0.681 * lobe(459.0, 0.0385, 0.0725)
    rows = RGB_FROM_XYZ @ np.stack([x, y, z])
    return np.asarray(rows / rows.sum(axis=1, keepdims=True))
