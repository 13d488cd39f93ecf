"""`python -m stage.manager.launch PARENT_PID NOW|WAIT MODULE ARGUMENTS...`: be a child that dies with its parent.

The tie is made before the module's own imports, which take a second, so a parent killed in that second leaves no
process behind. With WAIT the process is a spare: it imports its module and waits on standard input, a socket, until it
is told to take over; it answers with the same byte and starts at once.
"""

from __future__ import annotations

import gc
import importlib
import os
import socket
import sys

from stage.process.lifeline import die_with_parent

PARENT_IS_GONE = 3
NOW = "now"
WAIT = "wait"
TAKE_OVER = b"!"


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
    if start == WAIT and not _told_to_take_over():
        return
    module.main()


def _told_to_take_over() -> bool:
    """Wait for it and answer; False where the parent ends or discards the spare."""
    with socket.socket(fileno=os.dup(sys.stdin.fileno())) as line:
        if line.recv(1) != TAKE_OVER:
            return False
        line.sendall(TAKE_OVER)
    return True


if __name__ == "__main__":
    main()
