#!/bin/sh
# Tests the C library: its header, its symbols, and what it does, from a C program that is linked
# with the shared library, with the static one, and under the address sanitizer.
#
#   run.sh LIBRARY    LIBRARY: where libfscomp.so, libfscomp.a and fscomp.h are
set -eu

library=$(cd "$1" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
vectors=$here/../FSCompTests/Vectors/1.0
cc=${CC:-$(command -v cc || command -v clang)}
build=$(mktemp -d)
trap 'rm -rf "$build"' EXIT

fail() {
  echo "C library: $1" >&2
  exit 1
}

# The header is C89 and C++, and needs nothing before it.
printf '#include "fscomp.h"\nint main(void) { return fscomp_version_number() == 0; }\n' \
  > "$build/alone.c"
"$cc" -std=c89 -pedantic -Wall -Wextra -Werror -I"$library" -c "$build/alone.c" \
  -o "$build/alone.o" || fail "the header is not C89"
"$cc" -x c++ -std=c++98 -Wall -Wextra -Werror -I"$library" -c "$build/alone.c" \
  -o "$build/alone.o" || fail "the header is not C++"

# Exactly the functions of the header are visible.
sed -n 's/.*\(fscomp_[a-z_]*\)($/\1/p; s/.*[ *]\(fscomp_[a-z_]*\)([^)].*/\1/p' \
  "$library/fscomp.h" | grep -v '_fn$' | sort -u > "$build/declared"
nm -D --defined-only "$library/libfscomp.so" | sed -n 's/.* T \(.*\)@@.*/\1/p' | sort \
  > "$build/shared"
nm -g --defined-only "$library/libfscomp.a" | sed -n 's/.* T //p' | sort > "$build/static"
for kind in shared static; do
  diff "$build/declared" "$build/$kind" >&2 || fail "symbols of the $kind library"
done
others=$(nm -D --defined-only "$library/libfscomp.so" | grep -v fscomp_ || true)
[ -z "$others" ] || fail "more is visible: $others"

# Nothing of Swift is needed.
needed=$(readelf -d "$library/libfscomp.so" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | sort |
  tr '\n' ' ')
case $needed in
"libc.so.6 libm.so.6 " | "ld-linux-x86-64.so.2 libc.so.6 libm.so.6 ") ;;
*) fail "it needs $needed" ;;
esac

# The program in the manual.
sed -n '/^```c$/,/^```$/p' "$here/../../docs/c-api.md" | sed '1d;$d' > "$build/manual.c"
"$cc" -Wall -Wextra -Werror -I"$library" "$build/manual.c" -o "$build/manual" -L"$library" \
  -lfscomp && LD_LIBRARY_PATH=$library "$build/manual" || fail "the program in the manual"

# test NAME ROUNDS OPTIONS...
test_program() {
  name=$1
  rounds=$2
  shift 2
  "$cc" -std=gnu99 -pedantic -O1 -g -Wall -Wextra -Werror -I"$library" "$here"/*.c \
    -o "$build/$name" "$@" || fail "the $name program does not compile"
  printf '%s: ' "$name"
  FSCOMP_MODELS='' LD_LIBRARY_PATH=$library "$build/$name" "$vectors/test-vectors.fsm" \
    "$vectors/mixed-small.fsc" "$vectors/mixed-small.plain" "$rounds" ||
    fail "tests of the $name program failed"
}

test_program shared "${ROUNDS:-10000}" -L"$library" -lfscomp -lpthread
test_program static 100 "$library/libfscomp.a" -lstdc++ -lm -lpthread -ldl
if "$cc" -fsanitize=address "$build/alone.c" -I"$library" -L"$library" -lfscomp \
  -o "$build/probe" 2> "$build/probe.log"; then
  test_program sanitized 300 -fsanitize=address -L"$library" -lfscomp -lpthread
else
  echo "not tested under the address sanitizer: $(head -1 "$build/probe.log")" >&2
fi
