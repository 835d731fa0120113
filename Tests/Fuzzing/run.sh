#!/usr/bin/env bash
# Builds the fuzzing program with the address sanitizer and runs its targets, each for some time.
#
#   run.sh [TARGET...]
#
# SECONDS_EACH (60) is how long each target runs, KEEP a folder where new inputs are kept. An input that
# breaks something is left in .build/fuzzing/found, and its target fails.
set -euo pipefail
cd "$(dirname "$0")/../.."

seconds=${SECONDS_EACH:-60}
build=.build/fuzzing
found=$build/found
keep=${KEEP:-$build/inputs}
targets=("$@")
((${#targets[@]})) ||
  targets=(decoder salvage index model safetensors transform repeats interface)

FSCOMP_FUZZING=1 "${SWIFT:-swift}" build -c release --scratch-path "$build" --product Fuzzing \
  -Xswiftc -sanitize=fuzzer,address -Xcc -fsanitize=fuzzer-no-link,address >&2

mkdir -p "$found"
python3 Tests/Fuzzing/seeds.py "$build/seeds"
failures=0
for target in "${targets[@]}"; do
  mkdir -p "$keep/$target"
  log=$build/$target.log
  # Archives that are longer are tried too seldom to be of use.
  longest=400
  case $target in
  model) longest=262144 ;;
  index | safetensors | transform | repeats) longest=4096 ;;
  esac
  if "$build/release/Fuzzing" "$target" -max_total_time="$seconds" -max_len="$longest" -timeout=25 \
    -rss_limit_mb=2048 -print_final_stats=1 -artifact_prefix="$found/$target-" \
    "$keep/$target" "$build/seeds/$target" > "$log" 2>&1; then
    verdict="nothing found"
  else
    verdict="FOUND SOMETHING: $log"
    failures=$((failures + 1))
  fi
  tried=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
  echo "$target: ${tried:-?} inputs tried in $seconds s: $verdict"
done
exit $((failures > 0))
