#!/bin/sh
# Tests the kernels of AArch64, on any machine that can run or emulate it, against the portable
# ones, the portable ones of both architectures against each other, and decodes whole archives.
#
# Prints "N passed, N failed"; details of failures go to standard error. Exits with 0 if all passed, 1 if
# not, 77 (and a line that says why) if it could not test: `make setup CI=1` installs a cross compiler and
# an emulator.
set -eu

packages="gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user"
root=$(cd "$(dirname "$0")/../.." && pwd)
here=$root/Tests/CKernelsCrossTests
sources=$root/Sources
vectors=$root/Tests/FSCompTests/Vectors/1.0
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

# build NAME COMPILER... FILES: makes $build/NAME of files and the kernels. -O2 is what SwiftPM gives
# release builds.
build() {
  name=$1
  shift
  "$@" -std=c2x -O2 -Wall -Wextra -Werror -Wno-psabi -static -I"$sources/CKernels/include" \
    -I"$sources/CMixingKernels/include" -I"$sources/CProcessor/include" \
    "$sources"/CKernels/*.c "$sources"/CProcessor/*.c -o "$build/$name"
}

# The tables of mixing kernels; what mixers begin with is the decoder's alone.
mixing=$(find "$sources/CMixingKernels" -name '*.c')

# The programs to test, one for each compiler, and the emulator that runs them.
if [ "$(uname -m)" = aarch64 ]; then
  emulator=
  set -- "clang" "gcc"
else
  emulator=$(command -v qemu-aarch64 || command -v qemu-aarch64-static) ||
    skip "no qemu-aarch64; make setup CI=1 installs $packages"
  set -- "clang --target=aarch64-linux-gnu -fuse-ld=lld" "aarch64-linux-gnu-gcc"
fi
programs=
for compiler; do
  program=arm-${compiler%% *}
  # shellcheck disable=SC2086 # a command and its options, and files without spaces
  if can_build $compiler; then
    build "$program" $compiler "$here"/*.c $mixing
    programs="$programs $program"
  fi
done
[ -n "$programs" ] ||
  skip "no static AArch64 compiler; make setup CI=1 installs $packages"

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

# emulate CPU COMMAND...
emulate() {
  cpu=$1
  shift
  timeout 300 ${emulator:+"$emulator" -cpu "$cpu"} "$@"
}

# count WHAT COMMAND...: adds the counts that the command prints, and leaves its digest in $digest.
count() {
  what=$1
  shift
  # A program that crashes prints no counts, which is a failure below.
  "$@" > "$build/log" || true
  digest=$(sed -n 's/^digest //p' "$build/log")
  counts=$(sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed$/\1 \2/p' "$build/log")
  if [ -z "$counts" ]; then
    echo "$what did not finish" >&2
    counts="0 1"
  fi
  passed=$((passed + ${counts% *}))
  failed=$((failed + ${counts#* }))
}

if [ -z "$emulator" ]; then
  reference=
  for program in $programs; do
    count "$program" emulate native "$build/$program"
    expect "digest of $program" "$digest" "${reference:=$digest}"
  done
else
  native=$(command -v clang || command -v gcc) || skip "no compiler for this machine"
  # shellcheck disable=SC2086 # files without spaces
  build native "$native" "$here"/*.c $mixing
  count "native" "$build/native" --short
  short_reference=$digest
  count "native" "$build/native"
  reference=$digest
  for program in $programs; do
    # An older processor without these instructions, one without the matrix product, one with all.
    for features in "cortex-a57 0 0" "neoverse-n1 1 0" "max 1 1"; do
      cpu=${features%% *}
      expect "features of $cpu, $program" \
        "$(emulate "$cpu" "$build/$program" --features)" "${features#* }"
    done
    # Traps if the SDOT table used anything it may not.
    count "$program on neoverse-n1" emulate neoverse-n1 "$build/$program" --short
    expect "digest of $program on neoverse-n1" "$digest" "$short_reference"
    count "$program" emulate max "$build/$program"
    expect "digest of $program" "$digest" "$reference"
  done
fi

# Whole archives, decoded by the codec's own Swift code: with a toolchain that has no library of
# Swift for AArch64 Linux, embedded Swift, which needs none, does.

embedded="-target aarch64-none-none-elf -enable-experimental-feature Embedded -wmo -parse-as-library"
libc=/usr/aarch64-linux-gnu/include

# can_decode: whether there is all it takes.
# shellcheck disable=SC2086 # options
can_decode() {
  [ -n "$emulator" ] && [ -d "$libc" ] && [ -x "$build/arm-clang" ] &&
    echo 'public func probe() {}' > "$build/probe.swift" &&
    swiftc $embedded -c "$build/probe.swift" -o "$build/probe.o" 2> "$build/probe.log"
}

build_decoder() {
  # shellcheck disable=SC2046,SC2086 # options, and files without spaces
  swiftc $embedded -O -swift-version 6 -package-name fscomp -module-name Decoder \
    -Xcc -fmodule-map-file="$here/decoder/modules/module.modulemap" -Xcc -isystem -Xcc "$libc" \
    -Xcc -I"$sources/CProcessor/include" "$here"/decoder/*.swift \
    $(find "$sources/Platform" -name '*.swift' ! -name MemoryLedger.swift \
      ! -name OutOfMemory.swift ! -name SystemThread.swift) \
    $(find "$sources/EntropyCoding" "$sources/Model" "$sources/Repeats" \
      "$sources/TextTransform" "$sources/Prediction" "$sources/ContextMixing" \
      "$sources/FSComp/Format" -name '*.swift') \
    "$sources"/FSComp/Models/Model.swift "$sources"/FSComp/Blocks/BlockCode.swift \
    "$sources"/FSComp/Blocks/BlockDecoder.swift "$sources"/FSComp/Streams/WorkMonitor.swift \
    "$sources"/FSComp/Streams/Progress.swift "$sources"/FSComp/OutOfMemoryError.swift \
    -c -o "$build/decoder.o" &&
    resources=$(swiftc -print-target-info |
      sed -n 's/.*"runtimeResourcePath": "\(.*\)".*/\1/p') &&
    build decoder clang --target=aarch64-linux-gnu -fuse-ld=lld "$here/decoder/main.c" \
      "$build/decoder.o" "$sources"/CMixingKernels/*.c \
      "$resources/embedded/aarch64-none-none-elf/libswiftUnicodeDataTables.a"
}

# decode CPU KERNELS MODEL NAME
decode() {
  emulate "$1" "$build/decoder" "$2" "$vectors/$3.fsm" "$vectors/$4.fsc" "$vectors/$4.plain" &&
    status=0 || status=$?
  expect "$4 decoded by $2" "$status" 0
}

if ! can_decode; then
  echo "archives were not decoded: no clang, or no embedded Swift for AArch64" >&2
elif ! build_decoder; then
  expect "the decoder" "does not compile" "a program"
else
  for archive in "$vectors"/*.fsc; do
    name=$(basename "$archive" .fsc)
    case $name in
    prose-in-lanes) decode max neon-i8mm enwik8-2m "$name" ;;
    slow-mingru | cells) decode max neon-i8mm "$name" "$name" ;;
    ensemble-*) decode max neon-i8mm ensemble "$name" ;;
    words-* | repeats*) decode max neon-i8mm words "$name" ;;
    text-*) decode max neon-i8mm text "$name" ;;
    sets-*) decode max neon-i8mm sets "$name" ;;
    coded-*) decode max neon-i8mm coded "$name" ;;
    prose-*) ;; # large ones, which take half a minute each
    *)
      decode neoverse-n1 neon-dotprod test-vectors "$name"
      decode max neon-i8mm test-vectors "$name"
      ;;
    esac
  done
fi

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
