"""A visit to a house by browser, and whatever is wrong with it that no assertion of a test looks at."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Error, Request, WebError

AT_HOME = {"blob", "data"}  # made by the page itself
# Of a graphics card that is none, when its picture goes onto the page: Chromium's own affair (tests/chromium.py).
SOFTWARE = "GPU stall due to ReadPixels"


@dataclass
class Visit:
    """One browser context. `wrong` is what the end of the test fails for."""

    context: BrowserContext
    origin: str
    allowed: list[str] = field(default_factory=list)  #: patterns of console messages that the test provokes
    origins: list[str] = field(default_factory=list)  #: where else this visit may ask
    wrong: list[str] = field(default_factory=list)
    log: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.context.on("console", self._said)
        self.context.on("weberror", self._raised)
        self.context.on("request", self._asked)

    def allow(self, *patterns: str) -> None:
        """What the console may say. Chromium writes each answer from 400 on there: allow r"404"."""
        self.allowed += patterns

    def _said(self, message: ConsoleMessage) -> None:
        said = f"console {message.type}: {message.text} ({message.location['url']})"
        self.log.append(said)
        allowed = any(re.search(each, said) for each in (SOFTWARE, *self.allowed))
        if message.type in {"error", "warning"} and not allowed:
            self.wrong.append(said)

    def _raised(self, error: WebError) -> None:
        self.log.append(f"uncaught: {error.error}")
        self.wrong.append(self.log[-1])

    def _asked(self, request: Request) -> None:
        self.log.append(f"{request.method} {request.url}")
        there = urlsplit(request.url)
        if there.scheme not in AT_HOME and f"{there.scheme}://{there.netloc}" not in (self.origin, *self.origins):
            self.wrong.append(f"left the house: {self.log[-1]}")

    def keep(self, folder: Path) -> None:
        """A picture of every tab, its text and the log, for whoever looks into a failure."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "log.txt").write_text("\n".join(self.log))
        for number, page in enumerate(self.context.pages):
            try:
                page.screenshot(path=folder / f"{number}.png", timeout=3000)
                (folder / f"{number}.html").write_text(page.content())
            except Error as error:  # a page that hangs is no reason to lose the log
                (folder / f"{number}.txt").write_text(str(error))
