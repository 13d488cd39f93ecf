"""`python -m tools.dev.sizes`: the sizes of modules, functions, folders and calls, and whether any is too large.

A module over its limit is about two things, a folder over its limit hides rooms without a name, and in a call of many
positional arguments two swapped ones pass every type check. Prints the medians and the largest; exit code 1 if a limit
is exceeded.
"""

from __future__ import annotations

import ast
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[2]
HOUSE = ("stage", "tracking", "render", "tools")
"""Where modules and functions are limited; folders and calls are limited in the tests, too."""
CODE = {".py", ".ts", ".tsx", ".css", ".glsl", ".vert", ".frag", ".comp"}
MODULE_LINES = 300
FUNCTION_LINES = 60
FOLDER_FILES = 25
POSITIONAL = 6
OPEN = -1
"""The number of parameters of a callable that takes any number (`*args`)."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Size:
    """How large something is: its place (`path` or `path:line name`) and a number of lines, files or arguments."""

    place: str
    number: int


@dataclass(frozen=True, slots=True)
class Measure:
    """All sizes of a kind and the limit of that kind."""

    kind: str
    unit: str
    limit: int
    sizes: tuple[Size, ...]

    @property
    def too_large(self) -> list[Size]:
        """Everything over the limit, the largest first."""
        return sorted((size for size in self.sizes if size.number > self.limit), key=lambda size: -size.number)

    def __str__(self) -> str:
        largest = max(self.sizes, key=lambda size: size.number, default=Size("none", 0))
        middle = median(size.number for size in self.sizes) if self.sizes else 0
        return (
            f"{self.kind:<10}{len(self.sizes):>6}   median {middle:>4g}   largest {largest.number:>4}"
            f" of {self.limit} {self.unit} ({largest.place})"
        )


def measures(root: Path) -> tuple[Measure, ...]:
    """Modules and functions of the code, folders and calls of the code and its tests."""
    house = {path: _parsed(path) for top in HOUSE for path in _files(root / top, ".py")}
    everything = house | {path: _parsed(path) for path in _files(root / "tests", ".py")}
    names = {path: str(path.relative_to(root)) for path in everything}
    parameters = parameters_of(everything.values())
    lines = tuple(Size(names[path], path.read_text(encoding="utf-8").count("\n")) for path in house)
    functions = tuple(size for path, tree in house.items() for size in _functions(names[path], tree))
    calls = tuple(size for path, tree in everything.items() for size in _calls(names[path], tree, parameters))
    return (
        Measure("modules", "lines", MODULE_LINES, lines),
        Measure("functions", "lines", FUNCTION_LINES, functions),
        Measure("folders", "files", FOLDER_FILES, _folders(root)),
        Measure("calls", "positional arguments", POSITIONAL, calls),
    )


def parameters_of(trees: Iterable[ast.Module]) -> Mapping[str, int]:
    """The most positional parameters of a callable of each name; `OPEN` if one of them takes `*args`."""
    most: dict[str, int] = {}
    for tree in trees:
        for node in ast.walk(tree):
            for name, number in _callables(node):
                before = most.get(name, 0)
                most[name] = OPEN if OPEN in (before, number) else max(before, number)
    return most


def _callables(node: ast.AST) -> Iterator[tuple[str, int]]:
    if isinstance(node, Function):
        yield node.name, _positional(node)
    elif isinstance(node, ast.ClassDef):
        made = [inner for inner in node.body if isinstance(inner, ast.FunctionDef) and inner.name == "__init__"]
        fields = [inner for inner in node.body if isinstance(inner, ast.AnnAssign)]
        yield node.name, _positional(made[0]) if made else len(fields)


def _positional(function: Function) -> int:
    return OPEN if function.args.vararg else len(function.args.posonlyargs) + len(function.args.args)


def _calls(path: str, tree: ast.Module, parameters: Mapping[str, int]) -> Iterator[Size]:
    """Calls of what this code defines. Library callables and those with `*args` have no parameter names to use."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if len(node.args) <= parameters.get(name, OPEN):  # more: another callable of that name
                yield Size(f"{path}:{node.lineno} {name}", len(node.args))


def _functions(path: str, tree: ast.Module) -> Iterator[Size]:
    for node in ast.walk(tree):
        if isinstance(node, Function):
            yield Size(f"{path}:{node.lineno} {node.name}", (node.end_lineno or node.lineno) - node.lineno + 1)


def _folders(root: Path) -> tuple[Size, ...]:
    found = Counter(
        str(path.parent.relative_to(root))
        for top in (*HOUSE, "shaders", "tests")
        for kind in sorted(CODE)
        for path in _files(root / top, kind)
    )
    return tuple(Size(folder, count) for folder, count in sorted(found.items()))


def _files(folder: Path, suffix: str) -> list[Path]:
    left_out = {"node_modules", "web_dist", "__pycache__"}
    return sorted(path for path in folder.rglob(f"*{suffix}") if not left_out & set(path.parts))


def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def main() -> int:
    """Print every measure, and what is too large."""
    found = measures(ROOT)
    for measure in found:
        print(measure)
    passed = [(size, measure) for measure in found for size in measure.too_large]
    for size, measure in passed:
        print(f"{size.place}: {size.number} {measure.unit}, at most {measure.limit}", file=sys.stderr)
    return 1 if passed else 0


if __name__ == "__main__":
    sys.exit(main())
