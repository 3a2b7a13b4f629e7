"""How much of it: `make test` has minutes for chaos, `make chaos` takes its time."""

import os

LONG = os.environ.get("CHAOS") == "long"
SEED = int(os.environ.get("CHAOS_SEED", "0"))
