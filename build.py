#!/usr/bin/env python3
"""The command: see ``python build.py --help`` and docs/manual.md."""

import sys

try:
    from handout.cli.main import main
    from handout.cli.streams import open_streams
except KeyboardInterrupt:
    sys.exit(130)
except Exception as error:
    if sys.version_info >= (3, 11) and not isinstance(error, ModuleNotFoundError):
        raise
    sys.stderr.write("build.py: this Python is too old or lacks libraries; run make, then: .venv/bin/python build.py\n")
    sys.exit(3)

if __name__ == "__main__":
    open_streams()
    sys.exit(main())
