# shellcheck shell=bash
# Sourced. ensure_chromium: a Chromium on the PATH, or the one that CHROMIUM names; else the reason why not. With
# INSTALL_CHROMIUM in the environment, as in .ci/run, root installs Debian's.

ensure_chromium() {
  if _has_chromium; then return 0; fi
  if [[ -n "${INSTALL_CHROMIUM:-}" && "$(id -u)" == 0 ]] && command -v apt-get >/dev/null 2>&1; then
    echo "installing Debian's Chromium" >&2
    if _install_chromium >&2 && _has_chromium; then return 0; fi
    echo "Debian's Chromium can't be installed" >&2
  fi
  echo "there is no Chromium: install it (Debian: apt install chromium), or name one in CHROMIUM" >&2
  return 1
}

_has_chromium() {
  local name names=(chromium chromium-browser google-chrome)
  [[ -z "${CHROMIUM:-}" ]] || names=("$CHROMIUM")
  for name in "${names[@]}"; do
    ! command -v "$name" >/dev/null 2>&1 || return 0
  done
  return 1
}

# A mirror that doesn't answer must not hold up all tests.
_install_chromium() {
  export DEBIAN_FRONTEND=noninteractive
  timeout 120 apt-get -qq update && timeout 300 apt-get -qq install --yes --no-install-recommends chromium >/dev/null
}
