#!/usr/bin/env python3
"""Turn HTML pages into plain text: paragraphs wrapped at 76 columns, one blank line between them.

Usage: strip_html.py PAGE... > TEXT

Only what the sample text needs is understood: menus, tables of contents, scripts and styles are
left out, `pre` keeps its lines, list items get a dash, headings stand alone. Each page
begins with its title; a line of stars stands between pages.
"""

from __future__ import annotations

import re
import sys
import textwrap
from html.parser import HTMLParser

WIDTH = 76
RULE = "* * *".center(WIDTH).rstrip()
BLOCKS = frozenset(
    "address article blockquote body br center dd div dl dt h1 h2 h3 h4 h5 h6 hr li ol p pre "
    "section table tr ul".split()
)
VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
HIDDEN_TAGS = frozenset(["head", "script", "style", "svg", "button", "form"])
HIDDEN_CLASSES = frozenset(["nosearch", "fancy_toc", "menu", "searchmenu", "tagline"])


class TextOfPage(HTMLParser):
    """Collects the readable text of one page in `lines`."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = []
        self._words: list[str] = []
        self._bullet = ""
        self._pre = False
        self._in_title = False
        # While something hidden is open: its tag, and how many of that tag are open inside it.
        self._hidden_tag = ""
        self._hidden_depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_title = tag == "title"
        if self._hidden_tag:
            self._hidden_depth += tag == self._hidden_tag
            return
        classes = set((dict(attrs).get("class") or "").split())
        if tag not in VOID and (tag in HIDDEN_TAGS or classes & HIDDEN_CLASSES):
            self._flush()
            self._hidden_tag, self._hidden_depth = tag, 1
        elif tag in BLOCKS:
            self._flush()
            self._pre = tag == "pre"
            if tag in ("li", "dt"):
                self._bullet = "- "
        elif tag in ("td", "th"):
            self._words.append(" ")

    def handle_endtag(self, tag: str) -> None:
        self._in_title = False
        if self._hidden_tag:
            self._hidden_depth -= tag == self._hidden_tag
            if self._hidden_depth == 0:
                self._hidden_tag = ""
        elif tag in BLOCKS:
            self._flush()
            self._pre = False

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.lines += [data.strip().upper(), ""]
        elif not self._hidden_tag:
            self._words.append(data)

    def close(self) -> None:
        super().close()
        self._flush()

    def _flush(self) -> None:
        """Ends the paragraph that is open, if it holds anything but white space."""
        text = "".join(self._words)
        self._words.clear()
        if not text.strip():
            return
        if self._pre:
            self.lines += [line.rstrip() for line in text.strip("\n").expandtabs().split("\n")]
        else:
            indent = " " * len(self._bullet)
            self.lines += textwrap.wrap(
                re.sub(r"\s+", " ", text).strip(), WIDTH,
                initial_indent=self._bullet, subsequent_indent=indent,
                break_long_words=False, break_on_hyphens=False,
            )
        self._bullet = ""
        self.lines.append("")


def main() -> None:
    if len(sys.argv) < 2 or sys.argv[1] in ("-h", "--help"):
        print(__doc__, end="")
        sys.exit(0 if len(sys.argv) > 1 else 2)
    texts = []
    for path in sys.argv[1:]:
        page = TextOfPage()
        with open(path, encoding="utf-8", newline="") as file:
            page.feed(file.read().replace("\r\n", "\n"))
        page.close()
        texts.append("\n".join(page.lines))
    sys.stdout.buffer.write(f"{RULE}\n\n".join(texts).encode())


if __name__ == "__main__":
    main()
