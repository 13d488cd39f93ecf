"""The measures of the courtyard. The stage is round the origin; the hall is toward +Y."""

from __future__ import annotations

COLUMNS_X_M = 8.0
GALLERY_Y_M = (-14.0, 22.0)
BAYS = 12
COURT_X_M, COURT_Y_M = 7.25, (-16.0, 24.0)
WAY_X_M = 1.7
WIDE_X_M, WIDE_Y_M = 20.5, (24.0, 64.0)
PAVING_M = 6.4
TERRACE_Z_M = 1.8
HALL_Y_M = 42.5
LANTERNS_X_M = 7.5
LANTERN_ROPES_Y_M = (5.5, 10.0, 15.0, 20.5)
