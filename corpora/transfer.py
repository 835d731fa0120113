#!/usr/bin/env python3
"""Bring one file: over the network, out of a package index, or out of an archive.

Usage:
  transfer.py get URL FILE                       download URL into FILE
  transfer.py sdist PACKAGE VERSION FILE         download a source package from pip's index
  transfer.py unpack ARCHIVE FILE LIMIT [MEMBER] unpack one file of at most LIMIT bytes

Used by fetch.sh; the standard library only. A download may take FSCOMP_TIMEOUT seconds in all
(600 unless set). On failure: one line on standard error and exit status 1; FILE may be left half
written, so the caller names a temporary one.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import http.client
import json
import lzma
import os
import re
import ssl
import subprocess
import sys
import tarfile
import time
import urllib.error
import urllib.request
import zipfile
import zlib
from html.parser import HTMLParser
from typing import BinaryIO
from urllib.parse import unquote, urldefrag, urljoin, urlsplit, urlunsplit

CHUNK = 1 << 16
# Seconds one connection or one read may hang; a dead host must not use up the whole limit.
STALL = 20


class Failure(Exception):
    """What could not be done, in one line."""


def pip_setting(name: str) -> str | None:
    """A setting of pip, from its environment variable or its configuration files."""
    from_environment = os.environ.get("PIP_" + name.upper().replace("-", "_"))
    if from_environment:
        return from_environment
    for section in ("global", "download"):
        result = subprocess.run(
            [sys.executable, "-m", "pip", "config", "get", f"{section}.{name}"],
            capture_output=True, text=True, check=False)
        if result.returncode == 0:
            return result.stdout.strip()
    return None


def pip_index() -> str:
    """The address of the package index that pip would ask, with a slash at its end."""
    index = pip_setting("index-url")
    if index is None:
        # pip names its own default in its help; COLUMNS keeps it on one line.
        text = subprocess.run(
            [sys.executable, "-m", "pip", "download", "--help"], capture_output=True, text=True,
            check=False, env={**os.environ, "COLUMNS": "1000"}).stdout
        found = re.search(r"--index-url.*?\(default\s+(\S+?)\)", text, re.DOTALL)
        if not found:
            raise Failure("pip is not there, or does not say which package index it uses")
        index = found[1]
    return index.rstrip("/") + "/"


class Network:
    """Opens addresses until a common deadline."""

    def __init__(self, certificates: str | None = None) -> None:
        try:
            self._seconds = float(os.environ.get("FSCOMP_TIMEOUT") or 600)
        except ValueError:
            raise Failure("FSCOMP_TIMEOUT is not a number of seconds") from None
        self._deadline = time.monotonic() + self._seconds
        self._tls = ssl.create_default_context(cafile=certificates)

    def open(self, url: str, accept: str = "*/*", login_for: str | None = None):
        """Opens `url`; the name and password in `login_for`'s address go to that host only."""
        headers = {"Accept": accept, "User-Agent": "fscomp-corpora"}
        parts = urlsplit(url)
        owner = urlsplit(login_for or url)
        if owner.username and owner.hostname == parts.hostname:
            login = f"{unquote(owner.username)}:{unquote(owner.password or '')}".encode()
            headers["Authorization"] = "Basic " + base64.b64encode(login).decode()
        url = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
        if parts.scheme not in ("http", "https"):
            raise Failure(f"not an http address: {url}")
        return urllib.request.urlopen(
            urllib.request.Request(url, headers=headers), context=self._tls,
            timeout=min(STALL, self._seconds))

    def save(self, response, path: str, sha256: str | None = None) -> None:
        """Writes what `response` delivers into `path`, and checks it if its hash is known."""
        digest = hashlib.sha256()
        count = 0
        with response, open(path, "wb") as file:
            while chunk := response.read1(CHUNK):
                if time.monotonic() > self._deadline:
                    raise Failure(f"not finished after {self._seconds:g} seconds")
                digest.update(chunk)
                count += file.write(chunk)
        expected = response.headers.get("Content-Length")
        if expected and int(expected) != count:
            raise Failure(f"the connection broke off after {count} of {expected} bytes")
        if sha256 and digest.hexdigest() != sha256:
            raise Failure("the file's sha256 is not the one its index names")


