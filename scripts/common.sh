# Shared by the scripts beside it; sourced, not run. Every script works from the project's root;
# `caller` is where the user stood.
# shellcheck shell=bash

script=$(realpath "$0")
# shellcheck disable=SC2034 # for those who source this
caller=$PWD
cd "$(dirname "$script")/.." || exit

# Debian's Python sees Debian's modules; another one first in PATH would not.
export PATH="/usr/bin:$PATH"

say() { printf '%s: %s\n' "${script##*/}" "$*" >&2; }

die() {
  say "$@"
  exit 1
}

# The comment at the head of the calling script.
usage() { sed -n '2,/^set -/{/^set -/d;s/^# \{0,1\}//;p}' "$script"; }

# How many compilers at once: one per core, and 1.5 GiB of free memory for each.
jobs_for_this_machine() {
  local cores memory
  cores=$(nproc)
  memory=$(awk '/^MemAvailable:/ {print int($2 / 1572864)}' /proc/meminfo)
  ((memory > 0)) || memory=1
  echo $((cores < memory ? cores : memory))
}

# A cached compiler and a fast linker, where they are there. They count when a build folder is
# configured for the first time. All checkouts of the project share what was compiled.
use_fast_tools() {
  ! command -v ccache >/dev/null || export CMAKE_CXX_COMPILER_LAUNCHER=ccache
  export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1
  ! command -v mold >/dev/null || export LDFLAGS="-fuse-ld=mold ${LDFLAGS:-}"
}

# configure PRESET [-DOPTION...]: says little when it works.
configure() {
  local preset=$1 log
  shift
  mkdir -p "build/$preset"
  log=build/$preset/configure.log
  cmake --preset "$preset" "$@" >"$log" 2>&1 || {
    cat "$log" >&2
    return 1
  }
}

# A build folder that was configured to the end; ninja itself keeps it up to date from then on.
is_configured() { [[ -f build/$1/build.ninja ]]; }

before=() # a command to stand before those that run what is built

# build PRESET [--target NAME]: on a terminal with ninja's progress, elsewhere only what is wrong.
build() {
  local preset=$1 quiet=()
  shift
  [[ -t 1 ]] || quiet=(-- --quiet)
  "${before[@]}" cmake --build --preset "$preset" --parallel "$(jobs_for_this_machine)" "$@" "${quiet[@]}"
}
