"""Calls that the simulation doesn't cover, refused with a clear message instead of hanging or misleading."""

from __future__ import annotations

import os
import signal
import ssl
import subprocess
import sys
from typing import TYPE_CHECKING, Any, NoReturn

from grader.simulation import _scheduler
from grader.simulation._errors import NotSimulatedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.simulation._patching import Patches

try:
    import _posixsubprocess
except ImportError:  # not on Windows
    _posixsubprocess = None  # type: ignore[assignment]  # as good as empty

_PROCESSES = "processes live outside the simulation's clock"
_SIGNALS = "signals come from outside the simulation; wait for an event of the program instead"
_TIMERS = "it runs on the real clock; use threading.Timer or a sleep"

_REFUSED: tuple[tuple[Any, tuple[str, ...], str], ...] = (
    (os, ("fork", "forkpty", "system", "posix_spawn", "posix_spawnp", "wait", "waitpid", "wait3", "wait4", "waitid"),
     _PROCESSES),
    (subprocess.Popen, ("_execute_child",), _PROCESSES),
    (_posixsubprocess, ("fork_exec",), _PROCESSES),
    (signal, ("pause", "sigwait", "sigwaitinfo", "sigtimedwait"), _SIGNALS),
    (signal, ("alarm", "setitimer"), _TIMERS),
    (ssl.SSLContext, ("wrap_socket",), "encrypted connections are not simulated; use http://"),
)  # fmt: skip

_NAMES = {"_execute_child": "subprocess.Popen", "wrap_socket": "ssl.SSLContext.wrap_socket"}


def install(patches: Patches) -> None:
    """Replace every refused call by one that says so."""
    for owner, names, reason in _REFUSED:
        for name in names:
            if owner is not None and name in vars(owner):
                patches.set(owner, name, _refusal(getattr(owner, name), _shown(owner, name), reason))


def _shown(owner: Any, name: str) -> str:  # noqa: ANN401 - a module or a class
    return _NAMES.get(name, f"{owner.__name__}.{name}")


def _refusal(real: Callable[..., Any], name: str, reason: str) -> Callable[..., Any]:
    def refuse(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - any call
        scheduler = _scheduler.active()
        if scheduler is None:
            return real(*args, **kwargs)
        return _refuse(scheduler, name, reason)

    return refuse


def _refuse(scheduler: _scheduler.Scheduler, name: str, reason: str) -> NoReturn:
    scheduler.record("refused", scheduler.trace.site(sys._getframe(1)), call=f"{name}()")
    msg = f"{name}() is not simulated: {reason}"
    raise NotSimulatedError(msg)
