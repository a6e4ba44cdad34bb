"""What a student meets around the grading: the first start, the warm start, the exit code, Ctrl-C, no nox at all.

The real nox runs the real noxfile in a folder with nothing to install and a grader that does as it is told.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import signal
import subprocess
import sys
import sysconfig
import tomllib
import venv
from pathlib import Path
from typing import TYPE_CHECKING

import nox.registry
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

ROOT = Path(__file__).parents[2]
GRADER = """
import os, queue, signal, sys

signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
print("graded:", *sys.argv[1:], flush=True)
print("a remark", file=sys.stderr)
if "wait" in sys.argv:
    signal.sigwait([signal.SIGINT])
    print("tidied up", file=sys.stderr)
if "die" in sys.argv:
    os.kill(os.getpid(), signal.SIGKILL)
sys.exit(int(sys.argv[-1]) if sys.argv[-1].isdigit() else 0)
"""


@pytest.fixture(scope="module")
def noxfile() -> Iterator[ModuleType]:
    """The noxfile as a module; the search path, which it lengthens, is put back."""
    spec = importlib.util.spec_from_file_location("noxfile_under_test", ROOT / "noxfile.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", os.environ["PATH"])
        nox.registry.reset()
        spec.loader.exec_module(module)
        yield module


def lay_out(folder: Path) -> Path:
    """Puts the noxfile, lists of nothing to install, and the grader that does as it is told, in a folder."""
    for name in ("noxfile.py", "pyproject.toml"):
        shutil.copy(ROOT / name, folder)
    (folder / "requirements").mkdir()
    for path in (ROOT / "requirements").glob("*.txt"):
        (folder / "requirements" / path.name).write_text("# nothing\n", encoding="ascii")
    (folder / "grader").mkdir()
    (folder / "grader" / "__main__.py").write_text(GRADER, encoding="utf-8")
    return folder


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A folder in which nox has never run."""
    return lay_out(tmp_path.resolve())


@pytest.fixture(scope="module")
def used_course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which nox has graded before; for tests that leave it as it is."""
    folder = lay_out(tmp_path_factory.mktemp("used").resolve())
    assert run(folder).returncode == 0
    return folder


def environment() -> dict[str, str]:
    """This process's environment without what steers nox, Python or colour, and with one maker of environments."""
    steering = re.compile(r"NOX|PYTHON(?!DONTWRITE)|PYTEST|FORCE_COLOR|VIRTUAL_ENV|UV_")
    kept = {name: value for name, value in os.environ.items() if not steering.match(name)}
    return kept | {"NOX_DEFAULT_VENV_BACKEND": "virtualenv"}


def run(course: Path, *arguments: str, start: tuple[str, ...] = ("-m", "nox")) -> subprocess.CompletedProcess[str]:
    """Runs nox in the course's folder."""
    command = [sys.executable, *start, *arguments]
    return subprocess.run(
        command, cwd=course, env=environment(), stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )


def test_grading_is_what_nox_does_by_default(course: Path) -> None:
    """`nox` alone installs what grading needs, grades, and keeps its own lines off the report's stream."""
    first = run(course)
    assert (first.returncode, first.stdout) == (0, "graded: grade\n")
    assert "pip install --require-hashes" in first.stderr
    assert "a remark\n" in first.stderr


def test_a_warm_start_installs_nothing(used_course: Path) -> None:
    """When nothing has changed, the second start makes and installs nothing, and says next to nothing."""
    stamp = used_course / ".nox" / "grade" / "installed"
    made = stamp.stat().st_mtime_ns
    second = run(used_course)
    first_line, remark, last_line = second.stderr.splitlines()
    assert (first_line, remark) == ("nox > Running session grade", "a remark")
    assert last_line.startswith("nox > Session grade was successful")
    assert stamp.stat().st_mtime_ns == made


@pytest.mark.parametrize("code", [0, 1, 2, 3])
def test_nox_ends_with_the_graders_exit_code(used_course: Path, code: int) -> None:
    """`nox -s grade` ends as `python -m grader grade` does, and calls no student's open task a failed command."""
    done = run(used_course, "-s", "grade", "--", "blocking", str(code))
    assert done.returncode == code
    assert done.stdout == f"graded: grade blocking {code}\n"
    assert "failed" not in done.stderr


