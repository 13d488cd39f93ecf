"""Names for arrays of numbers. Shapes stand in the docstrings of what takes and gives them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
