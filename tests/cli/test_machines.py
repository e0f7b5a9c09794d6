"""Wrong use and odd machines end with one sentence and the documented status, never with a traceback."""

import errno
import fcntl
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import tomllib
from importlib.metadata import packages_distributions
from importlib.util import find_spec
from pathlib import Path

import pytest

from handout.base import faults
from handout.base.paths import ROOT
from handout.cli import main as cli
from handout.preview import app
from handout.workers import cache

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
PYTHON, BUILD = sys.executable, str(ROOT / "build.py")
CONTENT = ["--content", str(ROOT / "tests" / "content")]
# Root may read everything, unless it is taken this right.
CAPABILITIES = "-dac_override,-dac_read_search"
OBEY = ["setpriv", f"--inh-caps={CAPABILITIES}", f"--bounding-set={CAPABILITIES}"] if os.geteuid() == 0 else []
needs_rights = pytest.mark.skipif(bool(OBEY) and not shutil.which("setpriv"), reason="root may read everything")


def run(*words, shell='"$@"', prefix=(), **surroundings):
    """Run a command of the project in a shell's line, where ``"$@"`` stands for it."""
    command = ["bash", "-c", f"set -o pipefail; {shell}", "bash", *prefix, PYTHON, BUILD, *map(str, words)]
    environment = {**os.environ, **surroundings}
    return subprocess.run(command, capture_output=True, env=environment, check=False, timeout=60)


def find_imports(module):
    """Return the project's modules that import a library."""
    pattern = re.compile(rf"^ *(?:import|from) {module}\b", re.MULTILINE)
    return [path for path in sorted((ROOT / "handout").rglob("*.py")) if pattern.search(path.read_text("utf-8"))]


def name_functions(code):
    """Return the first lines of the public functions of a module."""
    return re.findall(r"^def [a-z].*", code, re.MULTILINE)


def expect(done, status, words=""):
    """Check a finished command's status, that it says these words, and that it has no traceback."""
    said = (done.stdout + done.stderr).decode("utf-8", "replace")
    assert (done.returncode, words in said) == (status, True), said
    assert "Traceback" not in said
    assert "Exception ignored" not in said
    return said


@pytest.mark.parametrize(
    "line",
    [
        *(f"build --jobs {number}" for number in ("0", "-1", "x", "257", "1000000000", "9" * 30)),
        *(f"verify-published x --jobs {number}" for number in ("0", "1000000000")),
        *(f"serve --port {number}" for number in ("-1", "x", "65536", "99999", "9" * 30)),
        *(f"build --executor {address}" for address in ("x", "dask://", "dask://x", "tcp://x:1", "dask://x:1y")),
        *(f"{line} {path}" for line in ("check --content", "build --output", "schema --schemas", "verify-published")
          for path in ("LOOP", "FILE/x", "x" * 300)),
    ],
)  # fmt: skip
def test_wrong_values_are_wrong_use(line, tmp_path, capsys):
    """A number out of range, an address or path that no system has: status 2, and the value is named."""
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "file").touch()
    words = line.replace("LOOP", str(tmp_path / "loop")).replace("FILE", str(tmp_path / "file")).split()
    assert cli.main(words) == 2
    assert words[-1] in capsys.readouterr().err


@pytest.mark.parametrize("words", ["check --content", "build --output", "schema --schemas", "verify-published"])
def test_an_empty_path_is_wrong_use(words, tmp_path, monkeypatch, capsys):
    """An unset variable does not mean the working folder."""
    monkeypatch.chdir(tmp_path)
    assert cli.main([*words.split(), ""]) == 2
    assert "it is empty" in capsys.readouterr().err
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("number", "port", "words"),
    [
        (errno.EADDRINUSE, 8000, "is taken; run: python build.py serve --port 8001"),
        (errno.EADDRINUSE, 65535, "is taken; run: python build.py serve --port 8000"),
        (errno.EACCES, 80, "needs an administrator's rights, as all below 1024 do; run: python build.py serve"),
        (errno.EADDRNOTAVAIL, 8000, f"cannot be used: {os.strerror(errno.EADDRNOTAVAIL)}\n"),
    ],
)
def test_a_port_that_cannot_be_had(number, port, words, monkeypatch, capsys):
    """The reason is the system's own, and the port to try instead is one that everybody may have."""

    def refuse(_address):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(app.socket, "create_server", refuse)
    assert cli.main(["serve", "--port", str(port)]) == 3
    assert f"port {port} {words}" in capsys.readouterr().err


