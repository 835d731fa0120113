#!/usr/bin/env bash
# Makes a Debian package of installed files, with dpkg-deb alone. dist.sh calls it.
#
#   packaging/deb.sh ROOT OUT MACHINE    ROOT: what is to be below /; it is changed
set -euo pipefail
root=$1
out=$2
machine=$3
cd "$(dirname "$0")/.."

case $machine in
  x86_64) architecture=amd64 ;;
  aarch64) architecture=arm64 ;;
  *) echo "deb.sh: no name for $machine" >&2; exit 1 ;;
esac
version=$(packaging/version.py --debian)-1
maintainer="${DEBFULLNAME:-$(git log -1 --format=%an)} <${DEBEMAIL:-$(git log -1 --format=%ae)}>"
doc=$root/usr/share/doc/fscomp

# Where Debian has them: manual pages compressed, completions for zsh in a folder for packages.
find "$root/usr/share/man" -type f -exec gzip -9n {} +
find "$root/usr/share/man" -type l | while read -r link; do
  ln -s "$(readlink "$link").gz" "$link.gz"
  rm "$link"
done
mv "$root/usr/share/zsh/site-functions" "$root/usr/share/zsh/vendor-completions"
# Shells read completions, nobody runs them.
sed -i "1{/^#!/d}" "$root/usr/share/bash-completion/completions/fscomp"
install -D -m 644 packaging/debian/copyright "$doc/copyright"
install -D -m 644 packaging/debian/lintian-overrides "$root/usr/share/lintian/overrides/fscomp"
gzip -9nc CHANGELOG.md > "$doc/changelog.gz"
gzip -9nc > "$doc/changelog.Debian.gz" <<END
fscomp ($version) unstable; urgency=medium

  * Packaged as it is; changelog.gz says what changed in it.

 -- $maintainer  $(date --utc --rfc-email --date="@$SOURCE_DATE_EPOCH")
END

mkdir "$root/DEBIAN"
(cd "$root" && find usr -type f -print0 | sort -z | xargs -0 md5sum) > "$root/DEBIAN/md5sums"
size=$(du -sk --apparent-size "$root/usr" | cut -f1)
sed -e "s|@VERSION@|$version|" -e "s|@ARCHITECTURE@|$architecture|" -e "s|@SIZE@|$size|" \
  -e "s|@MAINTAINER@|$maintainer|" packaging/debian/control.in > "$root/DEBIAN/control"
find "$root" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +
dpkg-deb --root-owner-group -Zxz --build "$root" "$out/fscomp_${version}_$architecture.deb" >/dev/null
