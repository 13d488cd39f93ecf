"""`python -m stage.manager.launch PARENT_PID NOW|WAIT MODULE ARGUMENTS...`: be a child that dies with its parent.

The tie is made before the module's own imports, which take a second, so a parent killed in that second leaves no
process behind. With WAIT the process is a spare: it imports its module and waits until it is told to take over; a
module with `STANDS_BY` does that itself, later, when it has everything loaded.
"""

from __future__ import annotations

import gc
import importlib
import os
import sys

from stage.process.lifeline import die_with_parent
from stage.process.standby import Standby

PARENT_IS_GONE = 3
NOW = "now"
WAIT = "wait"
STANDBY = "--standby"
"""Added to the arguments of a module that stands by itself."""


def main() -> None:
    """Tie this process to its parent, then run the module's main function."""
    parent_pid, start, name = int(sys.argv[1]), sys.argv[2], sys.argv[3]
    die_with_parent()
    if os.getppid() != parent_pid:
        sys.exit(PARENT_IS_GONE)
    sys.argv[1:] = sys.argv[4:]
    gc.disable()  # it would scan everything repeatedly while a thousand classes are made, and find nothing
    module = importlib.import_module(name)
    gc.enable()
    if start == WAIT:
        if getattr(module, "STANDS_BY", False):
            sys.argv.append(STANDBY)
        else:
            Standby.on_standard_input().told(None)
    module.main()


if __name__ == "__main__":
    main()
