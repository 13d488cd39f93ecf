"""The part with the check button: starts `openstage check` of the running stage, and shows what it found."""

from __future__ import annotations

from fastapi import FastAPI

from stage.clock import wall_clock_utc_s
from stage.console.check.api import add_check, figures_of
from stage.console.check.report import CheckState
from stage.console.check.runner import CheckRunner
from stage.console.link.ground import Ground
from stage.console.link.part import NOTHING, Changes, Part
from stage.console.link.plain import plain

CHECK = "check/"


class CheckPart(Part):
    """The runner lives in the web server's thread; while a check runs, each turn polls it."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        board = ground.board

        def tell(now: CheckState) -> None:
            board.put({CHECK: plain(now)})

        self._runner = CheckRunner(
            ground.stage_path, ground.run_dir, ground.clock, wall_clock_utc_s, tell, lambda: figures_of(board)
        )

    def add_routes(self, app: FastAPI) -> None:
        add_check(app, self._runner, self._ground.board)

    def turn(self, now_ns: int) -> Changes:
        if self._runner.running:
            self._ground.call(self._runner.look)
        return NOTHING

    def close(self) -> None:
        self._runner.close()
