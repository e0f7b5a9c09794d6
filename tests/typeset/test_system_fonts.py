"""The fonts of the machine have no part in a handout."""

import hashlib
import subprocess
import sys

from handout.base.paths import ROOT


def test_system_fonts_change_nothing(tmp_path):
    """The same bytes come out whether the system offers many fonts or none."""
    empty = tmp_path / "fonts.conf"
    empty.write_text('<?xml version="1.0"?><fontconfig/>')
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import build; sys.exit(build.main(sys.argv[1:]))"
    command = [sys.executable, "-c", code, "--content", str(ROOT / "tests" / "content")]
    command += ["--operator", "alpha", "--languages", "zh-km", "--edition", "standard"]
    hashes = []
    for number, fontconfig in enumerate((None, str(empty))):
        output = tmp_path / str(number)
        environment = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)} | (
            {"FONTCONFIG_FILE": fontconfig} if fontconfig else {}
        )
        subprocess.run([*command, "--output", str(output)], env=environment, check=True, capture_output=True)
        hashes.append(hashlib.sha256((output / "pdf/alpha.zh-km.pdf").read_bytes()).hexdigest())
    assert hashes[0] == hashes[1]
