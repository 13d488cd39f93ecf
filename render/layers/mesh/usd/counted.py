"""What was counted in a USD file on the way to glTF, as entries of its passport. Pure."""

from __future__ import annotations

from collections import Counter

from stage.files.passport import PassportEntry, approximated, drawn, lost

LIGHTS = ("DomeLight", "PortalLight", "GeometryLight", "PluginLight")


def told(name: str, counts: Counter[str]) -> list[PassportEntry]:
    """Of the file `name`: kinds of prims and of shortcomings, by how often they came."""
    entries: list[PassportEntry] = []
    if counts["subdivided"]:
        why = "their cages are drawn with smooth normals"
        entries.append(approximated(name, f"{counts['subdivided']} subdivision surfaces", why, "Subdivide on export"))
    if counts["lamps"]:
        why = "lamps with an area are points at their middle"
        entries.append(approximated(name, f"{counts['lamps']} lamps", why, "Check their light"))
    if counts["animated"]:
        why = "everything stands as at its first frame"
        entries.append(lost(name, f"{counts['animated']} moving prims", why, "Export animation as glTF"))
    if counts["Skeleton"]:
        entries.append(lost(name, "skeletons", "meshes stand as they were bound", "Export them as glTF"))
    if counts["Camera"]:
        entries.append(drawn(name, f"{counts['Camera']} cameras", "the stage has its own"))
    if counts["invisible"]:
        entries.append(drawn(name, f"{counts['invisible']} invisible prims", "they are not drawn, as the file says"))
    if counts["broken meshes"]:
        entries.append(lost(name, f"{counts['broken meshes']} meshes", "their faces are damaged", "Export them again"))
    known = {"subdivided", "lamps", "animated", "Skeleton", "Camera", "invisible", "broken meshes"}
    for kind in sorted(set(counts) - known):
        remedy = "Make its picture an equirect layer" if kind in LIGHTS else "Convert them to meshes on export"
        entries.append(lost(name, f"{counts[kind]} {kind}", "this kind of prim is not drawn", remedy))
    return entries
