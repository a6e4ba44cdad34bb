"""What honest programs do, a function each; every one returns whether it worked."""

import asyncio
import ctypes
import importlib
import inspect
import locale
import mimetypes
import multiprocessing
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import shared_memory
from pathlib import Path


def double(number):
    return 2 * number


def put_double(queue, lock, number):
    with lock:
        queue.put(double(number))


def add_one(total, name):
    with total.get_lock():
        total.value += 1
    block = shared_memory.SharedMemory(name)
    block.buf[0] += 1
    block.close()


def put_locked(locks, queue):
    with locks[0], locks[1]:
        queue.put("done")


def threads():
    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(double, range(8))) == list(range(0, 16, 2))


def fork():
    pid = os.fork()
    if pid == 0:
        os._exit(7)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 7


def _queues(method):
    context = multiprocessing.get_context(method)
    queue, lock = context.Queue(), context.Lock()
    processes = [context.Process(target=put_double, args=(queue, lock, number)) for number in range(2)]
    for process in processes:
        process.start()
    found = sorted(queue.get() for _ in processes)
    for process in processes:
        process.join()
    return found == [0, 2]


def queues_of_forked_processes():
    return _queues("fork")


def queues_of_spawned_processes():
    return _queues("spawn")


def queues_of_a_forkserver():
    return _queues("forkserver")


def pools():
    with multiprocessing.Pool(2) as pool:
        first = pool.map(double, range(4))
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("forkserver")) as executor:
        return first == list(executor.map(double, range(4))) == [0, 2, 4, 6]


def shared_memory_and_semaphores():
    context = multiprocessing.get_context("spawn")
    total = context.Value("i", 0)
    block = shared_memory.SharedMemory(create=True, size=16)
    try:
        process = context.Process(target=add_one, args=(total, block.name))
        process.start()
        process.join()
        return total.value == 1 and block.buf[0] == 1 and context.Semaphore(2).acquire() and context.Event() is not None
    finally:
        block.close()
        block.unlink()


def managers():
    with multiprocessing.Manager() as manager:
        shared = manager.dict(a=1)
        shared["b"] = 2
        return dict(shared) == {"a": 1, "b": 2}


def ending_a_process():
    process = multiprocessing.Process(target=signal.pause)
    process.start()
    process.terminate()
    process.join()
    return process.exitcode == -signal.SIGTERM


def asyncio_with_a_subprocess():
    async def main():
        process = await asyncio.create_subprocess_exec("echo", "hello", stdout=subprocess.PIPE)
        reader, _ = await process.communicate()
        return await asyncio.to_thread(double, 3), reader

    return asyncio.run(main()) == (6, b"hello\n")


def loopback_sockets():
    with socket.create_server(("localhost", 0)) as server:

        def answer():
            connection, _ = server.accept()
            with connection:
                connection.sendall(connection.recv(10).upper())

        thread = threading.Thread(target=answer)
        thread.start()
        with socket.create_connection(server.getsockname()) as client:
            client.sendall(b"hello")
            received = client.recv(10)
        thread.join()
    return received == b"HELLO"


def unix_sockets():
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as server:
        server.bind(f"{folder}/socket")
        server.listen()
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(f"{folder}/socket")
            return server.accept()[0].fileno() > 0


def temporary_files():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "inner").mkdir()
        (folder / "file").write_text("text")
        (folder / "file").rename(folder / "inner" / "moved")
        (folder / "link").symlink_to(folder / "inner" / "moved")
        os.link(folder / "inner" / "moved", folder / "hard")
        os.mkfifo(folder / "pipe")
        os.truncate(folder / "hard", 2)
        found = sorted(os.listdir(folder)), (folder / "link").read_text()
        shutil.copytree(folder / "inner", folder / "copy")
    with tempfile.NamedTemporaryFile("w+") as file, tempfile.TemporaryFile() as other:
        file.write("x")
        other.write(b"y")
    Path("beside").write_text("here")
    return found == (["hard", "inner", "link", "pipe"], "te") and Path("beside").read_text() == "here"


def its_own_file():
    return "def its_own_file" in Path(__file__).read_text() and "Path(__file__)" in inspect.getsource(its_own_file)


def modules_imported_late():
    names = (
        "zoneinfo ssl sqlite3 ctypes.util bz2 lzma decimal curses dbm xml.etree.ElementTree email.mime.text unittest"
    )
    modules = {name: importlib.import_module(name) for name in names.split()}
    noon = modules["zoneinfo"].ZoneInfo("Europe/Berlin").key
    certificates = modules["ssl"].create_default_context().get_ca_certs() is not None
    with tempfile.TemporaryDirectory() as folder:
        base = modules["sqlite3"].connect(f"{folder}/base.db")
        base.execute("create table t (a)")
        base.commit()
        base.close()
    encoded = ["ä".encode(name) for name in ("latin-1", "cp1252", "utf-16", "idna", "punycode")]
    libc = ctypes.CDLL(modules["ctypes.util"].find_library("c"))
    return noon == "Europe/Berlin" and certificates and len(encoded) == 5 and libc.getpid() == os.getpid()


def the_system():
    locale.setlocale(locale.LC_ALL, "C.UTF-8")
    with open(os.devnull, "w") as nothing:
        nothing.write("gone")
    with open("/dev/urandom", "rb") as device, open("/dev/zero", "rb") as zero:
        random = device.read(4) + zero.read(4)
    status = Path("/proc/self/status").read_text()
    resolved = socket.getaddrinfo("localhost", 80, type=socket.SOCK_STREAM)
    kind = mimetypes.MimeTypes(mimetypes.knownfiles and ()).guess_type("a.html")[0]
    mimetypes.init()
    return bool(
        os.cpu_count() and len(random) == 8 and f"Pid:\t{os.getpid()}" in status and resolved and kind == "text/html"
    )


def another_python():
    code = "import json, ssl, ctypes, multiprocessing, sys; print(json.dumps(sys.argv[1:]))"
    ran = subprocess.run([sys.executable, "-c", code, "one"], capture_output=True, text=True, check=False)
    shell = subprocess.run("echo $((1 + 1)); ls /usr/lib >/dev/null", shell=True, capture_output=True, check=False)
    return (ran.returncode, ran.stdout, ran.stderr, shell.stdout) == (0, '["one"]\n', "", b"2\n")


def is_first_to_go():
    return Path("/proc/self/oom_score_adj").read_text() == "1000\n"
