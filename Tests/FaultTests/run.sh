#!/bin/sh
# Tests what the program does when a call of the system fails, is interrupted, or does less than it was
# asked to: each call of each command in turn.
#
#   run.sh PROGRAM    PROGRAM: such as .build/release/fscomp; linked with the C library dynamically
#
# Prints "N passed, N failed" and how often each function is called in a run without faults, which says
# what is reached: the calls that the program and the Swift libraries make, and not those that the C
# library makes for functions of its own (mkostemps, fopen, opendir). Exits with 0 if all passed, 1 if
# not, 77 (and a line that says why) if it could not test.
set -eu

program=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
here=$(cd "$(dirname "$0")" && pwd)
build=$(mktemp -d)
trap 'rm -rf "$build"' EXIT

skip() {
  echo "skipped: $1"
  exit 77
}

[ "$(uname -s)" = Linux ] || skip "libraries are preloaded on Linux alone"
cc=${CC:-$(command -v cc || command -v clang)} || skip "no compiler of C"
command -v python3 > "$build/python" || skip "no python3"
"$cc" -shared -fPIC -O1 -Wall -Wextra -Werror "$here/faults.c" -o "$build/faults.so"
FAULT_LOG=$build/log LD_PRELOAD=$build/faults.so "$program" --version > "$build/version"
[ -s "$build/log" ] || skip "nothing can be preloaded into $program"
python3 "$here/faults.py" "$program" "$build/faults.so" \
  "$here/../FSCompTests/Vectors/1.0/test-vectors.fsm"
