"""`python -m stage.manager.launch PARENT_PID NOW|WAIT MODULE ARGUMENTS...`: be a child that dies with its parent.

The tie is made before the module's own imports, which take a second: a parent killed in that second leaves nobody
over. With WAIT the process imports its module and waits for a byte on standard input: a spare that takes over at once.
"""

from __future__ import annotations

import gc
import importlib
import os
import sys

from stage.process.lifeline import die_with_parent

PARENT_IS_GONE = 3
NOW = "now"
WAIT = "wait"


def main() -> None:
    """Tie this process to its parent, then be the module's main function."""
    parent_pid, start, name = int(sys.argv[1]), sys.argv[2], sys.argv[3]
    die_with_parent()
    if os.getppid() != parent_pid:
        sys.exit(PARENT_IS_GONE)
    sys.argv[1:] = sys.argv[4:]
    gc.disable()  # it looks through everything again and again while a thousand classes are made, and finds nothing
    module = importlib.import_module(name)
    gc.enable()
    if start == WAIT and not os.read(sys.stdin.fileno(), 1):
        return
    module.main()


if __name__ == "__main__":
    main()
