"""A world in which one attack after another is graded, and everything that it could have changed there."""

from __future__ import annotations

import hashlib
import io
import os
import resource
import shutil
import signal
import stat
import sys
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.grading import Grading, Limits, Report, Session, WorkerPlayer, grade, judge
from grader.lab.exercises import Course
from grader.lab.playing import Submission
from grader.lab.proc import children
from grader.report import Screen, TerminalReport, to_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.tests.attacks.corpus import Attack

ROOT = Path(__file__).parents[3]
HONEST = "asynchronous/fundamentals"
"""Graded together with every attack; it must have the verdicts that it has alone."""

SECRET = "hunter2-of-the-judge"  # noqa: S105 - it opens nothing
OUTSIDE = tuple(map(Path, ("/tmp", "/var/tmp", "/dev/shm")))  # noqa: S108 - where anybody may write
_KEYS = {str(0x67726164 + number) for number in range(3)}
PLANT = "grader-attack"
"""What the names of files begin with that attacks leave in these folders."""

# A program that runs for ever costs these, so they are short; an honest one needs a hundredth of them.
LIMITS = Limits(call=2.0, cpu=0.5, suite=2.0)


@dataclass(frozen=True)
class Aftermath:
    """What came of one attack.

    Attributes:
        report: the report.
        terminal: the same as a student sees it.
        json: the same as programs read it.
        processes: those that are still there.
        files: those that were made, changed or removed.
        planted: those that were left where anybody may write.
        settings: those of the judge's process that are not as before.
    """

    report: Report
    terminal: str
    json: str
    processes: list[str]
    files: list[str]
    planted: list[str]
    settings: list[str]

    @property
    def told(self) -> str:
        """All that the student is told."""
        return "\n".join(check.message for exercise in self.report.exercises for check in exercise.checks)


class World:
    """A course with its solutions, a home, a folder for temporary files and one for reports."""

    def __init__(self, root: Path) -> None:
        """Lay everything out."""
        self._root = root
        self.course = Course(root / "course")
        self._tree = root / "submission"
        self._scratch = root / "scratch"
        for name in ("home", "out", "scratch", "submission"):
            (root / name).mkdir()
        for name in ("tests", "solutions", "exercises"):
            shutil.copytree(
                ROOT / name, self.course.root / name, ignore=shutil.ignore_patterns("__pycache__", "variants", "mistakes")
            )
        (self.course.root / ".git").mkdir()
        (self.course.root / ".git" / "HEAD").write_text("ref: refs/heads/main\n", encoding="ascii")
        (root / "home" / ".netrc").write_text(f"machine judge password {SECRET}\n", encoding="ascii")
        (root / "home" / "summary").touch()
        self._marker = f"{root}/marker"

    def grade_alone(self) -> Report:
        """Grade the honest exercise alone."""
        target = self._tree / f"{HONEST}.py"
        target.parent.mkdir()
        shutil.copy(self.course.solutions_tree / f"{HONEST}.py", target)
        return self._grade([HONEST])

    def grade(self, attack: Attack) -> Aftermath:
        """Grade an attack together with the honest exercise, and look at everything."""
        target = self._tree / f"{attack.exercise}.py"
        target.parent.mkdir(exist_ok=True)
        if attack.planted.is_dir():
            shutil.copytree(attack.planted, self._tree, dirs_exist_ok=True)
        shutil.copyfile(attack.file, target)
        already = set(children())
        files, settings, outside = self._files(), _settings(), _outside()
        try:
            report = self._grade([attack.exercise, HONEST])
            return Aftermath(
                report=report,
                terminal=_printed(report),
                json=to_json(report),
                processes=[*map(str, set(children()) - already), *_marked(self._marker)],
                files=sorted(name for name, _ in files.items() ^ self._files().items()),
                planted=sorted(_outside() - outside),
                settings=[name for name, value in _settings().items() if value != settings[name]],
            )
        finally:
            self._clear()

    def judge_together(self, attacks: list[Attack]) -> tuple[dict[str, int], list[str]]:
        """Judge attacks of one exercise and its solution in one session; return points by label, and faults."""
        (exercise,) = self.course.select([attacks[0].exercise])
        submissions = [Submission(exercise, attack.file, attack.name) for attack in attacks]
        submissions.append(Submission(exercise, self.course.solutions_tree / exercise.file, "honest"))
        with self._environment():
            judged = judge(Session(self.course, {exercise: submissions}, 1, WorkerPlayer(LIMITS)))
        points = dict.fromkeys((submission.label for submission in submissions), 0)
        for item in judged.judgements:
            points[item.play.submission.label] += item.play.check.points if item.verdict == "pass" else 0
        for path in _planted():
            path.unlink(missing_ok=True)
        return points, judged.faults

    def _grade(self, exercises: list[str]) -> Report:
        with self._environment():
            return grade(
                Grading(
                    course=self.course,
                    exercises=self.course.select(exercises),
                    tree=self._tree,
                    seed=1,
                    limits=LIMITS,
                    flags=True,
                )
            )

    @contextmanager
    def _environment(self) -> Iterator[None]:
        """Let the judge have a home, secrets, and a mark that each process below it inherits when it begins.

        It keeps no compiled suites: they would be files that were not there before.
        """
        before, writes_nothing = dict(os.environ), sys.dont_write_bytecode
        sys.dont_write_bytecode = True
        home = self._root / "home"
        os.environ.update(
            HOME=str(home),
            TMPDIR=str(self._scratch),
            LD_LIBRARY_PATH=":".join(filter(None, [os.environ.get("LD_LIBRARY_PATH"), self._marker])),
            GITHUB_TOKEN=SECRET,
            GITHUB_OUTPUT=str(home / "summary"),
            GITHUB_STEP_SUMMARY=str(home / "summary"),
        )
        try:
            yield
        finally:
            sys.dont_write_bytecode = writes_nothing
            os.environ.clear()
            os.environ.update(before)

    def _files(self) -> dict[str, tuple[object, ...]]:
        return {str(path.relative_to(self._root)): _fingerprint(path) for path in self._root.rglob("*")}

    def _clear(self) -> None:
        """Make all as it was for the next one."""
        for path in self._tree.iterdir():
            if path.name != HONEST.partition("/")[0]:
                shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
        shutil.copy(self.course.solutions_tree / f"{HONEST}.py", self._tree / f"{HONEST}.py")
        for path in _planted():
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)


