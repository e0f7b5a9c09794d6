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
    reason = "this Python is too old or lacks libraries; run make, then: .venv/bin/python build.py"
    # The system's own Python may have some of the libraries, or other versions of them.
    is_other = "main" not in globals() and (sys.prefix == sys.base_prefix or sys.flags.no_site)
    if sys.version_info >= (3, 11) and not is_other:
        from handout.base.faults import explain_fault, find_fault

        fault = find_fault(error)
        if fault is None:
            raise
        reason = str(explain_fault(fault))
    sys.stderr.write("build.py: " + reason + "\n")
    sys.exit(3)
