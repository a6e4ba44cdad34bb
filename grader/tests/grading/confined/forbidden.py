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
        _socket.socket(_socket.AF_UNIX).connect("\0" + os.path.basename(name))

    def datagram():
        _socket.socket(_socket.AF_INET, _socket.SOCK_DGRAM).sendto(b"hello", ("127.0.0.1", port))

    def system_log():
        first, _ = _socket.socketpair(_socket.AF_UNIX, _socket.SOCK_DGRAM)
        first.sendto(b"hello", name + "-datagrams")

    def path():
        _socket.socket(_socket.AF_UNIX).connect(name)

    return _got(
        {
            "tcp": tcp,
            "listen": listen,
            "abstract": abstract,
            "datagram": datagram,
            "system log": system_log,
            "path": path,
        }
    )


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


def calling():
    """System calls that no exercise needs, by ctypes."""
    libc = ctypes.CDLL(None, use_errno=True)
    numbers = {"io_uring_setup": 425, "clone3": 435}

    def called(answer):
        if answer < 0:
            raise OSError

    return _got(
        {
            **{name: lambda number=number: called(libc.syscall(number, 0, 0)) for name, number in numbers.items()},
            "shmget": lambda: called(libc.shmget(0, 4096, 0o600)),
            "semget": lambda: called(libc.semget(0, 1, 0o600)),
            "msgget": lambda: called(libc.msgget(0, 0o600)),
            "own root": lambda: called(libc.unshare(0x10000000)),
            "own network": lambda: called(libc.unshare(0x40000000)),
            "clone": lambda: called(libc.syscall(*CLONE)),
            "old call": lambda: called(libc.syscall(0x40000000 + 39)),
        }
    )


def families():
    made = _got({pair: lambda pair=pair: _socket.socket(*pair).close() for pair in FAMILIES})
    return [family for family, _ in made]


CLONE = {"x86_64": (56, 0x10000011, 0, 0, 0, 0), "aarch64": (220, 0x10000011, 0, 0, 0, 0)}[os.uname().machine]
FAMILIES = [(1, 1), (2, 1), (2, 2), (10, 1), (16, 3), (17, 3), (38, 5), (40, 1)]
