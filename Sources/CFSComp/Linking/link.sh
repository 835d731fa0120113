#!/bin/sh
# Makes the shared library and the static one of what `swift build --product CFSComp` has made.
#
#   link.sh BUILD OUT    BUILD: such as .build/release. Makes OUT/libfscomp.so.1.0.0 with the names
#                        that link to it, OUT/libfscomp.a, OUT/fscomp.h and OUT/fscomp.pc.
#
# The Swift runtime is inside both, and nobody sees it: a program may have another one. Only the
# functions of fscomp.h are visible.
set -eu

build=$1
out=$2
here=$(cd "$(dirname "$0")" && pwd)
header=$here/../../CFSCompABI/include/fscomp.h
prefix=${PREFIX:-/usr/local}

number() { sed -n "s/^#define FSCOMP_VERSION_$1 //p" "$header"; }
numbers=$(number MAJOR).$(number MINOR).$(number PATCH)
version=$numbers$(number PRERELEASE | tr -d '"')
library=libfscomp.so.$numbers
soname=libfscomp.so.$(number MAJOR)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$out"

# All of the codec, and nothing of the Swift runtime.
codec=$build/libCFSComp.a

resources=$(swiftc -print-target-info | sed -n 's/.*"runtimeResourcePath": "\(.*\)".*/\1/p')
runtime=${resources}_static/linux
# Beside it, what tells the runtime what there is in the objects.
whole="$runtime/$(uname -m)/swiftrt.o -Wl,--whole-archive $codec -Wl,--no-whole-archive"
# What the compiler noted in the objects that they want, such as -lswiftDispatch.
swift-autolink-extract "$codec" -o "$work/wanted"

# What the driver does for -static-stdlib, but for the C++ library that the runtime is written with.
# shellcheck disable=SC2086,SC2140 # several words, files without spaces, and quotes within them
clang -shared -fuse-ld=lld -static-libgcc -nostdlib++ $whole -L"$runtime" @"$work/wanted" \
  -lswiftCore -ldispatch -lBlocksRuntime "$(clang -print-file-name=libstdc++.a)" -lm \
  -Wl,--version-script="$here/fscomp.map",-soname="$soname",--gc-sections,--as-needed \
  -Wl,-z,nodelete,-z,now,-s -o "$work/$library"
mv "$work/$library" "$out/$library"
ln -sf "$library" "$out/$soname"
ln -sf "$soname" "$out/libfscomp.so"
cp "$header" "$out/fscomp.h"

# One object with all but the C++ library in it, so that the names of the runtime can be hidden
# here, too.
sed -n 's/^ *\(fscomp_.*\);$/\1/p' "$here/fscomp.map" > "$work/names"
tr -s ' ' '\n' < "$work/wanted" | sed -n 's/^-l//p' | while read -r name; do
  [ ! -f "$runtime/lib$name.a" ] || echo "$runtime/lib$name.a"
done > "$work/archives"
# shellcheck disable=SC2086 # several words, and files without spaces
clang -r -nostdlib -fuse-ld=lld $whole @"$work/archives" "$runtime/libswiftCore.a" \
  "$runtime/libdispatch.a" "$runtime/libBlocksRuntime.a" -o "$work/fscomp.o"
objcopy --strip-debug --keep-global-symbols="$work/names" "$work/fscomp.o"
rm -f "$out/libfscomp.a"
ar rcs "$out/libfscomp.a" "$work/fscomp.o"

sed -e "s|@PREFIX@|$prefix|" -e "s|@VERSION@|$version|" "$here/fscomp.pc.in" > "$out/fscomp.pc"
