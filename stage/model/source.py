"""Tracker streams of every protocol."""

from __future__ import annotations

from stage.model.sources.freed import FreedSource

Source = FreedSource
"""Every kind of source; other protocols join here as a union on `protocol`."""
