# shellcheck shell=bash
# Sourced. ensure_toolchain: a Rust toolchain that can build this crate for every target of WANTED_TARGETS, or a reason
# why not. Who needs more targets than these appends them before.

WANTED_TARGETS=(wasm32-wasip1 wasm32-unknown-unknown)

# The pinned toolchain of rust-toolchain.toml; `stable` where that one is neither installed nor to be had (offline
# machines). A RUSTUP_TOOLCHAIN that is already set wins.
ensure_toolchain() {
  if ! command -v cargo >/dev/null 2>&1; then
    echo "cargo is missing: install Rust with rustup, https://rustup.rs" >&2
    return 1
  fi
  if ! command -v rustup >/dev/null 2>&1; then
    _check_targets_without_rustup
    return
  fi
  if [[ -n "${RUSTUP_TOOLCHAIN:-}" ]]; then
    _prepare_toolchain "$RUSTUP_TOOLCHAIN" && return 0
    echo "RUSTUP_TOOLCHAIN=$RUSTUP_TOOLCHAIN can't be prepared for ${WANTED_TARGETS[*]}" >&2
    return 1
  fi

  local pinned
  pinned="$(sed -n 's/^channel *= *"\(.*\)".*/\1/p' "$(_toolchain_root)/rust-toolchain.toml")"
  _prepare_toolchain "$pinned" && return 0
  if _toolchain_installed stable && _prepare_toolchain stable; then
    echo "Rust $pinned can't be had here, using the installed stable" >&2
    export RUSTUP_TOOLCHAIN=stable
    return 0
  fi
  echo "neither Rust $pinned nor an installed stable with ${WANTED_TARGETS[*]} is available" >&2
  echo "try: rustup toolchain install $pinned" >&2
  return 1
}

_toolchain_root() { cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd; }

_toolchain_installed() {
  rustup toolchain list 2>/dev/null | cut -d' ' -f1 | grep -Eq "^$1(-[a-z0-9_]+-[a-z0-9-]+)?$"
}

# Installs what is missing of one toolchain; its messages only appear when something has to be fetched.
_prepare_toolchain() {
  local toolchain="$1" target missing=()
  if ! _toolchain_installed "$toolchain"; then
    [[ "$toolchain" == stable ]] && return 1
    rustup toolchain install "$toolchain" --no-self-update --profile minimal \
      --component clippy --component rustfmt >&2 || return 1
  fi
  for target in "${WANTED_TARGETS[@]}"; do
    rustup target list --installed --toolchain "$toolchain" | grep -qx "$target" || missing+=("$target")
  done
  [[ ${#missing[@]} -eq 0 ]] || rustup target add --toolchain "$toolchain" "${missing[@]}" >&2
}

# Distributions package the standard library of other targets apart from cargo.
_check_targets_without_rustup() {
  local target
  for target in "${WANTED_TARGETS[@]}"; do
    if [[ ! -d "$(rustc --print target-libdir --target "$target" 2>/dev/null)" ]]; then
      echo "this cargo has no rustup and no standard library for $target: install rustup, https://rustup.rs" >&2
      return 1
    fi
  done
}
