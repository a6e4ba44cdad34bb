"""Reads memory, environment and descriptors of every other process that it can see, the judge's first of all.

says: nothing of the judge
confinedsays: PermissionError
flags: files, system
"""

import os


def stolen(pid):
    found = []
    for name in ("mem", "environ", "maps", "fd", "cwd", "exe", "stack", "syscall"):
        path = f"/proc/{pid}/{name}"
        try:
            if name == "fd":
                found += os.listdir(path)
            elif name in ("cwd", "exe"):
                found.append(os.readlink(path))
            else:
                with open(path, "rb") as file:
                    found.append(file.read(100))
        except OSError:
            continue
    return found


def parents():
    pid = os.getppid()
    while pid > 1:
        yield pid
        with open(f"/proc/{pid}/stat") as status:
            pid = int(status.read().rpartition(")")[2].split()[1])


# The three that watch and judge; what is above them are others' processes.
seen = [thing for _, pid in zip(range(3), parents()) for thing in stolen(pid)]
raise RuntimeError(f"{len(seen)} things of the judge" if seen else "nothing of the judge")
