"""Passports: what a file asks for, and what to do about it."""

from stage.files.passport import Fate, Verdict, approximated, drawn, lost, verdict_of


def test_a_file_of_which_everything_is_drawn_is_ready_whatever_it_costs() -> None:
    assert verdict_of(()) is Verdict.READY
    assert verdict_of([drawn("a.mov", "yuv422p", "is converted while it plays")]) is Verdict.READY


def test_one_loss_or_approximation_is_to_be_looked_at() -> None:
    there = drawn("a.glb", "KHR_materials_unlit")
    assert verdict_of([there, lost("a.glb", "points", "only triangles are drawn")]) is Verdict.LOOK
    assert verdict_of([approximated("a.glb", "glass", "drawn as a blend"), there]) is Verdict.LOOK


def test_what_cannot_be_shown_is_not_for_this_stage_whatever_else_it_has() -> None:
    assert verdict_of([drawn("a.glb", "KHR_materials_unlit")], usable=False) is Verdict.NOT


def test_an_entry_is_a_sentence_for_a_log() -> None:
    entry = lost("a.glb", "points", "only triangles are drawn", "Export them as meshes")
    assert str(entry) == "a.glb: points is lost (only triangles are drawn). Export them as meshes."
    assert str(drawn("a.glb", "points")) == "a.glb: points is drawn"
    assert entry.fate is Fate.LOST
