#!/usr/bin/env bash
# Compresses a bundled text, decompresses it, compares, and shows the result beside zstd.
set -euo pipefail

fscomp=$(realpath "${1:?usage: demo.sh FSCOMP}")
text=$(dirname "$0")/../corpora/samples/prose.txt

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cp "$text" "$folder/prose.txt"
cd "$folder"

echo "\$ fscomp compress prose.txt"
"$fscomp" compress -v prose.txt
echo "\$ fscomp decompress -o copy.txt prose.txt.fsc"
"$fscomp" decompress -v -o copy.txt prose.txt.fsc
cmp prose.txt copy.txt
echo "copy.txt is equal to prose.txt"
echo
"$fscomp" bench --peers fscomp,zstd prose.txt
