"""Opens the pages that fscomp writes in a real browser. Arguments: the program."""

import html
import json
import os
import re
import subprocess
import sys
import tempfile

from browser import Browser

failures = 0
checks = 0


def expect(condition, what):
    global failures, checks
    checks += 1
    if not condition:
        failures += 1
        print("failed:", what, file=sys.stderr)


def run(*arguments):
    return subprocess.run([program, *arguments], check=True, capture_output=True, text=True).stdout


def tab_to(browser, selector, most=60):
    """Goes on by keyboard until an element has the focus. Returns whether one has."""
    for _ in range(most):
        if browser.value(f"document.activeElement.matches({json.dumps(selector)})"):
            return True
        browser.press("Tab")
    return False


def check_sum(browser, archive):
    """The page's sum is that of the archive."""
    bits = float(browser.value("document.querySelector('#sum').dataset.bits"))
    payload = int(browser.value("document.querySelector('#sum').dataset.payload"))
    shown = browser.value("document.querySelector('#sum').innerText")
    expect(abs(bits / 8 - payload) <= payload / 1000 + 2, f"{bits / 8} bytes, payload {payload}")
    expect(f"{payload:,} bytes" in shown, "the payload is shown")
    # Headers of frame and blocks, and an index.
    expect(0 < os.path.getsize(archive) - payload < 100, "the archive is the payload and headers")


def check_explanation(browser, page, archive, text):
    browser.open(page)
    expect(browser.errors() == [], f"{page}: {browser.errors()}")
    expect(len(browser.requests()) == 1, f"{page} asks for {browser.requests()[1:]}")
    check_sum(browser, archive)
    shown = browser.value("[...document.querySelectorAll('.heat pre')].map(e => e.textContent).join('')")
    expect(shown == text, f"{page} shows the text")
    expect(browser.value("document.querySelector('.heat script, pre script') === null"), "no markup in text")

    def colored(element):
        return browser.value(
            f"[...document.querySelectorAll('.heat {element}')].some("
            "e => getComputedStyle(e).backgroundColor !== 'rgba(0, 0, 0, 0)')")

    expect(colored("b") and not colored("u"), "characters are coloured")
    expect(tab_to(browser, "#by-character"), "the choice is reached by keyboard")
    browser.press("ArrowRight")
    expect(browser.value("document.querySelector('#by-word').checked"), "an arrow chooses words")
    expect(colored("u") and not colored("b"), "words are coloured")
    browser.press("ArrowRight")
    expect(colored("i") and not colored("u"), "lines are coloured")
    expect(browser.value("document.querySelectorAll('.legend').length") == 3, "three legends")
    expect(
        browser.value("[...document.querySelectorAll('.legend')].filter("
                      "e => getComputedStyle(e).display !== 'none').length") == 1, "one is shown")
    expect(browser.value("document.querySelector('figure svg polyline') !== null"), "a curve")
    check_sorting(browser)
    if browser.value("document.querySelector('.tree details details') !== null"):
        expect(tab_to(browser, ".tree details details summary", 200), "the tree is reached")
        browser.press("Enter")
        expect(browser.value("document.querySelector('.tree details details').open"), "it opens")
    # Nothing is wider than the page.
    expect(browser.value("document.documentElement.scrollWidth <= innerWidth"), "no sideways scrolling")


def check_sorting(browser):
    """A heading sorts, by keyboard, in both directions."""
    head = "table.sortable thead th:nth-child(2)"
    expect(tab_to(browser, f"{head} button", 200), "a heading is reached by keyboard")
    values = ("[...document.activeElement.closest('table').tBodies[0].rows].map("
              "r => parseFloat(r.cells[1].dataset.v ?? r.cells[1].textContent)).filter(v => !isNaN(v))")
    browser.press("Enter")
    first = browser.value(values)
    expect(first == sorted(first), f"sorted: {first}")
    browser.press("Enter")
    second = browser.value(values)
    expect(second == sorted(second, reverse=True), f"sorted downwards: {second}")
    expect(
        browser.value("document.activeElement.closest('th').getAttribute('aria-sort')") == "descending",
        "the heading says so")


def check_without_script(browser, page, text):
    browser.call("Emulation.setScriptExecutionDisabled", value=True)
    browser.open(page)
    root = browser.call("DOM.getDocument", depth=0)["root"]["nodeId"]
    node = browser.call("DOM.querySelector", nodeId=root, selector=".heat pre")["nodeId"]
    markup = browser.call("DOM.getOuterHTML", nodeId=node)["outerHTML"]
    expect(html.unescape(re.sub("<[^>]*>", "", markup)) == text, "the text is there without script")
    head = browser.call("DOM.querySelector", nodeId=root, selector="thead th")["nodeId"]
    expect("<button" not in browser.call("DOM.getOuterHTML", nodeId=head)["outerHTML"],
           "no buttons that do nothing")
    browser.call("Emulation.setScriptExecutionDisabled", value=False)


def main():
    hostile = "<script>document.title = 'taken'</script> & \"quotes\" </pre><b onclick=x>\n"
    log = hostile + "".join(
        f"2026-11-26 10:00:{n} {'INFO' if n % 3 else 'WARN'} worker {n % 7} is done in {n * 37 % 91} ms\n"
        for n in range(400))
    for name, text in [("log", log), ("rows.csv", "name,year\n" + "Ann,1900\nBob,1901\n" * 60)]:
        with open(name, "w") as file:
            file.write(text)
        run("compress", "-1", name)
        run("explain", "-1", "-o", f"{name}.html", name)
        run("explain", "--no-parts", "-o", f"{name}.fsc.html", f"{name}.fsc")
    run("bench", "--peers", "", "-1", "-2", "-3", "--html", "bench.html", "log")
    with Browser() as browser:
        check_explanation(browser, "log.html", "log.fsc", log)
        expect(browser.value("document.title") != "taken", "no script in text runs")
        check_explanation(browser, "log.fsc.html", "log.fsc", log)
        check_explanation(browser, "rows.csv.html", "rows.csv.fsc", open("rows.csv").read())
        browser.open("bench.html")
        expect(browser.errors() == [], f"bench.html: {browser.errors()}")
        expect(len(browser.requests()) == 1, "bench.html asks for nothing")
        expect(browser.value("document.querySelectorAll('figure svg circle').length") == 6, "six marks")
        check_sorting(browser)
        check_without_script(browser, "log.html", log)


if __name__ == "__main__":
    program = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        main()
        os.chdir("/")
    print(f"{checks - failures} passed, {failures} failed")
    sys.exit(1 if failures else 0)
