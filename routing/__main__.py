"""`python -m routing` is the command `routebook`."""

import sys

from routing.cli import main

if __name__ == "__main__":
    sys.exit(main())
