#!/usr/bin/env bash
# Builds the program with the address sanitizer for Swift and C, traps on undefined behaviour and debug
# assertions in C, and runs it on samples: levels, every kernel that this machine has, and whole, damaged
# and cut archives. Then builds it with the thread sanitizer, and lets several threads work at archives of
# many blocks. Prints what failed.
#
# SHORT=1 takes two levels and a tenth of the damage, and leaves the thread sanitizer out: a minute or so,
# and a build. (What the thread sanitizer is not to report it knows by name, and where its symbolizer does not
# start it has none.)
set -euo pipefail
cd "$(dirname "$0")/.."

samples=$PWD/corpora/samples
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
levels="1 2 3 6 9"
parts=40
if [[ -n ${SHORT:-} ]]; then
  levels="1 9"
  parts=4
fi
failures=0
runs=0

# build NAME OPTIONS: makes $fscomp.
build() {
  local name=$1
  shift
  "${SWIFT:-swift}" build -c release --scratch-path ".build/$name" --product fscomp "$@" >&2
  fscomp=.build/$name/release/fscomp
}

# expect STATUS COMMAND...: a command ends with one of these, such as 0 or 01.
expect() {
  local allowed=$1 status=0
  shift
  runs=$((runs + 1))
  "$@" > "$folder/out" 2> "$folder/err" || status=$?
  if [[ ! $allowed == *"$status"* ]] || grep -q "Sanitizer" "$folder/err"; then
    failures=$((failures + 1))
    echo "status $status: $*" >&2
    tail -n 30 "$folder/err" >&2
  fi
}

# round_trip FILE OPTIONS: compresses, decompresses and compares.
round_trip() {
  local file=$1
  shift
  expect 0 "$fscomp" -c "$@" "$file"
  mv "$folder/out" "$folder/archive"
  expect 0 "$fscomp" -dc "$folder/archive"
  cmp -s "$folder/out" "$file" || {
    failures=$((failures + 1))
    echo "not what was compressed: $file $*" >&2
  }
}

memory() {
  build memory --sanitize address -Xcc -DDEBUG=1 \
    -Xcc -fsanitize=undefined -Xcc -fsanitize-trap=undefined
  # What lives until the end is no leak to speak of.
  export ASAN_OPTIONS=detect_leaks=0
  local kernels
  kernels=$("$fscomp" --version -v | sed -n 's/^kernels.*(of \(.*\))$/\1/p' | tr -d ,)
  head -c 6000 "$samples/prose.txt" > "$folder/prose"
  for kernel in $kernels; do
    export FSCOMP_KERNELS=$kernel
    round_trip "$folder/prose" -1
    round_trip "$folder/prose" --network on --lanes 1
    round_trip "$folder/prose" --network on --lanes 16
  done
  unset FSCOMP_KERNELS
  for level in $levels; do
    for file in "$samples"/*.*; do
      head -c 3000 "$file" > "$folder/sample"
      round_trip "$folder/sample" "-$level"
    done
  done
  for file in "$samples"/awkward/*; do round_trip "$file" -1 --block-size 4K; done
  head -c 20000 "$samples/prose.txt" > "$folder/prose"
  "$fscomp" -c -1 --block-size 2K --index lines "$folder/prose" > "$folder/whole"
  expect 0 "$fscomp" list -v "$folder/whole"
  expect 0 "$fscomp" cat --range 3000+5000 "$folder/whole"
  expect 0 "$fscomp" cat --lines 10-20 "$folder/whole"
  expect 0 "$fscomp" grep -c the "$folder/whole"
  local size
  size=$(stat -c %s "$folder/whole")
  for ((part = 0; part < size; part += size / parts)); do
    head -c "$part" "$folder/whole" > "$folder/cut"
    expect 1 "$fscomp" -t "$folder/cut"
    expect 12 "$fscomp" -dc --salvage "$folder/cut"
    { head -c "$part" "$folder/whole" && printf 'damage' && tail -c +"$((part + 7))" "$folder/whole"; } \
      > "$folder/damaged"
    expect 1 "$fscomp" -t "$folder/damaged"
    expect 12 "$fscomp" -dc --salvage "$folder/damaged"
  done
}

threads() {
  build threads --sanitize thread
  export TSAN_OPTIONS="exitcode=66 suppressions=$PWD/Tests/thread-sanitizer.supp"
  head -c 60000 "$samples/prose.txt" > "$folder/prose"
  for level in $levels; do round_trip "$folder/prose" "-$level" -T4 --block-size 8K --index lines; done
  round_trip "$folder/prose" --network on -T4 --block-size 4K
  # One model for all, made ready by whoever comes first; more frames than threads.
  "$fscomp" -c -6 --network on -T3 --block-size 8K "$folder/prose" > "$folder/0.fsc"
  for number in 1 2 3 4 5; do cp "$folder/0.fsc" "$folder/$number.fsc"; done
  cat "$folder"/[0-5].fsc > "$folder/frames.fsc"
  expect 0 "$fscomp" -t -T4 "$folder/frames.fsc"
  expect 0 "$fscomp" -t -T4 "$folder"/[0-5].fsc
  expect 0 "$fscomp" grep -T4 -c the "$folder"/[0-5].fsc
  expect 0 "$fscomp" cat -T4 --range 20000+30000 "$folder/0.fsc"
  expect 0 "$fscomp" cat -T4 --lines 100-300 "$folder/0.fsc"
  # A reader that goes away: what is under way is cancelled.
  "$fscomp" -dc -T4 "$folder/frames.fsc" 2> "$folder/err" | head -c 1 > /dev/null || true
  runs=$((runs + 1))
  if grep -q "Sanitizer" "$folder/err"; then
    failures=$((failures + 1))
    tail -n 30 "$folder/err" >&2
  fi
}

memory
[[ -n ${SHORT:-} ]] || threads
echo "$runs runs, $failures failures"
exit $((failures > 0))
