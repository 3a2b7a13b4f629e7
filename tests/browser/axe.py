"""axe-core: what somebody who does not see or point would stumble over."""

from functools import cache
from typing import Any

from playwright.sync_api import Page

from tests.house import ROOT

SOURCE = ROOT / "web" / "page" / "node_modules" / "axe-core" / "axe.min.js"
RUN = "async (options) => (await axe.run(document, options)).violations"
NO_MOTION = "for (const each of document.getAnimations()) { try { each.finish() } catch { each.cancel() } }"


@cache
def _source() -> str:
    return SOURCE.read_text(encoding="utf-8")


def findings(page: Page, *rules: str) -> list[str]:
    """One line for each element that breaks a rule; `rules`: only these. What fades in has faded in by then."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(f"() => {{ {_source()} }}")
    page.evaluate(NO_MOTION)
    options: dict[str, Any] = {"resultTypes": ["violations"]}
    if rules:
        options["runOnly"] = {"type": "rule", "values": rules}
    return [told(found, node) for found in page.evaluate(RUN, options) for node in found["nodes"]]


def told(found: dict[str, Any], node: dict[str, Any]) -> str:
    why = node["failureSummary"].splitlines()[-1].strip()
    return f"{found['impact']} {found['id']}: {node['html'][:120]} ({why[:200]})"
