"""Run by `make image-dry`."""

import sys

from deploy.dry.build import main

sys.exit(main(sys.argv[1:]))
