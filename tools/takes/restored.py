"""A take's stage as it was when it was shot: its files laid out again, whatever became of them since."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from stage.errors import InputError
from stage.takes.content import CHECK_RESULT, STAGE, ContentStore
from stage.takes.take import Take


class RestoredStage:
    """The stage file of a take with everything it names, in a folder of its own that is removed at the end.

    Raises InputError where the take lists no files (its disk was full), or one is missing.
    """

    def __init__(self, take: Take) -> None:
        info = take.info
        if f"{STAGE}/{info.stage_file}" not in info.content:
            problem = "its stage file was not kept"
            raise InputError(take.name, "content", problem, "Give the stage it was shot on with --stage")
        self._folder = tempfile.TemporaryDirectory(prefix="openstage-take-")
        root = self._root = Path(self._folder.name)
        ContentStore(take.folder.parent.parent).restore(info.content, root)
        self.path = root / STAGE / info.stage_file

    @property
    def check(self) -> dict[str, Any] | None:
        """What `openstage check` last said on the console before the take; None where nobody asked it."""
        try:
            document = json.loads((self._root / CHECK_RESULT).read_bytes())
        except (OSError, ValueError):
            return None
        return document if isinstance(document, dict) else None

    def close(self) -> None:
        """Remove the folder."""
        self._folder.cleanup()

    def __enter__(self) -> RestoredStage:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
