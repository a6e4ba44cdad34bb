# /// script
# requires-python = ">=3.11"
# dependencies = ["nox"]
# ///
"""One session per command: `nox -s grade` is `python -m grader grade` with everything it needs installed.

What follows `--` goes to the command: `nox -s grade -- synchronization`. Without nox: `python3 noxfile.py -s grade`.
"""

from __future__ import annotations

import contextlib
import glob
import hashlib
import importlib.util
import logging
import os
import re
import shutil
import signal
import subprocess
import sys
import venv
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

ROOT = Path(__file__).resolve().parent
CANNOT_JUDGE = 3  # the exit code of `python -m grader` for "the grader itself could not judge"


def stop(reason: str) -> NoReturn:
    """Ends this run, which judged nothing."""
    sys.stderr.write(f"{reason}\n")
    sys.exit(CANNOT_JUDGE)


if sys.version_info < (3, 11):  # noqa: UP036 - whoever has an older Python meets this line, not a traceback further on
    stop(f"This needs Python 3.11 or newer, and {sys.executable} is Python {sys.version.split()[0]}.")


def pinned(name: str) -> Path:
    """The file of pinned versions and hashes for one purpose."""
    return ROOT / "requirements" / f"{name}.txt"


def fingerprint(environment: Path, requirements: Path) -> str:
    """What the stamp of an environment says when these requirements are in it, for this Python and this folder."""
    python = (environment / "pyvenv.cfg").read_bytes()
    return hashlib.sha256(b"\0".join([requirements.read_bytes(), python, os.fsencode(ROOT)])).hexdigest()


@contextlib.contextmanager
def stamped(environment: Path, requirements: Path) -> Iterator[None]:
    """Stamps the environment when the block has run to its end; until then its stamp says that it is unfinished."""
    stamp = environment / "installed"
    stamp.write_text("unfinished", encoding="ascii")
    yield
    finished = environment / "installed.new"
    finished.write_text(fingerprint(environment, requirements), encoding="ascii")
    finished.replace(stamp)


def is_stamped(environment: Path, requirements: Path) -> bool:
    """Whether these requirements were installed there, to the end."""
    try:
        return (environment / "installed").read_text(encoding="ascii") == fingerprint(environment, requirements)
    except FileNotFoundError:
        return False


def run_under_own_nox() -> NoReturn:
    """Runs this file again under a nox of its own in `.nox`, installed on first use.

    It needs pip or ensurepip, and neither nox nor the right to install anything for the whole machine: Debian's Python
    may lack ensurepip, and its pip refuses to install outside an environment.
    """
    home = ROOT / ".nox" / "_nox"
    python = str(home / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))
    if Path(sys.prefix) == home:
        stop(f"The nox in {home} doesn't work. Delete that folder and try again.")
    if not is_stamped(home, pinned("nox")):
        with_pip = importlib.util.find_spec("pip") is None
        if with_pip and importlib.util.find_spec("ensurepip") is None:
            stop("This Python has no pip. On Debian and Ubuntu, this brings it: sudo apt install python3-pip")
        sys.stderr.write("No nox here: installing one into .nox, once.\n")
        try:
            venv.create(home, clear=True, symlinks=os.name != "nt", with_pip=with_pip)
            pip = [python, "-m", "pip"] if with_pip else [sys.executable, "-m", "pip", "--python", python]
            with stamped(home, pinned("nox")):
                subprocess.run([*pip, "install", "-qq", "--require-hashes", "-r", pinned("nox")], check=True)
        except subprocess.CalledProcessError as error:
            stop(f"{error}\nNox could not be installed (why: see above), so nothing was done.")
    command = [python, __file__, *sys.argv[1:]]
    if os.name == "nt":  # where exec would leave the terminal at once
        sys.exit(subprocess.call(command))
    os.execv(command[0], command)


try:
    import nox
    from nox.command import CommandFailed
    from nox.virtualenv import VirtualEnv
except ModuleNotFoundError:
    run_under_own_nox()
if not hasattr(nox.options, "download_python"):  # older than 2025.10, as distributions have it
    run_under_own_nox()

if __name__ == "__main__":  # up here because nox loads this file once more, and a session may be defined only once
    os.chdir(ROOT)
    nox.main()

PYTHONS = nox.project.python_versions(nox.project.load_toml(ROOT / "pyproject.toml"))
LOCKS = {  # requirements/NAME.txt: what goes in
    "grade": ["pyproject.toml"],
    "dev": ["pyproject.toml", "--group=dev"],
    "consumers": ["pyproject.toml", "--group=dev", "--group=consumers"],
    "aiohttp313": ["pyproject.toml", "--group=dev", "--group=aiohttp313"],
    "browser": ["pyproject.toml", "--group=dev", "--group=browser"],
    "nox": ["--group=nox"],
    "lock": ["--group=lock"],
}

# What other sessions run: tests that take long and for which no version of Python makes a difference, and those that
# need other people's programs.
ELSEWHERE = [f"--ignore=grader/tests/{folder}" for folder in ("browser", "consumers", "faults")]

