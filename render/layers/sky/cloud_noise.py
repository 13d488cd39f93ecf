"""The noise clouds are cut from: a picture that repeats, and the threshold that leaves a given share. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

SIZE_PX = 512
TILE_KM = 14.0
"""The ground the picture covers before it repeats."""
DETAIL = 5.0
DETAIL_SHARE = 0.26
EDGE = 0.2
"""Clouds are sampled twice, the second time `DETAIL` times finer; they are dense from `EDGE` above the cut."""


@dataclass(frozen=True, slots=True)
class CloudNoise:
    """`picture` (SIZE_PX, SIZE_PX) float32, 0 to 1; `quantiles` (101,): the values that 0, 1, .. 100 % of it are
    below."""

    picture: NDArray[np.float32]
    quantiles: NDArray[np.float64]

    def cut(self, cover: float) -> float:
        """The threshold above which noise is cloud, for a `cover` of the sky."""
        low, high = self.quantiles[0] - 3.0 * EDGE, self.quantiles[-1]
        if cover >= 0.999:
            return float(low)
        return float(np.interp(1.0 - cover, np.linspace(0.0, 1.0, 101), self.quantiles)) if cover > 0.0 else float(high)


@lru_cache(maxsize=4)
def cloud_noise(seed: int) -> CloudNoise:
    """Gaussian noise with the spectrum of clouds (amplitude falls with the 1.6th power of frequency; Lovejoy 1982)."""
    random = np.random.default_rng(seed)
    picture = _ranked(_spectral(random, 1.6))
    mixed = (1.0 - DETAIL_SHARE) * picture + DETAIL_SHARE * random.permutation(picture.ravel()).reshape(picture.shape)
    return CloudNoise(picture.astype(np.float32), np.quantile(mixed, np.linspace(0.0, 1.0, 101)))


def _spectral(random: np.random.Generator, power: float) -> NDArray[np.float64]:
    spectrum = np.fft.rfft2(random.normal(size=(SIZE_PX, SIZE_PX)))
    down, right = np.meshgrid(
        np.fft.fftfreq(SIZE_PX, 1 / SIZE_PX), np.fft.rfftfreq(SIZE_PX, 1 / SIZE_PX), indexing="ij"
    )
    frequency = np.hypot(down, right)
    spectrum *= np.where(frequency > 0.0, np.maximum(frequency, 2.5) ** -power, 0.0)
    return np.asarray(np.fft.irfft2(spectrum, s=(SIZE_PX, SIZE_PX)))


def _ranked(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean 0.5, standard deviation 0.17, cut at 0 and 1."""
    return np.asarray(np.clip(0.5 + 0.17 * (values - values.mean()) / values.std(), 0.0, 1.0))
