"""Grades of the walls as an ASC CDL file (`.cdl`, version 1.2). Pure."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Sequence

from stage.model.look import Grade
from tools.takes.post.shots import Shot

NAMESPACE = "urn:ASC:CDL:v1.2"
HOW = "the wall's grade, on scene-linear light over 100 nits (no upper limit), not the camera's"


def cdl(shots: Sequence[Shot]) -> str:
    """A correction for every grade that stood, named by take, and by frames after the roll where it came later."""
    root = ET.Element("ColorDecisionList", xmlns=NAMESPACE)
    ET.SubElement(root, "Description").text = HOW
    for shot in shots:
        for place, grade in shot.grades:
            decision = ET.SubElement(root, "ColorDecision")
            _correction(decision, shot.name if place == 0 else f"{shot.name} +{place}", grade)
    ET.indent(root, " ")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _correction(parent: ET.Element, name: str, grade: Grade) -> None:
    correction = ET.SubElement(parent, "ColorCorrection", id=name)
    sop = ET.SubElement(correction, "SOPNode")
    for tag, values in (("Slope", grade.slope), ("Offset", grade.offset), ("Power", grade.power)):
        ET.SubElement(sop, tag).text = " ".join(f"{value:.9g}" for value in values)
    ET.SubElement(ET.SubElement(correction, "SatNode"), "Saturation").text = f"{grade.saturation:.9g}"