# What one version of Python tests for all: commands of the course that wait for real time, or install packages.
ONCE = [
    f"--ignore=grader/tests/{file}"
    for file in ("course/test_fidelity.py", "course/test_mutants.py", "test_noxfile.py", "test_packaging.py")
]

# One test per processor at a time; not where only some tests are wanted, maybe with a debugger.
EVERY_PROCESSOR = ["-p", "xdist.plugin", "-n", "logical", "--dist", "worksteal"]

nox.options.sessions = ["grade"]
nox.options.reuse_venv = "yes"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.download_python = "never"  # a session uses the versions that are there, and says which aren't
nox.options.error_on_missing_interpreters = False


def is_worth_a_line(record: logging.LogRecord) -> bool:
    """Whether a line of nox's own may stand beside the report: not what is as usual, nor what isn't so here."""
    return record.levelno > logging.DEBUG and record.msg not in {
        "uv binary not found.",
        "Missing interpreters will error by default on CI systems.",
    }


if logging.getLogger().level >= logging.DEBUG:  # without --verbose
    logging.getLogger("nox").addFilter(is_worth_a_line)


def pyenv_folders() -> list[str]:
    """The folders of pyenv's Pythons, newest first; its own `python3.12` works only for versions that are selected."""
    versions = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv", "versions")
    # Not Path.glob, which raises where a folder is somebody else's.
    found = [path for python in PYTHONS for path in glob.glob(f"{versions}/{python}.*/bin")]  # noqa: PTH207
    found.sort(key=lambda path: [int(number) for number in re.findall(r"\d+", Path(path).parent.name)], reverse=True)
    return found


os.environ["PATH"] = os.pathsep.join([os.environ.get("PATH", os.defpath), *pyenv_folders()])


class ExitCodes(list[int]):
    """Success codes that hold for any code and keep it: nox would call a student's open task a failed command."""

    def __contains__(self, code: object) -> bool:
        """Notes what the command ended with."""
        if isinstance(code, int):
            self.append(code)
        return True


def prepare(session: nox.Session, name: str) -> None:
    """Installs `requirements/NAME.txt` in the session's environment, unless its stamp says that it is all there.

    An environment that was left half made is made anew, and so is one for another list: it would keep packages that
    nothing asks for any more.
    """
    environment = session.virtualenv
    if not isinstance(environment, VirtualEnv):
        return  # nox --no-venv: the packages are those of whoever says so
    location = Path(environment.location)
    if is_stamped(location, pinned(name)):
        return
    if session.run_install(sys.executable, "--version", external=True, log=False, silent=True) is None:
        return  # nox -R: nothing is to be installed
    if (location / "installed").exists() or not shutil.which("python", path=session.bin):
        environment.reuse_existing = False
        environment.create()
    with stamped(location, pinned(name)):
        # pip compiles what it installs, and uv only when asked to; without, a start may compile it all again.
        session.install("--require-hashes", "-r", str(pinned(name)), env={"UV_COMPILE_BYTECODE": "1"})
        # The library itself is this folder: at the end of the path, where no file of a student's hides a module.
        packages = session.run_install(
            "python", "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", log=False, silent=True
        )
        Path(str(packages).strip(), "grader.pth").write_text(f"{ROOT}\n", encoding="utf-8")


@contextlib.contextmanager
def interruptible() -> Iterator[None]:
    """Ends as interrupted after Ctrl-C, whatever has become of the command.

    Python forgets what a process ended with when Ctrl-C comes just then, and says 0, which would be success.
    """
    interrupts: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:
        interrupts.append(number)
        signal.default_int_handler(number, frame)

    if signal.getsignal(signal.SIGINT) is not signal.default_int_handler:  # as in the background, where it is ignored
        yield
        return
    signal.signal(signal.SIGINT, note)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if interrupts:
        raise KeyboardInterrupt


def hand_over(session: nox.Session, *command: str) -> None:
    """Runs `python -m grader COMMAND` on this terminal; anything but 0 ends nox at once, with the same exit code."""
    try:
        prepare(session, "grade")
    except CommandFailed:
        stop("The packages could not be installed (why: see above), so nothing was judged.")
    # -P: not this folder first on the path, where a student's scratch file `queue.py` would be taken for the library's.
    python = ["python", "-P"] if session.venv_backend != "none" else [sys.executable]
    codes = ExitCodes()
    with interruptible():
        session.run(
            *python,
            "-m",
            "grader",
            *command,
            *session.posargs,
            log=False,
            success_codes=codes,
            stderr=None,  # by default nox sends it to stdout, where a report may be
            interrupt_timeout=5,  # seconds after Ctrl-C to end its workers
            terminate_timeout=2,
        )
    code = codes[-1] if codes else 0
    if code < 0:
        stop(f"python -m grader {' '.join(command)} was ended by signal {-code}.")
    if code:
        sys.exit(code)


@nox.session
def grade(session: nox.Session) -> None:
    """For students: grade your exercises; `-- synchronization` or `-- blocking/http_api` for some of them."""
    hand_over(session, "grade")


