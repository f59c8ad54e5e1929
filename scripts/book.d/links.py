"""Looks whether each link of a book leads to a file of it, and to a heading that is there. Takes the book's folder."""

import html.parser
import pathlib
import sys
import urllib.parse


class Page(html.parser.HTMLParser):
    def __init__(self, path: pathlib.Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: set[str] = set()
        self.feed(path.read_text())

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        for name, value in attributes:
            if name == "id" and value:
                self.ids.add(value)
            if (tag, name) in {("a", "href"), ("img", "src")} and value:
                self.links.append(value)


def dead(folder: pathlib.Path) -> list[str]:
    # print.html repeats all the pages, with the links of each.
    pages = {path: Page(path) for path in folder.rglob("*.html") if path.name not in {"print.html", "404.html"}}
    found = []
    for path, page in pages.items():
        for link in page.links:
            parts = urllib.parse.urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            file = (path.parent / urllib.parse.unquote(parts.path)).resolve() if parts.path else path
            there = file.is_file() and (not parts.fragment or file not in pages or known(parts.fragment, pages[file]))
            if not there:
                found.append(f"{path.relative_to(folder)}: {link}")
    return found


def known(fragment: str, page: Page) -> bool:
    return urllib.parse.unquote(fragment) in page.ids


problems = dead(pathlib.Path(sys.argv[1]).resolve())
print("\n".join(problems), file=sys.stderr)
sys.exit(1 if problems else 0)
