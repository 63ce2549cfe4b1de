"""`python -m benchmarks`: apart from what is measured, so that new processes can import that."""

import sys

from benchmarks.measure import main

if __name__ == "__main__":
    sys.exit(main())
