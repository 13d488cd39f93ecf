"""OpenTrackIO senders."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from stage.model.sources.base import Port, TrackerSource

GROUP_OF_SOURCE = "239.135.1.{}"
SOURCE_NUMBERS = range(1, 201)
SourceNumber = Annotated[int, Field(ge=SOURCE_NUMBERS.start, lt=SOURCE_NUMBERS.stop)]


class OpenTrackIoSource(TrackerSource):
    """An OpenTrackIO 1.0.1 sender, JSON or CBOR. Its lens is taken as sent.

    `source_number` is what the sender calls itself, 1 to 200: the source hears that number only and, unless `group` is
    given ("" = sent to this machine alone), joins the group 239.135.1.N that goes with it. `source_id`: the sender's
    `sourceId`, where numbers are not unique. `counter`: "none" where the sender's sequence does not count samples.
    """

    protocol: Literal["opentrackio"]
    port: Port = 55_555
    source_number: SourceNumber | None = None
    source_id: Annotated[str, Field(max_length=200)] | None = None
    accept_bad_checksum: bool = False
    counter: Literal["none", "sequence"] = "sequence"
    lens: Literal["table", "sent"] = "sent"

    @model_validator(mode="before")
    @classmethod
    def _in_its_group(cls, given: Any) -> Any:
        """The group that goes with a source number, where none is given."""
        if not isinstance(given, Mapping) or "group" in given or given.get("source_number") not in SOURCE_NUMBERS:
            return given
        return {**given, "group": GROUP_OF_SOURCE.format(int(given["source_number"]))}

    @property
    def subject(self) -> str | None:
        """The source's id, or its number."""
        return self.source_id or (None if self.source_number is None else str(self.source_number))
