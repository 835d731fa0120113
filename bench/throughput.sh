#!/usr/bin/env bash
# How fast whole files go through the program: each kernel table, on one thread and on all.
#
#   throughput.sh [FILE] [RUNS]        default: enwik8's last 5 MB, 5 runs
#
# Prints the median speed in KB/s (10^3 bytes), with the slowest and the fastest run.
set -euo pipefail

top=$(cd "$(dirname "$0")/.." && pwd)
fscomp=${FSCOMP:-$top/.build/release/fscomp}
runs=${2:-5}
if [ $# -gt 0 ]; then
  file=$1
else
  "$top/corpora/fetch.sh" >&2
  file=$top/corpora/data/enwik8.test
fi
size=$(stat -c %s "$file")
tables=${FSCOMP_KERNELS:-$("$fscomp" --version -v | sed -n 's/^kernels:.*(of scalar, portable, \(.*\))$/\1/p' | tr -d ,)}
cores=$(nproc)

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# speeds COMMAND...: runs it `runs` times and prints "MEDIAN (SLOWEST to FASTEST)" in KB/s.
speeds() {
  for _ in $(seq "$runs"); do
    start=$(date +%s%N)
    "$@"
    end=$(date +%s%N)
    echo $((size * 1000000 / (end - start)))
  done | sort -n | awk '{ v[NR] = $1 } END { printf "%d (%d to %d)", v[int((NR + 1) / 2)], v[1], v[NR] }'
}

printf '%-12s %7s  %-24s %-24s %s\n' kernels threads compress decompress 'peak MB'
for kernels in $tables; do
  export FSCOMP_KERNELS=$kernels
  for threads in 1 $([ "$cores" -gt 1 ] && echo "$cores"); do
    compress=$(speeds "$fscomp" compress -q -f -T "$threads" -o "$folder/archive" "$file")
    decompress=$(speeds "$fscomp" decompress -q -f -T "$threads" -o "$folder/plain" "$folder/archive")
    cmp "$file" "$folder/plain"
    peak=$(awk '{ print int($1 / 1000 + 0.5) }' <<< "$(
      python3 - "$fscomp" "$threads" "$file" <<'PY'
import resource, subprocess, sys
program, threads, file = sys.argv[1:]
subprocess.run([program, "compress", "-q", "-c", "-T", threads, file], stdout=subprocess.DEVNULL, check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1.024)
PY
    )")
    printf '%-12s %7s  %-24s %-24s %s\n' "$kernels" "$threads" "$compress" "$decompress" "$peak"
  done
done
