"""Labelled concepts: what somebody may type, and the template that is right.

concepts.tsv was looked at while the lexicon was made. heldout.tsv was written before it and looked at when all else was
done: 263 of 266 were right then (98.9 %, 2026-11-26). The judged ones are of other people, who had seen neither lists
nor lexicon when they wrote their first; each wrote a second after what the first showed was mended. Their first lines
say how many were right at first look. What a list taught is in the lexicon now, so that first look and no later figure
is what to expect of words nobody thought of: 94.0 % in the last. Judged lists are kept whole, with what they share.
"""

from __future__ import annotations

from pathlib import Path

OURS = ("concepts.tsv", "heldout.tsv")  #: they share no concept
JUDGED = ("judged.tsv", "judged_again.tsv", "judged_by_another.tsv", "judged_at_last.tsv")  #: in order of writing
LISTS = OURS + JUDGED

Rows = list[tuple[str, str]]


def labelled(name: str) -> Rows:
    """Concept and template, without the lines for people."""
    rows = Path(__file__).with_name(name).read_text(encoding="utf-8").splitlines()
    cells = (row.split("\t") for row in rows if not row.startswith("#"))
    return [(prompt, template) for prompt, template in cells]
