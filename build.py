#!/usr/bin/env python3
"""The command: see ``python build.py --help`` and docs/manual.md."""

import sys

try:
    from handout.cli.interrupts import take_interrupts

    if __name__ == "__main__":
        take_interrupts()
    from handout.cli.main import main
    from handout.cli.streams import open_streams

    if __name__ == "__main__":
        open_streams()
        sys.exit(main())
except KeyboardInterrupt:
    sys.exit(130)
except Exception as error:
    # The system's own Python may have some of the libraries, or other versions of them.
    is_other = "main" not in globals() and sys.prefix == sys.base_prefix
    if sys.version_info >= (3, 11) and not is_other:
        if not isinstance(error, ModuleNotFoundError) or (error.name or "handout").startswith("handout"):
            raise
    sys.stderr.write("build.py: this Python is too old or lacks libraries; run make, then: .venv/bin/python build.py\n")
    sys.exit(3)