def _outside() -> set[str]:
    return {*map(str, _planted()), *_shared()}


def _planted() -> list[Path]:
    return [path for folder in OUTSIDE if folder.is_dir() for path in folder.glob(f"{PLANT}*")]


def _shared() -> list[str]:
    """Return the memory, semaphores and queues that have the keys of an attack."""
    found = []
    for table in Path("/proc/sysvipc").glob("*"):
        found += [f"{table.name} {line}" for line in table.read_text().splitlines() if line.split()[0] in _KEYS]
    return found


def _fingerprint(path: Path) -> tuple[object, ...]:
    status = path.lstat()
    content: object = None
    if stat.S_ISREG(status.st_mode):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
    elif stat.S_ISLNK(status.st_mode):
        content = path.readlink()
    return status.st_mode, status.st_uid, status.st_nlink if content else 0, content


def _settings() -> dict[str, object]:
    umask = os.umask(0)
    os.umask(umask)
    found: dict[str, Any] = {
        "folder": Path.cwd(),
        "umask": umask,
        "environment": dict(os.environ),
        "path": list(sys.path),
        "modules": sorted(name for name in sys.modules if name.partition(".")[0] in {"exercises", "conftest"}),
        "threads": threading.active_count(),
        "hooks": (sys.excepthook, threading.excepthook, sys.getprofile()),
        "streams": (sys.stdin, sys.stdout, sys.stderr),
        "limits": [resource.getrlimit(getattr(resource, name)) for name in dir(resource) if name.startswith("RLIMIT")],
        # pytest itself uses SIGALRM for the time-out of a test.
        "signals": {number: signal.getsignal(number) for number in signal.valid_signals() - {signal.SIGALRM}},
        "terminal": os.getpgrp(),
    }
    if Path("/proc/self/fd").is_dir():
        found["descriptors"] = sorted(os.listdir("/proc/self/fd"))  # noqa: PTH208 - the names are wanted
    return found


def _marked(marker: str) -> list[str]:
    """Return the processes that came from the judge's, wherever they are now."""
    found = []
    for environment in Path("/proc").glob("[0-9]*/environ"):
        try:
            if marker.encode() in environment.read_bytes():
                found.append(environment.parent.name)
        except OSError:
            continue
    return found


def _printed(report: Report) -> str:
    file = io.StringIO()
    terminal = TerminalReport(Screen(file, width=80))
    for exercise in report.exercises:
        terminal.exercise(exercise)
    terminal.end(report)
    return file.getvalue()
