"""Flags from a file's bytes, which is never run or imported for that."""

from __future__ import annotations

import ast
import re
import unicodedata
import warnings
from typing import TYPE_CHECKING

from grader.grading.model import Flag
from grader.lab.plain import clipped

if TYPE_CHECKING:
    from collections.abc import Iterator

_COOKIE = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_LARGEST = 1 << 18
"""Bytes; the tree of a file takes several hundred times as many."""
_LONGEST_LINE = 1_000
_LONGEST_TEXT = 400
_ENCODED = re.compile(r"[A-Za-z0-9+/=_\\-]*\Z")
_SYSTEM = ("/proc/", "/dev/", "/etc/", "/sys/", "/tmp")  # noqa: S108 - looked for, not used
_UNSEEN = frozenset({"Cf", "Co", "Cs"})
_MOST = 50
_TEXT = 60

_NAMES = {
    "foreign": "ctypes _ctypes cffi mmap",
    "objects": """
        gc.get_objects gc.get_referrers gc.get_referents gc.unfreeze gc.callbacks sys.modules sys.meta_path sys.path
        builtins linecache""",
    "frames": """
        sys._getframe sys._current_frames inspect.currentframe inspect.stack inspect.trace inspect.getclosurevars""",
    "tracing": """
        sys.settrace sys.setprofile sys.monitoring sys.addaudithook threading.settrace threading.setprofile""",
    "leaving": """
        os._exit os.abort os.kill os.killpg signal faulthandler atexit resource _thread.interrupt_main
        threading._register_atexit weakref.finalize""",
    "starting": """
        os.fork os.forkpty os.system os.popen os.posix_spawn os.setsid os.execl os.execv os.execve os.execvp subprocess
        pty""",
    "files": """
        open builtins.open io.open input os.open os.read os.write os.dup os.dup2 os.closerange os.fdopen os.fstat
        os.environ os.getenv os.symlink os.link os.mkdir os.chmod os.walk os.listdir os.set_inheritable os.getppid
        pathlib shutil tempfile fcntl termios sys.stdin sys.__stdout__""",
    "code": """
        exec eval compile __import__ importlib marshal runpy code codecs base64 zlib pkgutil types.CodeType
        types.FunctionType""",
    "inside": "pytest _pytest responses aioresponses msgspec unittest grader nox",
}
_USES = {name: kind for kind, names in _NAMES.items() for name in names.split()}
_BUILTINS = frozenset({"open", "input", "exec", "eval", "compile", "__import__"})
_ATTRIBUTES: dict[str, str] = {
    **dict.fromkeys(
        ("f_back", "f_locals", "f_globals", "f_code", "f_trace", "tb_frame", "gi_frame", "cr_frame", "ag_frame"),
        "frames",
    ),
    **dict.fromkeys(("__globals__", "__closure__", "__code__", "__builtins__"), "frames"),
    "_announcer": "inside",
    **dict.fromkeys(("__subclasses__", "__mro__", "__bases__"), "objects"),
}
_OPEN = frozenset({"grader", "grader.lab", "grader.lab.ApiCase", "grader.lab.ApiResult"})


def source_flags(source: bytes) -> list[Flag]:
    """Return the flags of a file, each kind once, with the first line that has it.

    Args:
        source: the file's bytes.
    """
    first: dict[str, Flag] = {}
    for flag in _all(source):
        if flag.kind and flag.kind not in first:
            first[flag.kind] = flag
    return list(first.values())


def _all(source: bytes) -> Iterator[Flag]:
    yield from _encoding(source)
    lines = source.decode("utf-8", "replace").splitlines()
    for number, line in enumerate(lines, 1):
        if len(line) > _LONGEST_LINE:
            yield Flag(kind="long", line=number, what=f"{len(line):,} characters")
        if not line.isascii():
            yield from _unseen(number, line)
    if len(source) > _LARGEST:
        yield Flag(kind="unreadable", what=f"{len(source):,} bytes")
        return
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        yield Flag(kind="unreadable", line=getattr(error, "lineno", 0) or 0, what=type(error).__name__)
        return
    yield from _Walk(tree).flags()


