"""Everything a stranger may try at the doors of a running stage is refused, and counted."""

from __future__ import annotations

import pytest

from tools.bench.strangers.bench import stranger_figures


@pytest.mark.slow
def test_every_stranger_is_refused_and_counted() -> None:
    figures = stranger_figures()
    assert figures["good"], figures