class Links(HTMLParser):
    """The addresses of a simple index page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a" and (address := dict(attrs).get("href")):
            self.found.append(address)


def source_package(network: Network, index: str, package: str,
                   version: str) -> tuple[str, str | None]:
    """The address of a package's .tar.gz and its sha256, if the index tells it."""
    page_url = f"{index}{package}/"
    accept = "application/vnd.pypi.simple.v1+json, text/html;q=0.5"
    with network.open(page_url, accept) as page:
        kind = page.headers.get_content_type()
        page_url, text = page.url, page.read().decode()
    if kind.endswith("json"):
        links = [(file["url"], file.get("hashes", {}).get("sha256"))
                 for file in json.loads(text)["files"]]
    else:
        parser = Links()
        parser.feed(text)
        links = []
        for address in parser.found:
            address, fragment = urldefrag(address)
            name, _, value = fragment.partition("=")
            links.append((address, value if name == "sha256" else None))
    # Older packages keep the dash in the file's name, newer ones have an underscore.
    names = {f"{spelt}-{version}.tar.gz" for spelt in (package, package.replace("-", "_"))}
    for address, sha256 in links:
        if unquote(urlsplit(address).path).rpartition("/")[2] in names:
            return urljoin(page_url, address), sha256
    raise Failure(f"the package index has no source of {package} {version}")


def copy_at_most(source: BinaryIO, path: str, limit: int) -> None:
    with open(path, "wb") as file:
        while chunk := source.read(CHUNK):
            limit -= file.write(chunk)
            if limit < 0:
                raise Failure("it unpacks to more bytes than it should")


def unpack(archive: str, path: str, limit: int, member: str | None) -> None:
    """Unpacks by the archive's first bytes; `member` names the file in a zip or a .tar.gz."""
    with open(archive, "rb") as file:
        magic = file.read(6)
    if magic.startswith(b"PK"):
        with zipfile.ZipFile(archive) as whole, whole.open(member or whole.namelist()[0]) as file:
            copy_at_most(file, path, limit)
    elif magic == b"\xfd7zXZ\x00":
        with lzma.open(archive) as file:
            copy_at_most(file, path, limit)
    elif magic.startswith(b"\x1f\x8b") and member:
        with tarfile.open(archive, "r:gz") as whole:
            for entry in whole:
                if entry.isfile() and entry.name.endswith("/" + member):
                    packed = path + ".packed"
                    copy_at_most(whole.extractfile(entry), packed, limit)
                    unpack(packed, path, limit, None)
                    os.remove(packed)
                    return
        raise Failure(f"no {member} in it")
    elif magic.startswith(b"\x1f\x8b"):
        with gzip.open(archive) as file:
            copy_at_most(file, path, limit)
    else:
        with open(archive, "rb") as file:
            copy_at_most(file, path, limit)


def run(command: str, arguments: list[str]) -> None:
    if command == "get" and len(arguments) == 2:
        url, path = arguments
        network = Network()
        network.save(network.open(url), path)
    elif command == "sdist" and len(arguments) == 3:
        package, version, path = arguments
        index = pip_index()
        network = Network(certificates=pip_setting("cert"))
        url, sha256 = source_package(network, index, package, version)
        network.save(network.open(url, login_for=index), path, sha256)
    elif command == "unpack" and len(arguments) in (3, 4):
        archive, path, limit = arguments[:3]
        unpack(archive, path, int(limit), arguments[3] if len(arguments) == 4 else None)
    elif command in ("-h", "--help"):
        print(__doc__, end="")
    else:
        print(__doc__, end="", file=sys.stderr)
        sys.exit(2)


def main() -> None:
    try:
        run(sys.argv[1] if len(sys.argv) > 1 else "", sys.argv[2:])
    except urllib.error.URLError as error:
        sys.exit(f"{getattr(error, 'code', '')} {error.reason}".strip())
    # What the standard library raises for a broken connection or a broken archive.
    except (Failure, OSError, EOFError, ValueError, KeyError, http.client.HTTPException,
            lzma.LZMAError, tarfile.TarError, zipfile.BadZipFile, zlib.error) as error:
        sys.exit(str(error) or type(error).__name__)


if __name__ == "__main__":
    main()
