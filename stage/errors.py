"""The one exception tree of OpenStage.

OpenStageError
├── InputError      the user's input is wrong: a file, an argument, a scene (exit code 2)
│   ├── ConflictError   someone else has saved the file since it was read
│   └── LockedError     the file is locked against changes
├── StorageError    a file cannot be written: a full disk, no permission; the old one is intact
├── PacketError     a datagram that is not a valid sample; counted by reason, never fatal
├── MessageError    a bus message is not of this version or shape
├── GraphicsError   OpenGL fails: no context, a shader does not compile
└── ProcessError    a process of the stage cannot start or be reached
"""

from __future__ import annotations

EXIT_FAILED = 1
"""Exit code: a check failed, or a process met an unexpected error (the manager restarts it)."""
EXIT_BAD_INPUT = 2
"""Exit code: the user's input is wrong; a retry would not help."""


def sentence(problem: str) -> str:
    """The problem with a full stop, unless it already ends like a sentence."""
    return problem if problem.endswith((".", "?", "!")) else f"{problem}."


class OpenStageError(Exception):
    """Anything OpenStage raises on purpose; its text names the problem, its place and the remedy."""


class InputError(OpenStageError):
    """The user's input is wrong: `where` (file or argument), `field` path, problem, remedy."""

    def __init__(self, where: str, field: str, problem: str, remedy: str) -> None:
        self.where = where
        self.field = field
        self.problem = problem
        self.remedy = remedy
        place = f"{where}: {field}" if field else where
        super().__init__(f"{place}: {sentence(problem)} {remedy}".rstrip())


def exit_code_of(error: OpenStageError) -> int:
    """The exit code of a program that ends with the error."""
    return EXIT_BAD_INPUT if isinstance(error, InputError) else EXIT_FAILED


class ConflictError(InputError):
    """Someone else has saved the file since it was read; nothing was written."""


class LockedError(InputError):
    """The thing to change is locked; nothing was written."""


class StorageError(OpenStageError):
    """A file cannot be written or read; its former content is intact."""


class PacketError(OpenStageError):
    """A datagram that is not a valid sample; `reason` is a short fixed word, for counting."""

    def __init__(self, reason: str, detail: str = "") -> None:
        self.reason = reason
        super().__init__(f"{reason}: {detail}" if detail else reason)


class MessageError(OpenStageError):
    """A bus message of another version, of an unknown type, or of the wrong shape."""


class GraphicsError(OpenStageError):
    """OpenGL fails; the text names the shader, file and line or the missing feature."""


class ProcessError(OpenStageError):
    """A process of the stage cannot be started or reached."""
