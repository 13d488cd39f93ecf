"""`python -m stage.manager.launch TIE... NOW|WAIT MODULE ARGUMENTS...`: be a child, tied to who started it.

TIE is the process id of a parent, with which it dies; or `outlives RUN_DIR ROLE SECONDS FD`: it is the stage's process
of that role, publishes at the inherited socket FD (-1: at one of its own), and lives on for so long without a manager,
until another finds it by these words (`stage.manager.survivors`).
The tie is made before the module's own imports, which take a second, so a parent killed in that second leaves no
process behind. With WAIT the process is a spare: it imports its module and waits until it is told to take over; a
module with `STANDS_BY` does that itself, later, when it has everything loaded.
"""

from __future__ import annotations

import gc
import importlib
import os
import sys
from functools import partial
from pathlib import Path

from stage.process.lifeline import die_with_parent, outlive_manager
from stage.process.standby import Standby

PARENT_IS_GONE = 3
OUTLIVES = "outlives"
LAUNCH = ("-m", "stage.manager.launch")
NO_FD = "-1"
NOW = "now"
WAIT = "wait"
LOCK = "lock"
"""The file in the run directory that is locked by who looks after the stage."""
STANDBY = "--standby"
"""Added to the arguments of a module that stands by itself."""


def main() -> None:
    """Tie this process to its parent or to its stage, then run the module's main function."""
    words = sys.argv[1:]
    if words[0] == OUTLIVES:
        run_dir, limit_s, words = Path(words[1]), float(words[3]), words[4:]
        bus = () if words[0] == NO_FD else ("--bus-fd", words[0])
        words = [*words[1:], *bus]
        outlive_manager(run_dir / LOCK, limit_s, partial(_end_stopped, run_dir))
    else:
        parent_pid, words = int(words[0]), words[1:]
        die_with_parent()
        if os.getppid() != parent_pid:
            sys.exit(PARENT_IS_GONE)
    start, name, sys.argv[1:] = words[0], words[1], words[2:]
    gc.disable()  # it would scan everything repeatedly while a thousand classes are made, and find nothing
    module = importlib.import_module(name)
    gc.enable()
    if start == WAIT:
        if getattr(module, "STANDS_BY", False):
            sys.argv.append(STANDBY)
        else:
            Standby.on_standard_input().told(None)
    module.main()


def _end_stopped(run_dir: Path) -> None:
    """End the stage's processes that are stopped, and so cannot end themselves."""
    from stage.manager.survivors import survivors_in

    for survivor in survivors_in(run_dir):
        if survivor.is_stopped:
            survivor.kill()


if __name__ == "__main__":
    main()
