"""Tests of starting Python by a fork: what is started can't tell, and who starts it can't either."""

from __future__ import annotations

import os
import platform
import select
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from grader.grading._newborn import Birth
from grader.grading._zygote import may_start_python

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() not in {"x86_64", "aarch64"}, reason="there are no zygotes here"
)

ROOT = Path(__file__).parents[3]

_PROLOGUE = """\
import json, multiprocessing, os, signal, sys
import multiprocessing.resource_tracker, multiprocessing.util
from grader.grading._zygote import Zygote, start_quickly

PYTHON = os.fsencode(sys.executable)

def really(*_):
    raise AssertionError("started as ever")

def end_of(pid):
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

def said(zygote, code, arguments=()):
    reader, writer = os.pipe()
    pid = zygote.start(f"import os, sys\\nout = open({writer}, 'w')\\n" + code, arguments, [writer])
    os.close(writer)
    with open(reader) as answer:
        text = answer.read()
    return pid, end_of(pid), text
"""


def run(code: str, *, status: int = 0) -> subprocess.CompletedProcess[str]:
    """Run code in a process with one thread, which is what a zygote is forked from."""
    done = subprocess.run(
        [sys.executable, "-c", _PROLOGUE + textwrap.dedent(code)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == status, done.stderr
    return done


def test_a_child_is_this_processs_own() -> None:
    """It has the parent that asked for it, which is told its end; no other child is there to be waited for."""
    run("""
    zygote = Zygote()
    pid, status, text = said(zygote, "print(os.getpid(), os.getppid(), file=out); sys.exit(7)")
    assert text.split() == [str(pid), str(os.getpid())]
    assert status == 7
    try:
        os.wait()
    except ChildProcessError:
        sys.exit(0)
    raise AssertionError
    """)


def test_a_child_gets_what_a_new_python_gets() -> None:
    """Arguments, environment, folder and signals are its parent's of the moment; modules and descriptors aren't."""
    run("""
    zygote = Zygote()
    sys.modules["loaded_later"] = sys
    os.environ["SET_LATER"] = "ä\\udcff"
    os.chdir("/")
    signal.signal(signal.SIGTERM, lambda *_: None)
    os.pipe()
    _, status, text = said(zygote, '''if True:
        import json, signal
        print(json.dumps([
            sys.argv, ascii(os.environ["SET_LATER"]), os.getcwd(), "loaded_later" in sys.modules,
            len({*map(int, os.listdir("/proc/self/fd"))} - {0, 1, 2, out.fileno()}),
            signal.getsignal(signal.SIGTERM) is signal.SIG_DFL,
            signal.getsignal(signal.SIGINT) is signal.default_int_handler,
            signal.getsignal(signal.SIGPIPE) is signal.SIG_IGN,
            __name__, sys.modules["__main__"].__dict__ is globals(), "__file__" in globals(),
        ]), file=out)
    ''', ["a", "b"])
    assert status == 0
    assert json.loads(text) == [
        ["-c", "a", "b"], ascii("ä\\udcff"), "/", False, 1, True, True, True, "__main__", True, False
    ], text
    """)


@pytest.mark.parametrize(
    ("code", "status", "output", "errors"),
    [
        ("print('said')", 0, "said\n", ""),
        ("sys.exit()", 0, "", ""),
        ("sys.exit(300)", 44, "", ""),
        ("sys.exit('so be it')", 1, "", "so be it\n"),
        ("raise KeyError('gone')", 1, "", "KeyError: 'gone'\n"),
        ("os._exit(5)", 5, "", ""),
        ("os.kill(os.getpid(), 9)", -9, "", ""),
        ("import atexit; atexit.register(print, 'at exit'); print('first')", 0, "first\nat exit\n", ""),
        (
            "import threading as t; t.Thread(target=lambda: (t.main_thread().join(), print('b'))).start(); print('a')",
            0,
            "a\nb\n",
            "",
        ),
    ],
)
def test_a_child_ends_as_a_new_python_does(code: str, status: int, output: str, errors: str) -> None:
    """With the same exit status, once its threads have ended, and after what is to be done at exit."""
    done = run(f"""
    zygote = Zygote()
    assert end_of(zygote.start({"import os, sys" + chr(10) + code!r}, [], [])) == {status}
    """)
    assert done.stdout == output
    assert done.stderr.endswith(errors)
    assert bool(done.stderr) == bool(errors)


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_multiprocessing_starts_all_its_processes_by_it(method: str) -> None:
    """The pool's, the server's and the tracker's; a pool's results and a process's exit code are right."""
    run(f"""
    multiprocessing.util.spawnv_passfds = really
    start_quickly()
    context = multiprocessing.get_context({method!r})
    with context.Pool(2) as pool:
        assert pool.map(abs, [-1, -2, -3]) == [1, 2, 3]
        pool.close()
        pool.join()
    process = context.Process(target=sys.exit, args=(9,))
    process.start()
    process.join()
    assert process.exitcode == 9
    multiprocessing.resource_tracker._resource_tracker._stop()
    """)


def test_a_child_of_a_child_is_started_as_ever() -> None:
    """A zygote is for the process that it was forked from."""
    run("""
    multiprocessing.util.spawnv_passfds = lambda *_: 12345
    start_quickly()
    pid = os.fork()
    if pid == 0:
        os._exit(multiprocessing.util.spawnv_passfds(PYTHON, [PYTHON, "-c", "pass"], []) != 12345)
    assert end_of(pid) == 0
    assert end_of(multiprocessing.util.spawnv_passfds(PYTHON, [PYTHON, "-c", "pass"], [])) == 0
    """)


@pytest.mark.parametrize(
    "args", [(b"/bin/true", ["true", "-c", "pass"]), (os.fsencode(sys.executable), ["python", "-m", "this"])]
)
def test_other_programs_are_started_as_ever(args: tuple[str, list[str]]) -> None:
    """And so is Python with a module to run."""
    run(f"""
    multiprocessing.util.spawnv_passfds = lambda *_: 12345
    start_quickly()
    assert multiprocessing.util.spawnv_passfds(*{args!r}, []) == 12345
    """)


def test_without_its_zygote_a_process_starts_python_as_ever() -> None:
    """Whoever ends it doesn't keep a program from starting processes."""
    run("""
    start_quickly()
    [zygote] = [int(pid) for pid in open(f"/proc/self/task/{os.getpid()}/children").read().split()]
    os.kill(zygote, 9)
    os.waitpid(zygote, 0x40000000)  # __WALL: also those for whom no other wait waits
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        assert pool.map(abs, [-1]) == [1]
    """)


def test_an_interrupted_start_is_not_answered_later() -> None:
    """What a signal handler raises meanwhile comes out; the next start gets no answer that was meant for the first."""
    run("""
    class Interruption(BaseException):
        pass

    def interrupt(*_):
        raise Interruption

    start_quickly()
    [zygote] = [int(pid) for pid in open(f"/proc/self/task/{os.getpid()}/children").read().split()]
    os.kill(zygote, signal.SIGSTOP)
    signal.signal(signal.SIGALRM, interrupt)
    command = [PYTHON, "-c", "raise SystemExit(3)"]
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.1)
        multiprocessing.util.spawnv_passfds(PYTHON, command, [])
        raise AssertionError
    except Interruption:
        pass
    os.kill(zygote, signal.SIGCONT)
    assert end_of(multiprocessing.util.spawnv_passfds(PYTHON, command, [])) == 3
    """)


def test_a_zygote_ends_with_its_process() -> None:
    """It is not left behind."""
    done = run("""
    Zygote()
    [zygote] = open(f"/proc/self/task/{os.getpid()}/children").read().split()
    print(zygote, flush=True)
    """)
    try:
        zygote = os.pidfd_open(int(done.stdout))
    except ProcessLookupError:
        return
    assert select.select([zygote], [], [], 20)[0]


@pytest.mark.skipif(os.getuid() != 0, reason="needs a user of whom nothing else runs, which only root can become")
def test_no_process_can_be_started() -> None:
    """The error is that of the start as ever, which is tried then."""
    run("""
    import resource
    os.setuid(54321)
    resource.setrlimit(resource.RLIMIT_NPROC, (2, 2))
    start_quickly()
    try:
        multiprocessing.util.spawnv_passfds(PYTHON, [PYTHON, "-c", "pass"], [])
    except BlockingIOError:
        sys.exit(0)
    raise AssertionError
    """)


def test_a_birth_is_told_as_it_is() -> None:
    """Also with what no text can hold."""
    birth = Birth("pass", ["a"], {"NAME": "\udcff"}, [0, 1, 2])
    assert Birth.of(birth.encoded()) == birth


@pytest.mark.parametrize(
    ("method", "source", "wanted"),
    [
        ("fork", 'get_context("fork")', False),
        ("fork", "It works with fork, spawn and forkserver.", False),
        ("fork", 'get_context("spawn")', True),
        ("fork", "set_start_method('forkserver')", True),
        ("spawn", "", True),
        (None, "", True),
    ],
)
def test_a_program_gets_one_if_it_may_start_python(method: str | None, source: str, *, wanted: bool) -> None:
    """Because its processes start so by themselves, or because its text says so."""
    assert may_start_python(method, source.encode()) is wanted
