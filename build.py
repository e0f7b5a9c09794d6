#!/usr/bin/env python3
"""The command: see ``python build.py --help`` and docs/manual.md."""

import sys

from handout.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
