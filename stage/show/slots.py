"""A and B: two looks kept for comparison on the wall. Pure."""

from __future__ import annotations

from stage.errors import InputError
from stage.messages.commands import KeptLook, SlotName
from stage.model.look import Look

Slots = tuple[KeptLook, ...]
"""At most one for each of the two names, in their order."""


def with_kept(slots: Slots, slot: SlotName, look: Look, preset: str | None) -> Slots:
    """Keep the look in a slot, replacing what was in it."""
    others = [kept for kept in slots if kept.slot != slot]
    return tuple(sorted([*others, KeptLook(slot, look, preset)], key=lambda kept: kept.slot))


def chosen(slots: Slots, slot: SlotName | None, on: SlotName | None) -> KeptLook:
    """The look in a slot; None: in the slot other than `on`, or in A where neither is on air. Raises InputError where
    the slot is empty."""
    name = slot or ("b" if on == "a" else "a")
    for kept in slots:
        if kept.slot == name:
            return kept
    raise InputError("Look", "", f"slot {name.upper()} is empty", "Keep the look on air there first")


def slot_on(slots: Slots, gone_to: SlotName | None, look: Look) -> SlotName | None:
    """Which slot's look is on air: `gone_to` where both are the same; None for neither."""
    same = [kept.slot for kept in slots if kept.look == look]
    return gone_to if gone_to in same else next(iter(same), None)
