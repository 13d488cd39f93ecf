"""Tracker streams of every protocol."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from stage.model.sources.freed import FreedSource
from stage.model.sources.opentrackio import OpenTrackIoSource
from stage.model.sources.osc import OscSource
from stage.model.sources.psn import PsnSource

AnySource = FreedSource | OpenTrackIoSource | OscSource | PsnSource


def _freed_unless_told(given: Any) -> Any:
    """A source without `protocol` is FreeD."""
    return {"protocol": "freed", **given} if isinstance(given, Mapping) else given


Source = Annotated[AnySource, Field(discriminator="protocol"), BeforeValidator(_freed_unless_told)]
"""Every kind of source, told apart by `protocol`."""
