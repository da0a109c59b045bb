"""`python -m nistitl.cli`."""

import sys

from nistitl.cli import main

sys.exit(main())
