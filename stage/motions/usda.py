"""The text form of USD, as far as a camera's motion needs it: prims, attributes, time samples. Pure.

Not a USD library: what a layer brings in from other files (references, payloads, sublayers) is named, not followed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from stage.errors import InputError

_TOKENS = re.compile(
    r"""(?P<space>\s+|\#[^\n]*)"""
    r'''|(?P<string>"""(?:\\.|[^\\])*?"""|\'\'\'(?:\\.|[^\\])*?\'\'\'|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')'''
    r"""|(?P<asset>@@@.*?@@@|@[^@\n]*@)"""
    r"""|(?P<path><[^>\n]*>)"""
    r"""|(?P<number>[+-]?(?:inf\b|nan\b|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?))"""
    r"""|(?P<word>[A-Za-z_!][\w:.!]*)"""
    r"""|(?P<mark>[(){}\[\]=,;:.&])""",
    re.DOTALL,
)
_OPENS = {"(": ")", "[": "]", "{": "}"}
_SPECIFIERS = ("def", "over", "class")
_DEEPEST = 100
ELSEWHERE = ("references", "payload", "payloads", "subLayers", "inherits", "specializes")
"""Metadata by which a layer brings in what is written elsewhere."""


@dataclass(slots=True)
class Prim:
    """A prim: its type (`Camera`, `Xform`, "" where none), attributes (their default values), time samples by
    attribute, children. `composed` where it brings in something from elsewhere."""

    type: str
    name: str
    values: dict[str, Any] = field(default_factory=dict[str, Any])
    samples: dict[str, dict[float, Any]] = field(default_factory=dict[str, dict[float, Any]])
    children: list[Prim] = field(default_factory=list["Prim"])
    composed: bool = False


@dataclass(slots=True)
class Layer:
    """A layer: its metadata (`metersPerUnit`, `upAxis`) and its root prims."""

    metadata: dict[str, Any]
    roots: list[Prim]


def parse_usda(text: str, where: str) -> Layer:
    """The layer of a text. Raises InputError with the line where it cannot be understood."""
    return _Parser(text, where).layer()


class _Parser:
    """Reads tokens one after another."""

    def __init__(self, text: str, where: str) -> None:
        self._text = text
        self._where = where
        self._at = 0
        self._kind = ""
        self._token = ""
        self._depth = 0
        self._advance()

    def layer(self) -> Layer:
        metadata = self._metadata() if self._token == "(" else {}
        roots: list[Prim] = []
        while self._kind:
            if self._token in _SPECIFIERS:
                roots.append(self._prim())
            else:
                self._statement_elsewhere()
        return Layer(metadata, roots)

    def _prim(self) -> Prim:
        """`def Camera "name" ( metadata ) { ... }`."""
        self._enter()
        self._advance()
        type_name = self._take() if self._kind == "word" else ""
        name = self._string()
        prim = Prim(type_name, name)
        if self._token == "(":
            prim.composed = any(key in ELSEWHERE for key in self._metadata())
        self._expect("{")
        while self._token != "}":
            self._body(prim)
        self._advance()
        self._depth -= 1
        return prim

    def _body(self, prim: Prim) -> None:
        """One statement between a prim's braces."""
        if self._token in _SPECIFIERS:
            prim.children.append(self._prim())
        elif self._token == "variantSet":
            prim.composed = True
            self._advance()
            self._string()
            self._expect("=")
            self._value()
        elif self._token == ";":
            self._advance()
        elif self._kind == "word":
            self._attribute(prim)
        else:
            raise self._wrong("an attribute or a prim")

    def _attribute(self, prim: Prim) -> None:
        """`uniform token[] xformOpOrder = [...]`, `double3 xformOp:translate.timeSamples = {...}`."""
        words = [self._take()]
        while self._kind == "word" or self._token in ("[", "]"):
            words.append(self._take())
        name = words[-1]
        value = None
        if self._token == "=":
            self._advance()
            value = self._value()
        if self._token == "(":
            self._metadata()
        if name.endswith(".timeSamples") and isinstance(value, dict):
            prim.samples[name.removesuffix(".timeSamples")] = value
        elif value is not None:
            prim.values[name] = value

    def _metadata(self) -> dict[str, Any]:
        """`( "comment" key = value; prepend references = @...@ )`."""
        self._expect("(")
        found: dict[str, Any] = {}
        while self._token != ")":
            if self._kind in ("string", "mark"):
                self._advance()
                continue
            if not self._kind:
                raise self._wrong("`)`")
            words = [self._take()]
            while self._kind == "word" or self._token in ("[", "]"):
                words.append(self._take())
            if self._token == "=":
                self._advance()
                found[words[-1]] = self._value()
        self._advance()
        return found

    def _value(self) -> Any:
        """A number, text, list, tuple (both as lists) or a mapping of numbers; anything else as its text."""
        if self._token in _OPENS:
            return self._group()
        if self._kind == "number":
            return float(self._take())
        if self._kind == "string":
            return self._string()
        if self._kind in ("asset", "path", "word"):
            text = self._take()
            if self._token == "(" and text.startswith("@"):
                self._group()
            return text
        raise self._wrong("a value")

    def _group(self) -> Any:
        """`(...)` and `[...]` as lists, `{...}` as a mapping where its keys are numbers."""
        self._enter()
        closing = _OPENS[self._take()]
        if closing == "}":
            group: Any = self._mapping()
        else:
            group = []
            while self._token != closing:
                if self._token in (",", ";"):
                    self._advance()
                else:
                    group.append(self._value())
        self._expect(closing)
        self._depth -= 1
        return group

    def _mapping(self) -> dict[Any, Any]:
        """Time samples `0: value, 1: value`; of any other mapping only that it is there."""
        found: dict[Any, Any] = {}
        while self._token != "}":
            if self._token in (",", ";", ":", "=", "."):
                self._advance()
            elif self._kind == "number":
                time = float(self._take())
                if self._token == ":":
                    self._advance()
                    found[time] = self._value()
            elif self._token in _SPECIFIERS:
                self._prim()
            else:
                self._value()
        return found

    def _statement_elsewhere(self) -> None:
        """A statement of the layer that is no prim (`reorder rootPrims = [...]`)."""
        self._advance()
        if self._token == "=":
            self._advance()
            self._value()

    def _string(self) -> str:
        if self._kind != "string":
            raise self._wrong("a name in quotes")
        text = self._take()
        quotes = 3 if text[:3] in ('"""', "'''") and len(text) >= 6 else 1
        return text[quotes:-quotes]

    def _expect(self, token: str) -> None:
        if self._token != token:
            raise self._wrong(f"`{token}`")
        self._advance()

    def _enter(self) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise InputError(self._where, f"line {self._line()}", "is nested too deeply", "Export the camera alone")

    def _take(self) -> str:
        token = self._token
        self._advance()
        return token

    def _advance(self) -> None:
        """To the next token; none at the end of the text."""
        while self._at < len(self._text):
            found = _TOKENS.match(self._text, self._at)
            if found is None:
                self._token = self._text[self._at]
                raise self._wrong("USD text")
            self._at = found.end()
            if found.lastgroup != "space":
                self._kind, self._token = found.lastgroup or "", found[0]
                return
        self._kind = self._token = ""

    def _wrong(self, wanted: str) -> InputError:
        seen = f"`{self._token[:20]}`" if self._token else "the end of the file"
        problem = f"{wanted} was expected, not {seen}"
        return InputError(self._where, f"line {self._line()}", problem, "Export the camera again as .usda")

    def _line(self) -> int:
        return self._text.count("\n", 0, self._at) + 1