@needs_rights
@pytest.mark.parametrize("name", ["steps.yaml", "operators/alpha.yaml", "operators", "languages", "."])
@pytest.mark.parametrize("command", ["check", "build --output OUT", "new-operator new"])
def test_content_that_may_not_be_read(name, command, content_copy, tmp_path):
    """A file or folder of the content without rights is a problem of the content and is named."""
    (content_copy / name).chmod(0o444 if name == "operators" else 0)
    words = command.replace("OUT", str(tmp_path / "output")).split()
    said = expect(run(*words, "--content", content_copy, prefix=OBEY), 1, "cannot be read: Permission denied")
    (content_copy / name).chmod(0o755)
    assert f"{content_copy / name}: error: " in said
    assert re.search(r"\b1 error\b", said)


@needs_rights
@pytest.mark.parametrize(
    "command",
    [
        "build --output DIR/output",
        "facts --worksheet --output DIR/sheets",
        "schema --schemas DIR/schemas",
        "translations --export DIR/po",
        "translations --unmark all",
        "new-operator new",
        "new-language vi",
    ],
)
def test_a_folder_that_may_not_be_written(command, content_copy, tmp_path):
    """Every command that writes says where it may not, and has status 3."""
    (tmp_path / "closed").mkdir()
    closed = [path for path in (tmp_path / "closed", content_copy, *content_copy.rglob("*")) if path.suffix != ".yaml"]
    for path in closed:
        path.chmod(path.stat().st_mode & ~0o222)
    words = command.replace("DIR", str(tmp_path / "closed")).split()
    expect(run(*words, "--content", content_copy, prefix=OBEY), 3, "Permission denied")
    for path in closed:
        path.chmod(0o755)


@pytest.mark.parametrize("number", errno.errorcode, ids=errno.errorcode.get)
def test_what_the_system_refuses_has_a_remedy(number, monkeypatch, capsys):
    """Whatever number a command meets, alone or in several workers, its user learns where, why and what to do."""
    for error in (OSError(number, "reason", "/place"), ExceptionGroup("two", [OSError(number, "reason", "/place")])):

        def fail(error=error, **_):
            raise error

        monkeypatch.setattr(cli.schema, "callback", fail)
        assert cli.main(["schema"]) == 3
        assert capsys.readouterr().err.startswith("build.py: /place: reason. To mend it: ")


def test_no_memory_and_no_library(monkeypatch, capsys):
    """What comes without a number of the system has its sentence too."""
    monkeypatch.setattr(cache.ctypes, "CDLL", lambda _name: (_ for _ in ()).throw(OSError("no")))
    cache.describe_machine.cache_clear()
    assert cli.main(["build", *CONTENT]) == 3
    assert "lacks Pango; remove .venv and run make" in capsys.readouterr().err
    for error in (MemoryError(), OSError("cannot load library 'libx'")):
        assert "To mend it" in str(faults.explain_fault(faults.find_fault(error)))
    assert faults.find_fault(OSError("strange")) is None


@pytest.mark.parametrize("encoding", ["gbk", "ascii", "latin-1", "ascii:strict"])
def test_output_in_any_encoding(encoding, content_copy):
    """A letter that the output's encoding does not have is escaped as JSON does, which programs can read."""
    expect(run("facts", *CONTENT, PYTHONIOENCODING=encoding), 0)
    path = content_copy / "glossary.yaml"
    path.write_text(path.read_text("utf-8") + 'ខ្មែរ: "é😀"\n', "utf-8")
    words = ["check", "--format", "json", "--content", content_copy]
    wide, narrow = (run(*words, PYTHONIOENCODING=name) for name in ("utf-8", encoding))
    expect(narrow, 1)
    assert json.loads(narrow.stdout.decode(encoding.partition(":")[0])) == json.loads(wide.stdout)
    assert "é😀" in wide.stdout.decode("utf-8")


