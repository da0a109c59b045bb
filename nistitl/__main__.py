"""`python -m nistitl`: the command line, where no script `nistitl` is on the path."""

import sys

from nistitl.cli import main

sys.exit(main())
