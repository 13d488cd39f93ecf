"""What passes say that they depend on, struck out one entry at a time. Pure: source in, broken sources out."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

ANSWER = "depends_on"


@dataclass(frozen=True, slots=True)
class Struck:
    """An entry of an answer, `text`, of the class `where`, and the whole source without it."""

    where: str
    text: str
    source: str


def struck_entries(source: str) -> Iterator[Struck]:
    """Every entry of every tuple that a method `depends_on` returns."""
    for owner in ast.walk(ast.parse(source)):
        if isinstance(owner, ast.ClassDef):
            for method in owner.body:
                if isinstance(method, ast.FunctionDef) and method.name == ANSWER:
                    yield from _of_method(source, owner.name, method)


def _of_method(source: str, owner: str, method: ast.FunctionDef) -> Iterator[Struck]:
    for answer in _answers(method):
        for entry in answer.elts:
            text = ast.get_source_segment(source, entry) or ""
            yield Struck(f"{owner}.{ANSWER}", text, _with(source, answer, entry))


def _answers(method: ast.FunctionDef) -> Iterator[ast.Tuple]:
    """The tuples that a method returns, also either of a choice."""
    for statement in ast.walk(method):
        if isinstance(statement, ast.Return):
            choice = statement.value
            either = (choice.body, choice.orelse) if isinstance(choice, ast.IfExp) else (choice,)
            yield from (value for value in either if isinstance(value, ast.Tuple))


def _with(source: str, answer: ast.Tuple, entry: ast.expr) -> str:
    """The source with the answer made of its other entries."""
    kept = [ast.get_source_segment(source, other) or "" for other in answer.elts if other is not entry]
    lines = source.splitlines(keepends=True)
    begin, end = _offset(lines, answer.lineno, answer.col_offset), _offset(lines, *_end(answer))
    return source[:begin] + "(" + "".join(f"{text}, " for text in kept) + ")" + source[end:]


def _end(node: ast.expr) -> tuple[int, int]:
    if node.end_lineno is None or node.end_col_offset is None:
        raise ValueError("a node without its end")
    return node.end_lineno, node.end_col_offset


def _offset(lines: list[str], line: int, column: int) -> int:
    """Characters before a place. Columns are counted in bytes of UTF-8."""
    before = len(lines[line - 1].encode()[:column].decode())
    return sum(len(text) for text in lines[: line - 1]) + before
