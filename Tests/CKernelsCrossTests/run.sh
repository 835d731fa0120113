#!/bin/sh
# Tests the NEON kernels, on any machine that can run or emulate AArch64, against the portable
# ones, and the portable ones of both architectures against each other.
#
#   run.sh             prints "N passed, N failed"; details of failures go to standard error
#   run.sh --install   first installs a cross compiler and an emulator, with apt-get
#
# Exits with 0 if all passed, 1 if not, 77 (and a line that says why) if it could not test.
set -eu

packages="gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user"
if [ "${1:-}" = --install ]; then
  as_root=
  [ "$(id -u)" = 0 ] || as_root=sudo
  # What cannot be installed is missed, and said, below.
  # shellcheck disable=SC2086 # three packages
  { $as_root apt-get update -qq &&
    $as_root apt-get install -y -qq --no-install-recommends $packages; } >&2 || true
fi

root=$(cd "$(dirname "$0")/../.." && pwd)
kernels=$root/Sources/CKernels
processor=$root/Sources/CProcessor
build=$(mktemp -d)
trap 'rm -rf "$build"' EXIT

skip() {
  echo "skipped: $1"
  exit 77
}

# can_build COMPILER...: whether it makes programs for the instruction sets of these kernels.
can_build() {
  echo '__attribute__((target("arch=armv8.2-a+dotprod+i8mm"))) int main(void) { return 0; }' |
    "$@" -Werror -static -x c - -o "$build/probe" 2> "$build/probe.log"
}

# build NAME COMPILER...: makes $build/NAME. -O2 is what SwiftPM gives release builds.
build() {
  name=$1
  shift
  "$@" -std=c2x -O2 -Wall -Wextra -Werror -static -I"$kernels" \
    -I"$kernels/include" -I"$processor/include" "$root/Tests/CKernelsCrossTests/test.c" \
    "$kernels"/*.c "$processor"/*.c -o "$build/$name"
}

# The programs to test, one for each compiler, and the emulator that runs them.
if [ "$(uname -m)" = aarch64 ]; then
  emulator=
  set -- "clang" "gcc"
else
  emulator=$(command -v qemu-aarch64 || command -v qemu-aarch64-static) ||
    skip "no qemu-aarch64; run.sh --install gets it (apt-get install $packages)"
  set -- "clang --target=aarch64-linux-gnu -fuse-ld=lld" "aarch64-linux-gnu-gcc"
fi
programs=
for compiler; do
  program=arm-${compiler%% *}
  # shellcheck disable=SC2086 # a command and its options
  if can_build $compiler; then
    build "$program" $compiler
    programs="$programs $program"
  fi
done
[ -n "$programs" ] ||
  skip "no static AArch64 compiler; run.sh --install gets one (apt-get install $packages)"

passed=0
failed=0

# expect WHAT ACTUAL EXPECTED
expect() {
  if [ "$2" = "$3" ]; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "$1: '$2', not '$3'" >&2
  fi
}

# run PROGRAM CPU [OPTION]: adds its counts, and leaves its digest in $digest.
run() {
  program=$1
  cpu=$2
  shift 2
  # A program that crashes prints no counts, which is a failure below.
  timeout 300 ${emulator:+"$emulator" -cpu "$cpu"} "$build/$program" "$@" > "$build/log" || true
  digest=$(sed -n 's/^digest //p' "$build/log")
  counts=$(sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed$/\1 \2/p' "$build/log")
  if [ -z "$counts" ]; then
    echo "$program on $cpu did not finish" >&2
    counts="0 1"
  fi
  passed=$((passed + ${counts% *}))
  failed=$((failed + ${counts#* }))
}

if [ -z "$emulator" ]; then
  reference=
  for program in $programs; do
    run "$program" native
    expect "digest of $program" "$digest" "${reference:=$digest}"
  done
else
  native=$(command -v clang || command -v gcc) || skip "no compiler for this machine"
  build native "$native"
  reference=$("$build/native" | sed -n 's/^digest //p')
  short_reference=$("$build/native" --short | sed -n 's/^digest //p')
  for program in $programs; do
    # An older processor without these instructions, one without the matrix product, one with all.
    for features in "cortex-a57 0 0" "neoverse-n1 1 0" "max 1 1"; do
      cpu=${features%% *}
      expect "features of $cpu, $program" \
        "$("$emulator" -cpu "$cpu" "$build/$program" --features)" "${features#* }"
    done
    run "$program" neoverse-n1 --short # traps if the SDOT table used anything it may not
    expect "digest of $program on neoverse-n1" "$digest" "$short_reference"
    run "$program" max
    expect "digest of $program" "$digest" "$reference"
  done
fi

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
