"""`python -m stage.manager.launch PARENT_PID MODULE ARGUMENTS...`: run a module as a child that dies with its parent.

Stands before the module's own imports, which take a second: a parent killed in that second leaves nobody over.
"""

from __future__ import annotations

import os
import runpy
import sys

from stage.lifeline import die_with_parent

PARENT_IS_GONE = 3


def main() -> None:
    """Tie this process to its parent, then become the module."""
    parent_pid, module = int(sys.argv[1]), sys.argv[2]
    die_with_parent()
    if os.getppid() != parent_pid:
        sys.exit(PARENT_IS_GONE)
    sys.argv[1:] = sys.argv[3:]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
