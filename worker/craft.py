"""From the settings of a process to those of the craft, which knows no environment."""

from jobs.settings import Settings
from models.craft import NAMES, Craft


def craft_of(settings: Settings) -> Craft:
    """The same names and values, as the craft takes them."""
    return Craft(**{name: getattr(settings, name) for name in NAMES} | {"weights": str(settings.weights)})
