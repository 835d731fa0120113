#!/usr/bin/env bash
# Compresses a bundled text, decompresses it, compares, and shows the result beside zstd.
set -euo pipefail

fscomp=${1:?usage: demo.sh FSCOMP}
text=$(dirname "$0")/../corpora/samples/prose.txt

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cp "$text" "$folder/prose.txt"

echo "\$ fscomp compress prose.txt"
"$fscomp" compress -v "$folder/prose.txt"
echo "\$ fscomp decompress -o copy.txt prose.txt.fsc"
"$fscomp" decompress -v -o "$folder/copy.txt" "$folder/prose.txt.fsc"
cmp "$folder/prose.txt" "$folder/copy.txt"
echo "copy.txt is equal to prose.txt"
echo
"$fscomp" bench --peers fscomp,zstd "$folder/prose.txt"
