"""Packets of other implementations drive the real tracking process, and theirs read ours."""

from __future__ import annotations

from tools.dev.interop import Row, inward_rows, makers
from tools.dev.interop_out import outward_rows


def test_we_understand_every_other_implementation() -> None:
    rows = inward_rows(makers())
    assert {row.protocol for row in rows} == {"freed", "opentrackio", "osc", "psn"}
    assert [row for row in rows if not row.good] == []


def test_other_implementations_understand_us() -> None:
    assert [row for row in (Row(*told) for told in outward_rows()) if not row.good] == []
