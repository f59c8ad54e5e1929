# shellcheck shell=bash
# Sourced. ensure_prometheus: the folder with prometheus and promtool in PROMETHEUS. Those on the PATH, or Debian's,
# which apt-get downloads, signatures checked, and dpkg-deb unpacks into .tools. No service is installed.

ensure_prometheus() {
  local root tools
  root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
  tools="$root/.tools/prometheus"
  if command -v prometheus >/dev/null 2>&1 && command -v promtool >/dev/null 2>&1; then
    PROMETHEUS="$(dirname "$(command -v prometheus)")"
    return 0
  fi
  PROMETHEUS="$tools/usr/bin"
  [[ -x "$PROMETHEUS/prometheus" && -x "$PROMETHEUS/promtool" ]] && return 0
  _unpack_prometheus "$tools"
}

# Moved into place whole: two tests may want it at once.
_unpack_prometheus() {
  local tools="$1" fresh
  if ! command -v apt-get >/dev/null 2>&1 || ! command -v dpkg-deb >/dev/null 2>&1; then
    echo "prometheus and promtool are missing: put them on the PATH, https://prometheus.io/download" >&2
    return 1
  fi
  echo "preparing Prometheus in .tools" >&2
  mkdir -p "$(dirname "$tools")"
  fresh="$(mktemp -d "$(dirname "$tools")/prometheus.XXXXXX")"
  chmod 755 "$fresh"
  if ! _download_prometheus "$fresh" || ! dpkg-deb -x "$fresh"/prometheus_*.deb "$fresh"; then
    rm -r "$fresh"
    echo "Debian's package prometheus can't be had" >&2
    return 1
  fi
  rm "$fresh"/prometheus_*.deb
  mv -T "$fresh" "$tools" 2>/dev/null || rm -r "$fresh"
  [[ -x "$tools/usr/bin/prometheus" ]]
}

# A fresh machine has no list of packages yet.
_download_prometheus() {
  (cd "$1" && apt-get -qq download prometheus >/dev/null 2>&1) && return 0
  apt-get -qq update >&2 && (cd "$1" && apt-get -qq download prometheus >&2)
}