def test_a_grader_that_was_killed_judged_nothing(used_course: Path) -> None:
    """If a signal ends the grader, the exit code is that of a grader that could not judge."""
    done = run(used_course, "-s", "grade", "--", "die")
    assert done.returncode == 3
    assert done.stderr.endswith("python -m grader grade was ended by signal 9.\n")


def test_packages_that_cannot_be_installed_are_no_ones_failure(course: Path) -> None:
    """When an installation fails, the exit code says that nothing was judged, and the next start tries again."""
    requirements = course / "requirements" / "grade.txt"
    requirements.write_text("./no-such-package\n", encoding="ascii")
    for _ in range(2):
        done = run(course)
        assert (done.returncode, done.stdout) == (3, "")
        assert done.stderr.endswith("so nothing was judged.\n")
    requirements.write_text("# nothing\n", encoding="ascii")
    assert run(course).returncode == 0


def test_a_changed_list_makes_the_environment_anew(course: Path) -> None:
    """When the pinned packages change, nothing of the old environment is left."""
    run(course)
    leftover = course / ".nox" / "grade" / "leftover"
    leftover.touch()
    run(course)
    assert leftover.exists()
    (course / "requirements" / "grade.txt").write_text("# nothing, said otherwise\n", encoding="ascii")
    run(course)
    assert not leftover.exists()


