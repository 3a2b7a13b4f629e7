"""How often words get the right template, and what that costs: beside the library call a user would write.

That call is rapidfuzz's `extractOne` over the same words, which finds the entry that is spelt most like the prompt.
"""

import random
import statistics
import string
import time
from collections import Counter
from collections.abc import Callable, Iterable
from functools import cache

from rapidfuzz.process import extractOne

from models.concept import read
from models.templates import TEMPLATES
from models.words.find import finder
from models.words.lexicon import Drawn, lexicon
from tests.concepts.lists import LISTS, Rows, labelled

RUNS = 5  # of each prompt; the fastest counts, since what is slower is another program's doing
PLAIN_MAX = 60  # prompts for the plain call, which takes a thousand times as long


def plain(prompt: str) -> str:
    """The template of the entry that is spelt most like the prompt."""
    word, _, _ = extractOne(prompt, entries().keys())
    return entries()[word].template


@cache
def entries() -> dict[str, Drawn]:
    """All words, as the plain call wants them."""
    return dict(lexicon().nouns())


def ours(prompt: str) -> str:
    return read(prompt).template


def right(work: Callable[[str], str], rows: Rows) -> float:
    return sum(work(prompt) == expected for prompt, expected in rows) / len(rows)


def seconds_of(work: Callable[[str], object], prompt: str, runs: int = RUNS) -> float:
    took = []
    for _ in range(runs):
        begun = time.perf_counter()
        work(prompt)
        took.append(time.perf_counter() - begun)
    return min(took)


def line(label: str, seconds: Iterable[float]) -> None:
    took = sorted(seconds)
    cells = (statistics.median(took), took[int(0.99 * (len(took) - 1))], took[-1])
    print(f"{label:<34}" + "".join(f"{cell * 1e6:>12,.0f}" for cell in cells))


def confusion(rows: Rows) -> None:
    """Expected down, got across; a list that is all right has a diagonal and nothing else."""
    counts = Counter((expected, ours(prompt)) for prompt, expected in rows)
    print(f"{'expected, got':<14}" + "".join(f"{name[:9]:>10}" for name in TEMPLATES))
    for expected in TEMPLATES:
        print(f"{expected:<14}" + "".join(f"{counts[expected, got] or '.':>10}" for got in TEMPLATES))


def strange(count: int, letters: int, words: int) -> list[str]:
    """Words that nobody knows: each is compared with the lexicon in search of a misspelling."""
    chance = random.Random(1)
    word = lambda: "".join(chance.choices(string.ascii_lowercase, k=letters))  # noqa: E731
    return [" ".join(word() for _ in range(words)) for _ in range(count)]


def load() -> None:
    """In CPU time, so that what else runs on the machine counts less."""
    begun = time.process_time()
    lexicon()
    read_at = time.process_time()
    finder()
    done = time.process_time()
    print(f"load: the words {1e3 * (read_at - begun):.0f} ms, what finds them {1e3 * (done - read_at):.0f} ms of CPU")


def main() -> None:
    load()
    lists = {name: labelled(name) for name in LISTS}
    for name, rows in lists.items():
        print(f"\n{name}: {right(ours, rows):.1%} of {len(rows)} right")
        confusion(rows)
    rows = [row for rows in lists.values() for row in rows]
    some = random.Random(1).sample(rows, PLAIN_MAX)
    print(f"\nof {PLAIN_MAX} of them: read {right(ours, some):.1%}, extractOne {right(plain, some):.1%} right")
    print(f"\n{'µs a concept':<34}{'median':>12}{'p99':>12}{'worst':>12}")
    line("the lists", (seconds_of(read, prompt) for prompt, _ in rows))
    line("unknown words", (seconds_of(read, prompt) for prompt in strange(300, 8, 1)))
    line("200 characters, all unknown", (seconds_of(read, prompt) for prompt in strange(100, 7, 25)))
    line("500 characters, all unknown", (seconds_of(read, prompt) for prompt in strange(100, 7, 62)))
    mine = [seconds_of(read, prompt) for prompt, _ in some]
    line("extractOne over the same words", theirs := [seconds_of(plain, prompt, 1) for prompt, _ in some])
    print(f"extractOne takes {statistics.median(theirs) / statistics.median(mine):,.0f} times as long")


if __name__ == "__main__":
    main()
