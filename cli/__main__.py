"""`python -m cli` is `lumen`."""

from cli.main import main

main()