def _encoding(source: bytes) -> Iterator[Flag]:
    for number, line in enumerate(source.split(b"\n", 2)[:2], 1):
        found = _COOKIE.match(line)
        if found is not None and found[1].lower().replace(b"_", b"-") not in {b"utf-8", b"utf8", b"ascii", b"us-ascii"}:
            yield Flag(kind="encoding", line=number, what=clipped(found[1].decode("ascii", "replace"), _TEXT))


def _unseen(number: int, line: str) -> Iterator[Flag]:
    for character in line:
        if unicodedata.category(character) in _UNSEEN and not (number == 1 and character == "\ufeff"):
            yield Flag(kind="unseen", line=number, what=f"U+{ord(character):04X}")
            return


class _Walk:
    """One walk through a syntax tree, with the names that it imports."""

    def __init__(self, tree: ast.AST) -> None:
        self._nodes = list(ast.walk(tree))
        self._imported: dict[str, str] = {}
        for node in self._nodes:
            if isinstance(node, ast.Import):
                for item in node.names:
                    top = item.name.partition(".")[0]
                    self._imported[item.asname or top] = item.name if item.asname else top
            elif isinstance(node, ast.ImportFrom):
                for item in node.names:
                    self._imported[item.asname or item.name] = f"{node.module or ''}.{item.name}"

    def flags(self) -> Iterator[Flag]:
        """Yield every flag, in no particular order."""
        for node in self._nodes:
            match node:
                case ast.Import():
                    yield from (_use(item.name, node) for item in node.names)
                case ast.ImportFrom():
                    yield from (_use(f"{node.module or ''}.{item.name}", node) for item in node.names)
                case ast.Attribute():
                    yield from self._attribute(node)
                case ast.Name(ctx=ast.Load()):
                    if node.id in self._imported or node.id in _BUILTINS:
                        yield _use(self._imported.get(node.id, node.id), node)
                    if not node.id.isascii():
                        yield Flag(kind="unseen", line=node.lineno, what=clipped(node.id, _TEXT))
                case ast.Constant(value=str(text)):
                    yield from _text(text, node)
                case ast.Call(func=ast.Name(id="setattr" | "delattr"), args=[target, *_]) if self._is_imported(target):
                    yield Flag(kind="patching", line=node.lineno, what=f"{_dotted(target)}, by setattr()")

    def _attribute(self, node: ast.Attribute) -> Iterator[Flag]:
        if node.attr in _ATTRIBUTES:
            yield Flag(kind=_ATTRIBUTES[node.attr], line=node.lineno, what=node.attr)
        name = _dotted(node)
        if not name:
            return
        first, _, rest = name.partition(".")
        if first in self._imported:
            yield _use(f"{self._imported[first]}.{rest}", node)
            if not isinstance(node.ctx, ast.Load):
                yield Flag(kind="patching", line=node.lineno, what=clipped(name, _TEXT))

    def _is_imported(self, node: ast.expr) -> bool:
        return _dotted(node).partition(".")[0] in self._imported


def _use(name: str, node: ast.expr | ast.stmt) -> Flag:
    """Return the flag for the use of a name, of no kind if there is none."""
    parts = name.split(".")
    kinds = [_USES[part] for part in (".".join(parts[:length]) for length in range(1, len(parts) + 1)) if part in _USES]
    harmless = not kinds or name in _OPEN
    return Flag(kind="" if harmless else kinds[-1], line=node.lineno, what=clipped(name, _TEXT))


def _text(text: str, node: ast.Constant) -> Iterator[Flag]:
    if any(place in text for place in _SYSTEM):
        yield Flag(kind="system", line=node.lineno, what=clipped(text, _TEXT))
    if len(text) > _LONGEST_TEXT and _ENCODED.match(text):
        yield Flag(kind="long", line=node.lineno, what=f"a text of {len(text):,} characters without a blank")


def _dotted(node: ast.expr) -> str:
    """Return ``a.b.c`` for such an expression, else an empty string."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute) and len(parts) < _MOST:
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""