full = pytest.mark.linux("/dev/full, a disk without space")
STREAMS = {
    "a reader that ends at once": '"$@" | true',
    "a reader of one line": '"$@" | head -n 1',
    "no reader of anything": '"$@" 2>&1 | true',
    "closed output": '"$@" >&-',
    "closed messages": '"$@" 2>&-',
    "everything closed": '"$@" <&- >&- 2>&-',
    "messages to a full disk": pytest.param('"$@" 2>/dev/full', marks=full),
}


@pytest.mark.parametrize("shell", STREAMS.values(), ids=STREAMS)
def test_whether_anybody_reads_makes_no_difference(shell, tmp_path):
    """The status is the command's own whatever becomes of its output: wrong content is no success."""
    expect(run("facts", *CONTENT, shell=shell), 0)
    expect(run("check", "--content", tmp_path / "nowhere", shell=shell), 1)
    expect(run("chek", shell=shell), 2)


@full
def test_output_to_a_full_disk():
    """Lost output is no success."""
    expect(run("facts", *CONTENT, shell='"$@" >/dev/full'), 3, "standard output: No space left on device")


@pytest.mark.linux("pipes whose size can be set")
def test_output_to_a_pipe_that_does_not_wait():
    """Some programs give a pipe that refuses what it has no room for: all is written when it has."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    size = fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, 4096)
    command = [PYTHON, BUILD, "translations", "--state", "unreviewed", *CONTENT]
    process = subprocess.Popen(command, stdout=writer, stderr=subprocess.PIPE)
    os.close(writer)
    time.sleep(1)
    with os.fdopen(reader, "rb") as pipe:
        output = pipe.read()
    expect(subprocess.CompletedProcess(command, process.wait(60), b"", process.communicate()[1]), 0)
    assert output == run("translations", "--state", "unreviewed", *CONTENT).stdout
    assert len(output) > size


def test_files_do_not_get_the_number_of_a_closed_stream(tmp_path):
    """What is printed with closed streams goes into no file that the command opens."""
    expect(run("schema", "--schemas", tmp_path, shell='"$@" <&- >&- 2>&-'), 0)
    assert "schema.json" not in (tmp_path / "guide.schema.json").read_text("utf-8")


@pytest.mark.parametrize("shell", ['cd gone; rmdir ../gone; "$@"', 'umask 077; "$@"', 'unset HOME; "$@"'])
@pytest.mark.parametrize(("words", "status"), [(["check", *CONTENT], 0), (["check", "--content", "x"], 1)])
def test_odd_surroundings(shell, words, status, tmp_path, monkeypatch):
    """A deleted working folder, rights for oneself alone or no home change nothing."""
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path)
    expect(run(*words, shell=shell, PYTHONOPTIMIZE="2"), status)


@pytest.mark.linux("a fork server")
@pytest.mark.parametrize("folder", ["/nowhere/" + "x" * 120, "LONG"])
def test_a_temporary_folder_that_workers_cannot_use(folder, tmp_path):
    """A missing one is replaced by the system's; one whose name is too long for a socket is named."""
    long = tmp_path / ("x" * 120)
    long.mkdir()
    script = "import handout.workers.pool as p; p.start_server(); p.start_server()"
    command = [PYTHON, "-c", f"{script}"]
    environment = {**os.environ, "TMPDIR": folder.replace("LONG", str(long))}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, "MachineError: no worker can start" in done.stderr) == (
        (1, True) if folder == "LONG" else (0, False)
    )


@pytest.mark.parametrize("option", ["-S", "-ISs"])
def test_a_python_without_the_libraries(option):
    """Who forgets `.venv` learns it in one sentence."""
    done = subprocess.run([PYTHON, option, BUILD], capture_output=True, check=False, cwd="/")
    expect(done, 3, "run make, then: .venv/bin/python build.py")


