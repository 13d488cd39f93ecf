"""Processes that end with the tests, also where these are interrupted or killed: a stage left over takes the cores."""

from __future__ import annotations

import os
import sys

from stage.manager.launch import NOW


def command_of(module: str, *arguments: str, python: tuple[str, ...] = ()) -> list[str]:
    """How to start a module's main function in a process that ends with this one; `python`: options of Python."""
    return [sys.executable, *python, "-m", "stage.manager.launch", str(os.getpid()), NOW, module, *arguments]
