#!/usr/bin/env bash
# Cross-builds the static program for arm64 Linux, tries it under qemu, and makes its packages.
#
#   packaging/arm64.sh OUT    ends with 77 where something is missing, and says what
#
# $ARM64_SDK is the Swift SDK, by its name or triple; without it, swift.org's Static Linux SDK where
# that is installed. The SDK has to have libzstd.a for arm64, too: $ARM64_LIBRARIES is a folder with it.
set -euo pipefail
out=$(realpath "$1")
cd "$(dirname "$0")/.."
swift=${SWIFT:-swift}

skip() {
  echo "arm64: passed over, $1" >&2
  exit 77
}

if [[ $(uname -m) == aarch64 ]]; then exit 0; fi
if [[ -z ${ARM64_SDK:-} ]]; then
  "$swift" sdk list 2>/dev/null | grep -q static-linux ||
    skip "'swift sdk list' has no Static Linux SDK (docs/releasing.md)"
  ARM64_SDK=aarch64-swift-linux-musl
fi
command -v qemu-aarch64 >/dev/null || skip "there is no qemu-aarch64"

build=.build/static-arm64
"$swift" build -c release --product fscomp --scratch-path $build --swift-sdk "$ARM64_SDK" \
  --static-swift-stdlib -Xswiftc -static-executable -Xswiftc -use-ld=lld -Xlinker -s \
  ${ARM64_LIBRARIES:+-Xlinker "-L$ARM64_LIBRARIES"}
program=$build/release/fscomp

text=corpora/samples/prose.txt
for level in 1 6; do
  qemu-aarch64 $program -$level -c $text | qemu-aarch64 $program -d | cmp - $text
done
packaging/dist.sh $program "$out" aarch64 qemu-aarch64
