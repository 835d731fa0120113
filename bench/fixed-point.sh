#!/usr/bin/env bash
# What fixed point loses: the embedded model against the float weights it was made of, over the
# first million bytes of enwik8's test split in 64 lanes. Takes a few minutes.
set -euo pipefail

weights=${1:?usage: fixed-point.sh WEIGHTS.safetensors [FSCOMP]}
top=$(dirname "$0")/..
fscomp=${2:-$top/.build/release/fscomp}

"$top/corpora/fetch.sh" >&2
exec "$fscomp" eval default "$top/corpora/data/enwik8.test" \
  --lanes 64 --bytes 1000000 --float "$weights"
