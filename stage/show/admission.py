"""Which sets the render nodes hold ready: a set is admitted before it is switched to, never on the wall. Pure."""

from __future__ import annotations

from stage.errors import InputError
from stage.messages.frames import SetState

SILENT_NS = 3_000_000_000
"""Nodes say once a second how each of their sets is; what was said longer ago than this is no longer so."""


class AwaitedError(Exception):
    """The order is carried out as soon as its set is ready."""

    def __init__(self, scene: str) -> None:
        self.scene = scene
        super().__init__(scene)


class Admission:
    """Fed with what render nodes say of their sets. A node that says nothing does not count: as it comes back it
    reads the set that is on air before its first frame."""

    def __init__(self) -> None:
        self._of_node: dict[str, dict[str, tuple[SetState, int]]] = {}

    def hear(self, state: SetState, now_ns: int) -> None:
        """A node says how a set is."""
        self._of_node.setdefault(state.node, {})[state.scene] = (state, now_ns)

    def refusal(self, scene: str, now_ns: int) -> InputError | None:
        """Why not every node can draw the set; None where they can."""
        for node, state in self._said(scene, now_ns):
            if state is None or state.state == "loading":
                return InputError(scene, "", f"is not ready on {node}, which prepares it", "Ask again, or `when_ready`")
            if state.state == "failed":
                return InputError(scene, "", f"cannot be drawn by {node}: {state.detail}", "Mend it, then ask again")
        return None

    def failed(self, scene: str, now_ns: int) -> bool:
        """Whether a node has tried to read the set in vain: waiting would not help."""
        return any(state is not None and state.state == "failed" for _, state in self._said(scene, now_ns))

    def _said(self, scene: str, now_ns: int) -> list[tuple[str, SetState | None]]:
        """What each node that speaks says of the set."""
        recent = {
            node: {name: state for name, (state, at_ns) in sets.items() if now_ns - at_ns <= SILENT_NS}
            for node, sets in self._of_node.items()
        }
        return [(node, states.get(scene)) for node, states in recent.items() if states]
