"""The correction of a wall's light, as named in a stage file."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from stage.model.base import Model

Coefficient = Annotated[float, Field(ge=-100, le=100)]
Row = tuple[Coefficient, Coefficient, Coefficient]
Path = Annotated[str, Field(min_length=1, max_length=400)]


class Calibration(Model):
    """`matrix` acts on linear light of the wall's gamut; LUTs act on it encoded (`lut_encoding`). Files are beside
    the stage file. An OpenVPCal result provides matrix and curves; an OCIO config replaces everything."""

    matrix: tuple[Row, Row, Row] | None = None
    lut_1d: Path | None = None
    lut_3d: Path | None = None
    lut_encoding: Literal["pq", "signal"] = "pq"
    order: Literal["matrix-lut", "lut-matrix"] = "matrix-lut"
    openvpcal: Path | None = None
    ocio_config: Path | None = None
    ocio_from: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    ocio_to: Annotated[str, Field(min_length=1, max_length=200)] | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Calibration:
        own = [name for name in ("matrix", "lut_1d", "lut_3d") if getattr(self, name) is not None]
        if self.openvpcal is not None and any(name != "lut_3d" for name in own):
            raise ValueError(f"has `openvpcal` and `{own[0]}`: the file provides matrix and curves; keep one of them")
        if self.ocio_config is not None and (own or self.openvpcal is not None):
            raise ValueError(f"has `ocio_config` and `{own[0] if own else 'openvpcal'}`; keep one of them")
        named = (self.ocio_from is not None, self.ocio_to is not None)
        if self.ocio_config is not None and not all(named):
            raise ValueError("`ocio_config` needs `ocio_from` and `ocio_to`, two of its colour spaces")
        if self.ocio_config is None and any(named):
            raise ValueError("`ocio_from` and `ocio_to` need `ocio_config`")
        return self
