"""Which sets are ready on the render nodes: a set is admitted before it goes on the walls. Pure."""

from __future__ import annotations

from stage.errors import InputError
from stage.messages.frames import SetState

SILENT_NS = 3_000_000_000
"""Nodes report each of their sets once a second; a report older than this no longer counts."""


class AwaitedError(Exception):
    """The order will be carried out as soon as its set is ready."""

    def __init__(self, scene: str) -> None:
        self.scene = scene
        super().__init__(scene)


class Admission:
    """Fed with the render nodes' reports of their sets. A silent node does not count: when it returns, it reads the set
    on air before its first frame."""

    def __init__(self) -> None:
        self._of_node: dict[str, dict[str, tuple[SetState, int]]] = {}

    def hear(self, state: SetState, now_ns: int) -> None:
        """Take in a node's report of a set."""
        self._of_node.setdefault(state.node, {})[state.scene] = (state, now_ns)

    @property
    def heard(self) -> bool:
        """Whether any node has ever reported a set."""
        return bool(self._of_node)

    def refusal(self, scene: str, now_ns: int) -> InputError | None:
        """Why not every node can draw the set; None where they can."""
        for node, state in self._said(scene, now_ns):
            if state is None or state.state == "loading":
                return InputError(
                    scene, "", f"is not ready on {node}, which is preparing it", "Wait, or use `when_ready`"
                )
            if state.state == "failed":
                return InputError(scene, "", f"cannot be drawn by {node}: {state.detail}", "Correct it, then try again")
        return None

    def failed(self, scene: str, now_ns: int) -> bool:
        """Whether a node has failed to read the set: waiting would not help."""
        return any(state is not None and state.state == "failed" for _, state in self._said(scene, now_ns))

    def _said(self, scene: str, now_ns: int) -> list[tuple[str, SetState | None]]:
        """The current report of each node on the set."""
        recent = {
            node: {name: state for name, (state, at_ns) in sets.items() if now_ns - at_ns <= SILENT_NS}
            for node, sets in self._of_node.items()
        }
        return [(node, states.get(scene)) for node, states in recent.items() if states]
