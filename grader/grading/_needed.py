"""What a worker must be able to read: Python, its libraries, and what those look up in the system. Nothing else.

Folders that may hold anything, such as ``/usr`` or ``/etc`` as a whole, are not in here: a course may well lie in
``/usr/src/app``, and ``/etc`` says who else uses the machine.
"""

from __future__ import annotations

import glob
import os
import ssl
import sys
import zoneinfo
from dataclasses import dataclass
from mimetypes import knownfiles
from pathlib import Path
from typing import TYPE_CHECKING

import grader

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

_SYSTEM = tuple(
    f"{prefix}/{name}"
    for prefix in ("", "/usr", "/usr/local")
    for name in ("bin", "sbin", "lib", "lib32", "lib64", "libx32", "libexec")
)
_SHARED = (
    "/usr/share/locale", "/usr/share/i18n", "/usr/share/ca-certificates", "/usr/share/zoneinfo", "/usr/share/misc",
    "/usr/share/terminfo", "/usr/share/pki", "/usr/share/crypto-policies", "/nix/store", "/gnu/store",
)  # fmt: skip
_CONFIGURATION = (
    # The dynamic linker.
    "/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/ld.so.preload", "/etc/ld-musl-*.path",
    # Python as distributions have it, which reads a file there at each start.
    "/etc/python*",
    # Time, language, names and numbers of services.
    "/etc/localtime", "/etc/timezone", "/etc/zoneinfo", "/etc/locale.alias", "/etc/locale.conf", "/etc/os-release",
    "/etc/hosts", "/etc/host.conf", "/etc/nsswitch.conf", "/etc/gai.conf", "/etc/services", "/etc/protocols",
    # Certificates of others; not `/etc/ssl`, which holds the machine's own secrets as well.
    "/etc/ssl/openssl.cnf", "/etc/ssl/certs", "/etc/ssl/cert.pem", "/etc/ca-certificates", "/etc/crypto-policies",
    "/etc/pki/tls/openssl.cnf", "/etc/pki/tls/openssl.d", "/etc/pki/tls/certs", "/etc/pki/tls/cert.pem",
    "/etc/pki/ca-trust",
)  # fmt: skip
_DEVICES = ("/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
_MACHINE = ("/sys/devices/system/cpu",)
"""How many processors there are: the C library looks there."""

_PACKAGES = ("lab", "simulation", "grading")


@dataclass(frozen=True, slots=True)
class Needed:
    """Paths of what a worker needs: all of them are there, without links, and none is inside of another.

    Attributes:
        programs: to read and to run.
        files: to read.
        listed: folders of which the names in them are read, and nothing else.
        links: other names of some of these, with what they lead to.
    """

    programs: tuple[str, ...]
    files: tuple[str, ...]
    listed: tuple[str, ...]
    links: tuple[tuple[str, str], ...]


def needed(libraries: Iterable[str]) -> Needed:
    """Find out what a worker needs, for the Python that runs this.

    Args:
        libraries: the folders that it imports from.
    """
    package = Path(grader.__file__).resolve().parent
    modules = [str(package / name) for name in _PACKAGES] + [str(path) for path in package.glob("*.py")]
    running = [*_SYSTEM, *_SHARED, *_python_programs()]
    reading = [
        *_python_files(),
        *libraries,
        *modules,
        *_found(_CONFIGURATION),
        *map(str, knownfiles),
        *_DEVICES,
        *_MACHINE,
    ]
    programs = _sparse(running)
    files = _sparse(reading, programs)
    return Needed(programs, files, (str(package),), _links([*running, *reading], {*programs, *files}))


def _python_programs() -> Iterator[str]:
    """Yield where Python's executables are, and the libraries that lie beside them in an installation of its own."""
    yield sys.executable
    yield from (f"{sys.base_prefix}/{name}" for name in ("bin", "lib", "lib64"))
    yield from os.environ.get("LD_LIBRARY_PATH", "").split(":")


def _python_files() -> Iterator[str]:
    """Yield what Python reads at its start, and what its library looks for later."""
    yield from (f"{folder}/pyvenv.cfg" for folder in Path(sys.executable).parents[:2])
    yield from zoneinfo.TZPATH
    verify = ssl.get_default_verify_paths()
    yield from (verify.openssl_cafile, verify.openssl_capath)
    yield f"{Path(verify.openssl_cafile).parent}/openssl.cnf"


def _found(patterns: Iterable[str]) -> Iterator[str]:
    for pattern in patterns:
        yield from glob.glob(pattern)  # noqa: PTH207 - absolute patterns


def _sparse(paths: Iterable[str], besides: Iterable[str] = ()) -> tuple[str, ...]:
    """Return those that are there, without links, and without those inside of another or of one `besides`.

    What would take somebody's home folder along with it, or everything, is left out.
    """
    home = _home()
    found = {Path(os.path.realpath(path)) for path in paths if os.path.isabs(path) and os.path.exists(path)}  # noqa: PTH110, PTH117 - plain strings all through
    found = {path for path in found if not home.is_relative_to(path)}
    outer = found | {Path(path) for path in besides}
    return tuple(sorted(str(path) for path in found if outer.isdisjoint(path.parents) and str(path) not in besides))


def _links(names: Iterable[str], kept: Collection[str]) -> tuple[tuple[str, str], ...]:
    """Return the names that lead to something that is kept, and are not seen where that is seen."""
    folders = {Path(path) for path in kept}
    found: dict[str, str] = {}
    for name in names:
        real = Path(os.path.realpath(name))
        place = Path(os.path.realpath(Path(name).parent), Path(name).name)
        is_kept = not folders.isdisjoint((real, *real.parents))
        if is_kept and name != str(real) and folders.isdisjoint((place, *place.parents)):
            found[name] = str(real)
    return tuple(sorted(found.items()))


def _home() -> Path:
    try:
        return Path(os.path.realpath(Path.home()))
    except RuntimeError:  # nobody knows this user, as in some containers
        return Path("/")
