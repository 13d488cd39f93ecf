"""Fixtures of the tests with real processes."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.e2e.patience import PATIENCE_S

expect.set_options(timeout=PATIENCE_S * 1000)
