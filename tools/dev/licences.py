"""The licences of everything that is shipped: `make licences`, `python -m tools.dev.licences`.

Python packages that a run-time install brings (with the extras, marked), the libraries that lie inside their wheels,
and the npm packages that are built into the console's page. Exit 1 where a licence is not known. A wheel is
downloaded by pip from its makers; who ships an image or an installer passes its libraries on, under these licences.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement

from stage.errors import EXIT_FAILED

ROOT = Path(__file__).resolve().parents[2]
LOCK = ROOT / "stage" / "console" / "web" / "package-lock.json"
OURS = "openstage"
UNKNOWN = "not known"
CLASSIFIER = "License :: OSI Approved :: "
LONGEST = 60
COPYLEFT = re.compile(r"\b(A?GPL|LGPL|MPL)", re.IGNORECASE)

BUNDLED: tuple[tuple[str, str, str], ...] = (
    (r"libx264", "GPL-2.0-or-later", "x264"),
    (r"libx265", "GPL-2.0-or-later", "x265"),
    (r"libQt5", "LGPL-3.0-only", "Qt 5"),
    (r"lib(crypto|ssl)", "OpenSSL", "OpenSSL (1.1.1 has reached its end of life)"),
    (r"libmp3lame", "LGPL-2.0-or-later", "LAME"),
    (r"lib(gnutls)", "LGPL-2.1-or-later", "GnuTLS"),
    (r"lib(nettle|hogweed|gmp|unistring)", "LGPL-3.0-or-later OR GPL-2.0-or-later", "Nettle, GMP, libunistring"),
    (r"libasound", "LGPL-2.1-or-later", "ALSA"),
    (r"lib(gfortran|quadmath|gcc_s|gomp|stdc\+\+)", "GPL-3.0-or-later WITH GCC-exception-3.1", "GCC's run-time"),
    (r"lib(dav1d|vpx|opus|openh264)", "BSD-2-Clause OR BSD-3-Clause", "dav1d, libvpx, Opus"),
    (r"lib(aom|SvtAv1Enc)", "BSD-3-Clause-Clear AND AOM-Patent-License-1.0", "AV1 codecs"),
    (r"lib(avif)", "BSD-2-Clause", "libavif"),
    (r"lib(webp|webpmux|webpdemux|sharpyuv)", "BSD-3-Clause", "WebP"),
    (r"libopencore", "Apache-2.0", "OpenCORE AMR"),
    (r"lib(vpl)", "MIT", "Intel VPL"),
    (r"lib(drm|X11|Xau|xcb|xkbcommon|Xext|Xdmcp)", "MIT", "X11, DRM, xkbcommon"),
    (r"libfreetype", "FTL", "FreeType"),
    (r"libharfbuzz", "MIT", "HarfBuzz"),
    (r"libjpeg", "IJG AND BSD-3-Clause", "libjpeg-turbo"),
    (r"liblcms2", "MIT", "Little CMS"),
    (r"libopenjp2", "BSD-2-Clause", "OpenJPEG"),
    (r"libtiff", "libtiff", "LibTIFF"),
    (r"libzstd", "BSD-3-Clause", "Zstandard"),
    (r"libusd_ms", "TOST-1.0", "OpenUSD"),
    (r"libpng", "libpng-2.0", "libpng"),
    (r"libpcre", "BSD-3-Clause", "PCRE2"),
    (r"lib(openblas|scipy_openblas)", "BSD-3-Clause", "OpenBLAS"),
    (r"libzmq", "MPL-2.0", "libzmq"),
    (r"libsodium", "ISC", "libsodium"),
    (r"lib(embree|tbb)", "Apache-2.0", "Embree, TBB"),
    (r"lib(z|lzma|bz2|brotli\w*|iconv)\b", "Zlib OR 0BSD OR bzip2-1.0.6 OR MIT OR LGPL-2.1-or-later", "compression"),
)
"""Libraries that wheels carry, by the beginning of their file's name: licence, and what it is."""
READ: dict[str, str] = {
    "opencolorio": "BSD-3-Clause",
    "openexr": "BSD-3-Clause",
    "pyglet": "BSD-3-Clause",
    "python-osc": "Unlicense",
    "embreex": "BSD-2-Clause",
}
"""Packages whose metadata names no licence: as their licence files say."""
COMPILED_IN: dict[str, tuple[tuple[str, str], ...]] = {
    "cryptography": (("Apache-2.0", "OpenSSL 3, compiled in"),),
    "opencv-python": (("see LICENSE-3RD-PARTY.txt of the wheel", "JPEG, TIFF, OpenEXR and others, compiled in"),),
}
"""What no file of its own shows."""
FFMPEG = re.compile(r"lib(av(codec|device|filter|format|util)|sw(resample|scale)|postproc)\b")
X26X = re.compile(r"libx26[45]")


