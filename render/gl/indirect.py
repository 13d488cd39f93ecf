"""The layout of OpenGL's indirect draws in a buffer (DrawElementsIndirectCommand). Pure."""

from __future__ import annotations

COMMAND_WORDS = 5
"""Count, instances, first index, base vertex, base instance; each uint32."""

INSTANCES_WORD = 1
