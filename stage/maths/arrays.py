"""Names for arrays of numbers. Docstrings of their users give the shapes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
