"""A rule for prompts, as a house may have one."""


def no_swords(prompt: str, verb: str) -> str | None:
    if prompt == "riddle":
        raise ConnectionError("nobody knows")
    return "Weapons are not made here." if "sword" in f"{prompt} {verb}" else None
