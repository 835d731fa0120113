#!/usr/bin/env bash
# Tries the packages of a release that are for this machine.
#
#   packaging/test.sh FOLDER    FOLDER: what `make dist` has made
#
# The Debian package goes through lintian where there is one, and, for root with debootstrap, into a
# fresh Debian 12, which $CHROOT keeps for the next time.
set -euo pipefail
folder=$(realpath "$1")
cd "$(dirname "$0")/.."
version=$(packaging/version.py)
machine=$(uname -m)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
  echo "packaging: $1" >&2
  exit 1
}
passed_over() { echo "$1: passed over, $2"; }

# The checksums are those of the files, and packing them again gives the same files.
(cd "$folder" && sha256sum --check --quiet SHA256SUMS)
tarball=fscomp-$version-linux-$machine
mkdir "$work/first"
tar -C "$work/first" -xf "$folder/$tarball.tar.xz"
tree=$work/first/$tarball
packaging/dist.sh "$tree/bin/fscomp" "$work/again"
for file in "$work"/again/*; do
  cmp "$file" "$folder/$(basename "$file")" || fail "packing it again makes another $file"
done
echo "reproducible: fine"

# The tarball's program needs nothing that is not in it.
text=corpora/samples/prose.txt
[[ $("$tree/bin/fscomp" --version | head -1) == "fscomp $version" ]] || fail "another version"
"$tree/bin/fscomp" -c "$text" > "$work/text.fsc"
env -i "$tree/bin/fscompcat" "$work/text.fsc" | cmp - "$text"
size=$(stat -c %s "$tree/bin/fscomp")
# 24 MB of them are the model.
[[ $size -le 42000000 ]] || fail "the program has $size bytes, more than 42,000,000"
for name in bin/unfscomp share/man/man1/fscompgrep.1 share/fish/vendor_completions.d/fscomp.fish \
  LICENSE README.md; do
  [[ -s $tree/$name ]] || fail "the tarball has no $name"
done
echo "tarball: fine, the program has $size bytes"

package=$folder/fscomp_$(packaging/version.py --debian)-1_$(dpkg --print-architecture).deb
if command -v lintian >/dev/null; then
  lintian --allow-root --fail-on error "$package"
  echo "lintian: fine"
else
  passed_over lintian "there is none"
fi

# What a Debian without Swift does with the package; and what is left after it was removed.
# The Swift runtime looks for its program below /proc, and ends where that is not mounted.
in_debian() {
  # shellcheck disable=SC2016 # for the inner shell
  unshare --mount sh -c 'mount -t proc proc "$0/proc" && exec chroot "$0" "$@"' "$root" \
    /usr/bin/env -i PATH=/usr/bin:/bin:/usr/sbin:/sbin LC_ALL=C.UTF-8 "$@"
}
files() { (cd "$root" && find bin/ etc lib/ opt root sbin/ srv usr var/lib/dpkg/info | sort); }
if [[ $(id -u) == 0 ]] && command -v debootstrap >/dev/null; then
  root=${CHROOT:-$work/debian}
  [[ -e $root/usr/bin/dpkg ]] || debootstrap --variant=minbase bookworm "$root" >"$work/log" ||
    fail "$(tail -3 "$work/log")"
  files > "$work/before"
  cp "$package" "$root/fscomp.deb"
  cp "$text" "$root/text"
  in_debian dpkg -i /fscomp.deb >"$work/log"
  [[ -z $(in_debian dpkg --verify fscomp) ]] || fail "files are not as they were packed"
  ! in_debian sh -c 'command -v swift' || fail "there is Swift in $root"
  for level in 1 6; do
    in_debian fscomp -q -$level -f /text
    in_debian fscomp -dqc /text.fsc | cmp - "$text"
    in_debian fscompgrep -c the /text.fsc >/dev/null
    in_debian fscomp -tq /text.fsc
  done
  cmp "$root/text.fsc" "$work/text.fsc" || fail "another archive there than here"
  in_debian dpkg --purge fscomp >"$work/log"
  rm "$root/fscomp.deb" "$root/text" "$root/text.fsc"
  files | diff "$work/before" - || fail "removing the package leaves other files than before"
  echo "debian: installed, used and removed"
else
  passed_over debian "that takes root and debootstrap"
fi

wheel=$folder/fscomp-$(packaging/version.py --python)-py3-none-linux_$machine.whl
python3 - "$wheel" <<'END'
import sys
import tempfile
import zipfile

with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(sys.argv[1]) as wheel:
    wheel.extractall(folder)
    sys.path.insert(0, folder)
    import fscomp
    text = b"some text " * 100
    assert fscomp.decompress(fscomp.compress(text)) == text
    assert fscomp.__file__.startswith(folder)
END
echo "wheel: fine"