@nox.session
def verify(session: nox.Session) -> None:
    """For instructors: certify the course: stubs, solutions, variants and mistakes get the verdicts they should."""
    hand_over(session, "verify")


@nox.session
def gradescope(session: nox.Session) -> None:
    """For instructors: write the zip that Gradescope grades with; `-- blocking` for some of the exercises."""
    hand_over(session, "bundle", "gradescope")


@nox.session
def classroom50(session: nox.Session) -> None:
    """For instructors: write the folder that Classroom 50 grades with; `-- blocking` for some of the exercises."""
    hand_over(session, "bundle", "classroom50")


@nox.session
def determinism(session: nox.Session) -> None:
    """For maintainers: a thousand gradings of the same programs, idle and under load; `-- --times 4` for fewer."""
    hand_over(session, "verify", *([] if "--times" in session.posargs else ["--times", "22"]))


@nox.session
def bench(session: nox.Session) -> None:
    """For maintainers: how long grading takes, and where."""
    hand_over(session, "bench")


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """For maintainers: the grader's own tests, on every Python that is found; `-- -k WORD` for some of them."""
    prepare(session, "dev")
    first = next((python for python in PYTHONS if shutil.which(f"python{python}")), session.python)
    wanted = session.posargs or EVERY_PROCESSOR
    session.run("python", "-m", "pytest", *ELSEWHERE, *([] if session.python == first else ONCE), *wanted)


@nox.session
def faults(session: nox.Session) -> None:
    """For maintainers: what a grading does when its processes are killed, the disk is full and so on."""
    prepare(session, "dev")
    session.run("python", "-m", "pytest", *(session.posargs or ["grader/tests/faults"]))


@nox.session
def attacks(session: nox.Session) -> None:
    """For maintainers: grade submissions that attack the grader; none may gain a point, harm others or stay."""
    prepare(session, "dev")
    session.run("python", "-m", "pytest", "-m", "attack", "grader/tests/attacks", *session.posargs)


@nox.session
def tests_aiohttp313(session: nox.Session) -> None:
    """For maintainers: the same tests with aiohttp 3.13, which the mock of aiohttp treats differently."""
    prepare(session, "aiohttp313")
    session.run("python", "-m", "pytest", *ELSEWHERE, *(session.posargs or EVERY_PROCESSOR))


@nox.session
def browser(session: nox.Session) -> None:
    """For maintainers: the tests of the report's page in this machine's Chromium; skipped where there is none."""
    prepare(session, "browser")
    session.run("python", "-m", "pytest", *(session.posargs or ["grader/tests/browser"]))


@nox.session
def tests_consumers(session: nox.Session) -> None:
    """For maintainers: what other programs make of the reports and of the workflows in `grader/course/handout/`."""
    prepare(session, "consumers")
    session.run("python", "-m", "pytest", *(session.posargs or ["grader/tests/consumers"]))


@nox.session
def tests_under_load(session: nox.Session) -> None:
    """For maintainers: the library's tests twice over, while twice as many busy processes as cores take the machine."""
    prepare(session, "dev")
    parts = [
        str(path) for path in sorted(ROOT.glob("grader/tests/[a-z]*/")) if path.name != "faults"
    ]  # a folder each: simulation, lab and so on
    busy = [sys.executable, "-c", "while True: pass"]
    burners = [subprocess.Popen(busy) for _ in range(2 * (os.cpu_count() or 1))]
    try:
        for _ in range(2):
            session.run("python", "-m", "pytest", *(session.posargs or parts))
    finally:
        for burner in burners:
            burner.kill()
            burner.wait()


@nox.session
def wheel(session: nox.Session) -> None:
    """For maintainers: build the wheel, install it, and grade the solutions with it."""
    prepare(session, "dev")
    folder = Path(session.create_tmp())
    session.run("python", "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder))
    session.install("--force-reinstall", "--no-deps", *map(str, folder.glob("*.whl")))
    session.run("python", "-P", "-m", "grader", "grade", "--submission", "solutions", *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """For maintainers: ruff's rules and format; `-- --fix` mends what it can."""
    prepare(session, "dev")
    session.run("python", "-m", "ruff", "check", *session.posargs)
    session.run("python", "-m", "ruff", "format", *([] if "--fix" in session.posargs else ["--check"]))


@nox.session
def typing(session: nox.Session) -> None:
    """For maintainers: mypy, strict."""
    prepare(session, "dev")
    session.run("python", "-m", "mypy", *session.posargs)


@nox.session
def lock(session: nox.Session) -> None:
    """For maintainers: writes requirements/*.txt from pyproject.toml; `-- --upgrade` takes the newest versions."""
    prepare(session, "lock")
    for name, sources in LOCKS.items():
        session.run(
            *["uv", "pip", "compile", *sources, "--output-file", f"requirements/{name}.txt", "--quiet"],
            *["--universal", "--python-version", "3.11", "--generate-hashes", *session.posargs],
            env={"UV_CUSTOM_COMPILE_COMMAND": "nox -s lock"},  # the header, in place of this machine's command line
        )