def test_a_moved_folder_does_not_grade_with_the_old_one(course: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A copy of the course, environments and all, runs the grader of the copy."""
    run(course)
    copy = tmp_path_factory.mktemp("copy").resolve() / "course"
    shutil.copytree(course, copy, symlinks=True)
    (course / "grader" / "__main__.py").write_text("print('the old one')", encoding="utf-8")
    assert run(copy).stdout == "graded: grade\n"


def test_nox_without_installing_leaves_an_environment_as_it_is(course: Path) -> None:
    """`nox -R` installs nothing, and doesn't pretend that it did."""
    run(course)
    (course / "requirements" / "grade.txt").write_text("./no-such-package\n", encoding="ascii")
    assert run(course, "-R").returncode == 0
    assert run(course).returncode == 3


def test_a_scratch_file_hides_no_module(course: Path) -> None:
    """A student's `queue.py` beside the noxfile isn't taken for the library's."""
    (course / "queue.py").write_text("raise SystemExit('the wrong queue')", encoding="utf-8")
    assert run(course).stdout == "graded: grade\n"


@pytest.fixture
def ctrl_c_works() -> Iterator[None]:
    """Undoes a Ctrl-C that was switched off where the tests were started: what they start would inherit it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("ctrl_c_works")
@pytest.mark.parametrize("code", [0, 1])
def test_ctrl_c_ends_the_grader_and_waits_for_it(used_course: Path, code: int) -> None:
    """Ctrl-C reaches the grader, which gets the time to tidy up, and nox ends as interrupted.

    It does so even with 0 of the grader's, which is what nox hears of it when it ends at the wrong moment.
    """
    command = [sys.executable, "-m", "nox", "-s", "grade", "--", "wait", str(code)]
    with subprocess.Popen(
        command,
        cwd=used_course,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,  # as on a terminal, Ctrl-C goes to nox and to what it runs, and to no one else
    ) as started:
        assert started.stdout is not None
        assert started.stdout.readline() == f"graded: grade wait {code}\n"
        os.killpg(started.pid, signal.SIGINT)
        _, remarks = started.communicate()
    assert started.returncode == 130
    assert "tidied up\n" in remarks


@pytest.mark.parametrize("start", [("noxfile.py",), ("-m", "nox", "-f", "noxfile.py")])
def test_the_noxfile_runs_as_a_script(used_course: Path, start: tuple[str, ...]) -> None:
    """`python3 noxfile.py` is nox: same sessions, same exit codes, and no environment for the script itself."""
    done = run(used_course, "-s", "grade", "--", "2", start=start)
    assert (done.returncode, done.stdout) == (2, "graded: grade 2\n")
    assert {path.name for path in (used_course / ".nox").iterdir() if path.is_dir()} == {"grade"}


def test_without_nox_the_noxfile_brings_its_own(
    course: Path, noxfile: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a Python that has no nox, `python3 noxfile.py` goes on under the nox in `.nox`."""
    monkeypatch.setattr(noxfile, "ROOT", course)
    home = course / ".nox" / "_nox"
    for folder in (home, course / "bare"):
        venv.create(folder, symlinks=True)
    with noxfile.stamped(home, noxfile.pinned("nox")):
        inside = sysconfig.get_path("purelib", "venv", {"base": str(home)})
        Path(inside, "nox.pth").write_text(str(Path(nox.__file__).parents[1]), encoding="utf-8")
    command = [str(course / "bare" / "bin" / "python"), "noxfile.py", "-s", "grade", "--", "1"]
    done = subprocess.run(command, cwd=course, env=environment(), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "graded: grade 1\n"), done.stderr


def test_an_interrupted_installation_leaves_no_valid_stamp(
    noxfile: ModuleType, course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An environment counts as installed only once the installation has run to its end."""
    monkeypatch.setattr(noxfile, "ROOT", course)
    requirements = noxfile.pinned("grade")
    (course / "pyvenv.cfg").write_text("version = 3.11", encoding="ascii")
    assert not noxfile.is_stamped(course, requirements)
    with noxfile.stamped(course, requirements):
        assert not noxfile.is_stamped(course, requirements)
    assert noxfile.is_stamped(course, requirements)
    with pytest.raises(KeyboardInterrupt), noxfile.stamped(course, requirements):
        raise KeyboardInterrupt
    assert not noxfile.is_stamped(course, requirements)


def test_a_stamp_holds_for_one_list_one_python_and_one_folder(
    noxfile: ModuleType, course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another list of packages, another Python or another place each make the stamp invalid."""
    monkeypatch.setattr(noxfile, "ROOT", course)
    requirements = noxfile.pinned("grade")
    python = course / "pyvenv.cfg"
    python.write_text("version = 3.11", encoding="ascii")
    before = noxfile.fingerprint(course, requirements)
    requirements.write_text("# other\n", encoding="ascii")
    other_list = noxfile.fingerprint(course, requirements)
    python.write_text("version = 3.12", encoding="ascii")
    other_python = noxfile.fingerprint(course, requirements)
    monkeypatch.setattr(noxfile, "ROOT", course / "elsewhere")
    other_folder = noxfile.fingerprint(course, requirements)
    assert len({before, other_list, other_python, other_folder}) == 4


def test_pyenvs_pythons_are_found_newest_first(
    noxfile: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every Python of pyenv's that the tests may run on is found, also where none is selected."""
    for version in ("3.10.2", "3.11.9", "3.11.10", "3.13.0"):
        (tmp_path / "versions" / version / "bin").mkdir(parents=True)
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    found = [Path(folder).parent.name for folder in noxfile.pyenv_folders()]
    assert found == ["3.13.0", "3.11.10", "3.11.9"]


def test_every_session_says_whom_it_is_for(noxfile: ModuleType) -> None:
    """Each session's docstring is one line that begins with its reader, as `nox -l` shows it."""
    for name, session in nox.registry.get().items():
        assert re.fullmatch(r"For (students|instructors|maintainers): [^\n]+\.", session.__doc__ or ""), name


def test_tests_run_on_the_versions_that_are_promised(noxfile: ModuleType) -> None:
    """The classifiers, the session and the workflow name the same versions of Python."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    promised = re.findall(r"Python :: (3\.\d+)", "\n".join(project["classifiers"]))
    workflow = (ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")
    matrix = re.findall(r"^ +python: \[(.*)\]$", workflow, flags=re.MULTILINE)
    assert promised == noxfile.PYTHONS
    assert [version.strip('" ') for version in matrix[0].split(",")] == promised


def test_the_pages_name_only_sessions_that_exist(noxfile: ModuleType) -> None:
    """What README.md, CONTRIBUTING.md and the workflow tell to run is there."""
    sessions = set(nox.registry.get())
    for name in ("README.md", "CONTRIBUTING.md", "docs/dependencies.md", ".ci/run"):
        text = (ROOT / name).read_text(encoding="utf-8")
        told = set(re.findall(r"(?:nox|noxfile\.py) -s (\w+)|^ *session (\w+)", text, re.MULTILINE))
        told = {session or own for session, own in told}
        assert told
        assert told <= sessions