@pytest.mark.parametrize("others", ["click", "click filelock yaml", "old click"])
def test_a_python_with_some_of_the_libraries(others, tmp_path):
    """So does who has some of them, or others, in the system's own Python."""
    for name in others.removeprefix("old ").split():
        (tmp_path / name).symlink_to(Path(find_spec(name).origin).parent)
    if others == "old click":
        (tmp_path / "click").unlink()
        (tmp_path / "click.py").write_text("class ParamType: pass\n")
    command = [os.path.realpath(PYTHON), "-S", BUILD, "check"]
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    expect(subprocess.run(command, capture_output=True, check=False, env=environment), 3, "run make, then")


@pytest.mark.parametrize(
    ("module", "words"),
    [
        ("page", "the library page-validation (Checks PDF/UA-1) cannot be imported: No module named 'page'"),
        ("icu4py", "the library icu4py (Khmer word breaks by ICU's dictionary"),
        ("weasyprint", "the library weasyprint (HTML and CSS to tagged PDF"),  # which workers alone import
        ("tinycss2", "the library tinycss2 cannot be imported"),  # brought by another one
        ("ctypes", "Python's own ctypes, which only another Python will have, cannot be imported"),
    ],
)
def test_a_library_that_is_gone(module, words, tmp_path):
    """Whichever process misses it, one sentence names the package, what it is for and the way out; nothing else."""
    (tmp_path / f"{module}.py").write_text(
        f"raise ModuleNotFoundError(\"No module named '{module}'\", name='{module}')"
    )
    said = expect(run("build", *CONTENT, "--output", tmp_path / "out", "--jobs", 2, PYTHONPATH=str(tmp_path)), 3, words)
    assert "remove .venv, run make, then: .venv/bin/python build.py; if that fails, see docs/dependencies.md" in said
    assert re.findall(r"build\.py: .*", said) == said.splitlines()[-1:]
    assert "Error" not in said


def test_each_library_has_its_reason():
    """Whatever the code imports is found in pyproject.toml, though its package may have another name."""
    wanted = {re.split("[<>=]", line)[0] for line in PROJECT["dependencies"]}
    modules = {
        m for m, names in packages_distributions().items() for n in names if n.lower().replace("_", "-") in wanted
    }
    public = [module for module in modules if not module.startswith("_") and find_imports(module)]
    assert len(public) >= 20
    for module in public:
        assert re.search(r" \(.+\)$", faults.describe_library(module)), module


def test_what_is_no_library_is_a_bug():
    """A module of the project's own that is not found keeps its traceback; a library of another version does not."""
    assert faults.find_fault(ImportError("no x", name="handout.x")) is None
    assert faults.find_fault(ImportError("no x")) is None
    assert "page-validation" in str(faults.find_fault(ImportError("cannot import name 'x' from 'page'", name="page")))


@pytest.mark.parametrize(("module", "room"), [("icu4py", "base/icu.py"), ("page", "verify/pdfua.py")])
def test_one_module_knows_each_little_known_library(module, room):
    """What docs/dependencies.md says is to change for another one is all there is to change."""
    owner = ROOT / "handout" / room
    assert find_imports(module) == [owner]
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "dependencies.md").read_text("utf-8"), re.DOTALL)
    assert name_functions(owner.read_text("utf-8")) in map(name_functions, blocks)


@pytest.mark.parametrize(
    "delay", [0.3, 0.5, 0.7, *(pytest.param(d, marks=pytest.mark.long) for d in (0.1, 0.9, 1.5, 3))]
)
def test_ctrl_c_at_any_moment(delay, tmp_path):
    """Ctrl-C, which goes to the workers too, has status 130 and no traceback of any process."""
    command = [PYTHON, BUILD, *CONTENT, "--output", str(tmp_path / "output"), "--jobs", "2"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
    time.sleep(delay)
    os.killpg(process.pid, signal.SIGINT)
    output, errors = process.communicate(timeout=60)
    expect(subprocess.CompletedProcess(command, process.returncode, output, errors), 130)
