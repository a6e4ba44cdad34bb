"""What no program needs, a function each; every one returns what it got by it."""

import ctypes
import os
import _socket
import subprocess
from multiprocessing import resource_tracker, shared_memory
from pathlib import Path


def _got(attempts):
    got = []
    for name, attempt in attempts.items():
        try:
            attempt()
        except OSError:
            continue
        got.append(name)
    return got


def reading(paths):
    return _got({path: lambda path=path: os.close(os.open(path, os.O_RDONLY)) for path in paths})


def listing(paths):
    return _got({path: lambda path=path: os.listdir(path) for path in paths})


def writing(folder, file):
    beside = os.path.join(folder, "new")
    return _got(
        {
            "create": lambda: os.open(beside, os.O_CREAT | os.O_WRONLY, 0o600),
            "folder": lambda: os.mkdir(beside + "-folder"),
            "link": lambda: os.symlink("/", beside + "-link"),
            "hard link": lambda: os.link(__file__, beside + "-hard"),
            "move there": lambda: os.rename(__file__, beside + "-moved"),
            "move away": lambda: os.rename(file, "taken"),
            "write": lambda: os.open(file, os.O_WRONLY),
            "empty": lambda: os.truncate(file, 0),
            "remove": lambda: os.unlink(file),
            "beside": lambda: Path("../planted").write_text(""),
        }
    )


def signalling(pids):
    attempts = {str(pid): lambda pid=pid: os.kill(pid, 0) for pid in [*pids, os.getppid()]}
    return _got({**attempts, "group": lambda: os.killpg(os.getpgid(os.getppid()), 0)})


def tracing(pids):
    libc = ctypes.CDLL(None, use_errno=True)
    PTRACE_SEIZE = 0x4206

    def seize(pid):
        if libc.ptrace(PTRACE_SEIZE, pid, None, None) != 0:
            raise OSError

    attempts = {}
    for pid in [*pids, os.getppid()]:
        attempts[f"seize {pid}"] = lambda pid=pid: seize(pid)
        for name in ("mem", "environ", "cmdline", "maps", "status"):
            attempts[f"{name} {pid}"] = lambda pid=pid, name=name: Path(f"/proc/{pid}/{name}").open("rb").read(1)
    return _got(attempts)


def connecting(port, name):
    def tcp():
        _socket.socket().connect(("127.0.0.1", port))

    def listen():
        _socket.socket().bind(("127.0.0.1", 0))

    def abstract():
        _socket.socket(_socket.AF_UNIX).connect("\0" + name)

    return _got({"tcp": tcp, "listen": listen, "abstract": abstract})


def running(program):
    return _got({"it": lambda: subprocess.run([program], check=True)})


def descriptors():
    found = []
    for number in os.listdir("/proc/self/fd"):
        try:
            found.append(os.readlink(f"/proc/self/fd/{number}").partition(":")[0])
        except OSError:
            continue  # the one that listed them
    return sorted(found)


def leaving(name):
    block = shared_memory.SharedMemory(name, create=True, size=16)
    resource_tracker.unregister(block._name, "shared_memory")
    return Path("/dev/shm", name).exists()


def queueing():
    libc = ctypes.CDLL(None, use_errno=True)
    O_CREAT = 0o100

    def open_queue():
        if libc.mq_open(b"/grader", O_CREAT, 0o600, None) < 0:
            raise OSError

    return _got({"queue": open_queue})