@dataclass(frozen=True, slots=True)
class Part:
    """`kind`: python, library or npm. `inside`: the wheel that carries a library, the extra that brings a package."""

    kind: str
    name: str
    version: str
    licence: str
    inside: str = ""

    @property
    def binds(self) -> bool:
        """Whether who passes it on has duties beyond naming it."""
        return COPYLEFT.search(self.licence) is not None


def packages(root: str = OURS) -> Iterator[Part]:
    """What an install brings, each once; what an extra of ours brings is marked with it."""
    seen: set[str] = set()
    waiting = [(Requirement(root), "")]
    waiting += [(Requirement(f"{root}[{extra}]"), f"extra {extra}") for extra in extras_of(root)]
    while waiting:
        wanted, extra = waiting.pop(0)
        key = f"{canonical(wanted.name)}[{','.join(sorted(wanted.extras))}]"
        if key in seen:
            continue
        seen.add(key)
        try:
            found = distribution(wanted.name)
        except PackageNotFoundError:
            continue  # of another platform, or an extra that is not installed
        if canonical(wanted.name) != OURS and key.endswith("[]"):
            yield Part("python", found.metadata["Name"], found.version, licence_of(found), extra)
            yield from libraries_of(found)
        waiting += [(each, extra) for each in _needs(found, wanted.extras)]


def extras_of(root: str) -> list[str]:
    """The extras of a package."""
    return list(distribution(root).metadata.get_all("Provides-Extra") or [])


def licence_of(found: Distribution) -> str:
    """What was read in it; else the expression of its metadata, its classifiers, the first words it has on it."""
    if known := READ.get(canonical(found.metadata["Name"])):
        return known
    told = found.metadata.json
    if expression := told.get("license_expression"):
        return str(expression)
    classifiers = [str(each) for each in found.metadata.get_all("Classifier") or []]
    classified = [each.removeprefix(CLASSIFIER) for each in classifiers if each.startswith(CLASSIFIER)]
    words = " ".join(str(told.get("license") or "").split())
    if classified:
        return ", ".join(classified)
    return words[:LONGEST] or UNKNOWN


def libraries_of(found: Distribution) -> Iterator[Part]:
    """What lies inside its wheel, each library of one licence once."""
    files = [Path(str(file)) for file in found.files or ()]
    inside = [file.name for file in files if any(part.endswith((".libs", ".dylibs")) for part in file.parts)]
    inside += [file.name for file in files if re.match(r"lib\w.*\.(so|dylib|dll)", file.name)]
    gpl = any(X26X.match(name) for name in inside)
    told = {known for name in inside if (known := _library(name, gpl)) is not None}
    told |= set(COMPILED_IN.get(canonical(found.metadata["Name"]), ()))
    for licence, what in sorted(told):
        yield Part("library", what, "", licence, f"wheel {found.metadata['Name']}")


def npm_packages(lock: Path = LOCK) -> Iterator[Part]:
    """What is built into the page: the lock file's packages that are not for development alone."""
    for path, told in json.loads(lock.read_text(encoding="utf-8"))["packages"].items():
        if path and not told.get("dev") and not told.get("devOptional"):
            name = path.rpartition("node_modules/")[2]
            yield Part("npm", name, str(told.get("version", "")), str(told.get("license", UNKNOWN)))


def canonical(name: str) -> str:
    """A package's name as indexes compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _library(name: str, gpl: bool) -> tuple[str, str] | None:
    if FFMPEG.match(name):
        words = "FFmpeg (built with x264 and x265, so under the GPL)" if gpl else "FFmpeg"
        return ("GPL-2.0-or-later" if gpl else "LGPL-2.1-or-later", words)
    for pattern, licence, what in BUNDLED:
        if re.match(pattern, name):
            return licence, what
    return None if re.match(r"libOpenColorIO|libq|libOpenEXR", name) else (UNKNOWN, name)


def _needs(found: Distribution, extras: Iterable[str]) -> Iterator[Requirement]:
    asked = [*extras, ""]
    for text in found.requires or ():
        needed = Requirement(text)
        if needed.marker is None or any(needed.marker.evaluate({"extra": extra}) for extra in asked):
            yield needed


def main() -> None:
    """`python -m tools.dev.licences`."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--json", action="store_true", help="as JSON")
    as_json = parser.parse_args().json
    parts = [Part("ours", OURS, distribution(OURS).version, "Apache-2.0"), *packages(), *npm_packages()]
    if as_json:
        print(json.dumps([asdict(part) for part in parts], indent=2))
    else:
        for part in parts:
            mark = "! " if part.licence == UNKNOWN else "* " if part.binds else "  "
            print(f"{mark}{part.kind:<8} {part.name + ' ' + part.version:<52.52} {part.licence:<44} {part.inside}")
        print("\n* whoever passes it on has duties beyond naming it; ! nobody knows its licence")
    if any(part.licence == UNKNOWN for part in parts):
        sys.exit(EXIT_FAILED)


if __name__ == "__main__":
    main()
