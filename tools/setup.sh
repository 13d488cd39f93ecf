#!/usr/bin/env bash
# Installs everything a fresh machine needs; quick if it is installed already. `--tests` adds what the tests need,
# `--reference` the path tracer (`openstage scene reference`), which stays installed from then on.
# Names any step that takes longer than a moment, then reports its progress every few seconds.
# Debian and Ubuntu: system libraries through apt, as root or with sudo. Elsewhere: names what is missing.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly GL_PACKAGES=(libegl1 libgl1 libglx-mesa0 libgl1-mesa-dri libglib2.0-0)
readonly UV_HOME=.tools/uv
readonly TELL_AFTER=8 TELL_EVERY=30 # tenths of a second
export PIP_DISABLE_PIP_VERSION_CHECK=1

say() { printf 'setup: %s\n' "$*" >&2; }
die() { say "$*"; exit 2; }
has() { command -v "$1" >/dev/null 2>&1; }

# step WHAT COMMAND...: runs the command; its output is shown only if it fails.
step() {
    local what=$1 log ticks=0
    shift
    log=$(mktemp)
    "$@" >"$log" 2>&1 &
    working=$!
    while kill -0 "$working" 2>/dev/null; do
        sleep 0.1
        ticks=$((ticks + 1))
        if [ "$ticks" -eq "$TELL_AFTER" ]; then say "$what"; fi
        if [ $((ticks % TELL_EVERY)) -eq 0 ]; then say "$what: $((ticks / 10)) s"; fi
    done
    if ! wait "$working"; then
        cat "$log" >&2
        rm -f "$log"
        die "failed: $what"
    fi
    rm -f "$log"
    working=
}
working=
trap 'if [ -n "$working" ]; then kill "$working" 2>/dev/null || true; fi' EXIT

apt_install() {
    has apt-get || die "missing: $*. Install what your system calls these packages, then try again"
    local as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        has sudo || die "missing: $*. As root: apt-get install $*"
        as_root=(sudo)
        [ -t 0 ] || as_root=(sudo -n)
    fi
    say "installing $*"
    "${as_root[@]}" apt-get update -q || say "apt-get update failed; trying with the package lists that are here"
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@" >&2 ||
        die "could not install: $*"
}

find_uv() {
    local candidate
    for candidate in uv "$HOME/.local/bin/uv" "$UV_HOME/bin/uv"; do
        if has "$candidate" && "$candidate" --version >/dev/null 2>&1; then
            command -v "$candidate"
            return
        fi
    done
    return 1
}

install_uv() {
    has python3 || apt_install python3
    local what="installing uv, which installs the Python packages"
    local pinned=(--quiet --require-hashes --only-binary :all: --requirement tools/uv.txt)
    rm -rf "$UV_HOME"
    if python3 -m venv "$UV_HOME" >/dev/null 2>&1; then
        step "$what" "$UV_HOME/bin/python" -m pip install "${pinned[@]}"
    elif python3 -m pip --version >/dev/null 2>&1; then
        rm -rf "$UV_HOME"
        step "$what" python3 -m pip install --target "$UV_HOME" "${pinned[@]}"
    else
        apt_install python3-venv
        rm -rf "$UV_HOME"
        python3 -m venv "$UV_HOME"
        step "$what" "$UV_HOME/bin/python" -m pip install "${pinned[@]}"
    fi
}

has_library() {
    "$(command -v ldconfig || echo /sbin/ldconfig)" -p 2>/dev/null | grep -F "$1" >/dev/null
}

system_libraries() {
    [ "$(uname -s)" = Linux ] || return 0
    local library
    for library in libEGL.so.1 libGL.so.1 libgthread-2.0.so.0; do
        if ! has_library "$library"; then
            apt_install "${GL_PACKAGES[@]}"
            return
        fi
    done
}

test_programs() {
    if ! has chromium && ! has chromium-browser && ! has google-chrome; then
        if [ "$(uname -s)" = Linux ]; then apt_install chromium; else die "missing: Google Chrome or Chromium"; fi
    fi
    if [ "$(uname -s)" = Linux ] && ! has Xvfb; then apt_install xvfb; fi
}

# The path tracer compiles its code through LLVM where a version is there that it works with; without, it is slower.
compiler() {
    [ "$(uname -s)" = Linux ] || return 0
    local library
    for library in libLLVM.so.19.1 libLLVM-19 libLLVM.so.20.1 libLLVM.so.21.1 libLLVM.so.18.1 libLLVM-18 libLLVM-17; do
        if has_library "$library"; then return; fi
    done
    if has apt-get && apt-cache show libllvm19 >/dev/null 2>&1; then
        apt_install libllvm19
    else
        say "no LLVM 17 to 21 here: the path tracer will be slower"
    fi
}

for option in "$@"; do
    case $option in
    --tests | --reference) ;;
    *) die "unknown option $option. Known: --tests, --reference" ;;
    esac
done
asked() { [[ " $asked_for " == *" $1 "* ]]; }
asked_for="$*"
extras=()
if asked --reference || compgen -G ".venv/lib/python*/site-packages/mitsuba" >/dev/null; then
    extras=(--extra reference)
fi

first=1
if [ -x .venv/bin/openstage ]; then first=; fi
uv=$(find_uv) || { install_uv; uv=$(find_uv) || die "uv could not be installed; see https://docs.astral.sh/uv"; }
system_libraries
step "installing the Python packages into .venv" "$uv" sync --frozen --quiet --compile-bytecode "${extras[@]}"
# Otherwise every start compiles the modules again if Python cannot write them.
step "compiling the modules" .venv/bin/python -m compileall -q stage render tracking tools
step "building the console's page" .venv/bin/python -m tools.dev.build_console
if asked --tests; then test_programs; fi
if asked --reference; then compiler; fi
if [ -n "$first" ]; then
    say "ready. Type .venv/bin/openstage, or \`source .venv/bin/activate\` once in a terminal and then openstage"
fi
