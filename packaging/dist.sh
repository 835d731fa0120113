#!/usr/bin/env bash
# Makes the packages of a program for Linux: a tarball and a Debian package; and the source's tarball.
#
#   packaging/dist.sh PROGRAM OUT [MACHINE EMULATOR]    PROGRAM: static. MACHINE: x86_64 or aarch64,
#                                                       and what runs its programs (this one, nothing)
#
# The same program and commit make the same packages: times are the commit's, names are sorted, owners
# are 0. The Debian package is maintained by the commit's author, or by $DEBFULLNAME <$DEBEMAIL>.
set -euo pipefail
program=$(realpath "$1")
mkdir -p "$2"
out=$(realpath "$2")
machine=${3:-$(uname -m)}
emulator=${4:-}
cd "$(dirname "$0")/.."

version=$(packaging/version.py)
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
export SOURCE_DATE_EPOCH
umask 022
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# pack FOLDER FILE: FILE.tar.xz of a folder of $work, the same for the same content.
pack() {
  tar -C "$work" --sort=name --format=ustar --owner=0 --group=0 --numeric-owner \
    --mtime="@$SOURCE_DATE_EPOCH" -cf - "$1" | xz -9 --threads=1 > "$out/$2.tar.xz"
}

# place PREFIX DESTDIR: what the packages have in common, as `make install` puts it.
place() {
  make --silent --old-file=static install-program PREFIX="$1" DESTDIR="$2" \
    PROGRAM="$program" EMULATOR="$emulator" COMPLETION="$work/completion"
}

name=fscomp-$version-linux-$machine
place "" "$work/$name"
install -m 644 README.md CHANGELOG.md LICENSE "$work/$name"
pack "$name" "$name"

git archive --prefix="fscomp-$version/" HEAD | xz -9 --threads=1 > "$out/fscomp-$version.tar.xz"

place /usr "$work/debian"
packaging/deb.sh "$work/debian" "$out" "$machine"
