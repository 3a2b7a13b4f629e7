"""A Google in a folder, for the scripts of deploy/: what was made is there; what is not cannot be changed or deleted.

Called as `gcloud` (or `npx`, which it only notes down). Each call is a line of `calls`. `there` holds what there is, a
line each; `late` how many bindings are still refused, because an account is too new; `broken` what nobody may do.
"""

import json
import os
import re
import sys
from pathlib import Path

FOLDER = Path(os.environ["PLAYED"])
THERE, CALLS, LATE, BROKEN, BUILT = (FOLDER / name for name in ("there", "calls", "late", "broken", "built"))
VERBS = ("describe", "create", "update", "delete", "rm", "list", "deploy", "enable", "submit", "add-iam-policy-binding")
NUMBER = "123456789012"


def main() -> int:
    program, words = Path(sys.argv[0]).name, sys.argv[1:]
    with CALLS.open("a") as calls:
        calls.write(json.dumps([program, *words]) + "\n")
    if program == "npx":
        return 0
    if BROKEN.exists() and BROKEN.read_text() in " ".join(words):
        return say("ERROR: (gcloud) PERMISSION_DENIED: not in project 404404404404")
    plain = [word for word in words if not word.startswith("--") and word not in {"alpha", "beta", "http"}]
    verb = next(word for word in plain if word in VERBS)
    kind = " ".join(plain[: plain.index(verb)])
    named = plain[plain.index(verb) + 1 :]
    name = named[0] if named else flag(words, "--database") or flag(words, "--user-labels") or "it"
    if kind == "projects" and verb == "describe":
        return say(NUMBER, to=sys.stdout)
    if verb == "submit":
        BUILT.touch()
    if verb in {"enable", "submit"} or kind == "services identity":
        return 0
    if kind == "artifacts docker images":
        there = BUILT.exists()
        return say(f"{name.partition(':')[0]}@sha256:abc", to=sys.stdout) if there else say("ERROR: image not found")
    kind = {"run": "run services", "storage": "storage buckets"}.get(kind, kind)
    return act(verb, kind, name.removeprefix("gs://").partition("@")[0], words)


def act(verb: str, kind: str, name: str, words: list[str]) -> int:
    there = set(THERE.read_text().splitlines()) if THERE.exists() else set()
    what = f"{kind} {name}"
    if verb == "list":
        wanted = re.search(r'lumen="(.*)"', flag(words, "--filter") or "")
        names = [each.removeprefix(f"{kind} ") for each in sorted(there) if each.startswith(f"{kind} ")]
        return say(*(each for each in names if not wanted or each == f"lumen={wanted[1]}"), to=sys.stdout)
    if verb == "create" and what in there:
        return say(f"ERROR: (gcloud) ALREADY_EXISTS: {what}")
    if verb not in {"create", "deploy"} and what not in there and kind != "projects":
        return say(f"ERROR: (gcloud) NOT_FOUND: {what} does not exist")
    if verb == "add-iam-policy-binding":
        return bound(there, words)
    if verb in {"delete", "rm"}:
        there.discard(what)
    elif verb != "describe":
        there.add(what)
    THERE.write_text("\n".join(sorted(there)))
    return say(name, to=sys.stdout)


def bound(there: set[str], words: list[str]) -> int:
    """An account of ours has to be there; Google's own always are."""
    member = (flag(words, "--member") or "").removeprefix("serviceAccount:")
    ours = f"iam service-accounts {member.partition('@')[0]}"
    if "gcp-sa" not in member and ours not in there:
        return say(f"ERROR: (gcloud) INVALID_ARGUMENT: Service account {member} does not exist.")
    if late := int(LATE.read_text()) if LATE.exists() else 0:
        LATE.write_text(str(late - 1))
        return say(f"ERROR: (gcloud) INVALID_ARGUMENT: Service account {member} does not exist.")
    return 0


def flag(words: list[str], name: str) -> str | None:
    return next((word.partition("=")[2] for word in words if word.startswith(f"{name}=")), None)


def say(*lines: str, to: object = sys.stderr) -> int:
    for line in lines:
        print(line, file=to)
    return 0 if to is sys.stdout else 1


sys.exit(main())
