"""`datetime.now` and its kin on virtual time."""

from __future__ import annotations

import datetime as dt
import time
from typing import Any

from grader.simulation._clock import NANOSECONDS

_real_date = dt.date
_real_datetime = dt.datetime


class _Facade(type):
    """The type of the two classes below: whatever is an instance of the real class is one of theirs."""

    def __instancecheck__(cls, instance: object) -> bool:
        real = _real_class(cls)
        return type.__instancecheck__(cls, instance) if real is None else isinstance(instance, real)

    def __subclasscheck__(cls, subclass: type) -> bool:
        real = _real_class(cls)
        return type.__subclasscheck__(cls, subclass) if real is None else issubclass(subclass, real)


def _real_class(cls: type) -> type | None:
    """Return what a class stands in for; None for those that programs derive from it."""
    return _real_datetime if cls is _Datetime else _real_date if cls is _Date else None


class _Date(_real_date, metaclass=_Facade):
    """Stands in for `datetime.date`; what it makes are real dates."""

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - as the real class
        return _real_date.__new__(_real_date if cls is _Date else cls, *args, **kwargs)

    @classmethod
    def today(cls) -> Any:  # noqa: ANN401 - of the class that was asked
        """Return the present virtual date."""
        return cls.fromtimestamp(time.time())


class _Datetime(_real_datetime, metaclass=_Facade):
    """Stands in for `datetime.datetime`; what it makes are real date-times."""

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - as the real class
        return _real_datetime.__new__(_real_datetime if cls is _Datetime else cls, *args, **kwargs)

    @classmethod
    def now(cls, tz: dt.tzinfo | None = None) -> Any:  # noqa: ANN401 - of the class that was asked
        """Return the present virtual time."""
        now = time.time_ns()
        return cls.fromtimestamp(now // NANOSECONDS, tz).replace(microsecond=now % NANOSECONDS // 1000)

    @classmethod
    def utcnow(cls) -> Any:  # noqa: ANN401 - of the class that was asked
        """Return the present virtual time in UTC, without saying so."""
        return cls.now(dt.UTC).replace(tzinfo=None)

    @classmethod
    def today(cls) -> Any:  # noqa: ANN401 - of the class that was asked
        """Return the present virtual time."""
        return cls.now()


for _facade in (_Date, _Datetime):
    _facade.__name__ = _facade.__qualname__ = _facade.__name__.removeprefix("_").lower()
    _facade.__module__ = "datetime"

REPLACEMENTS: dict[Any, Any] = {_real_date: _Date, _real_datetime: _Datetime}
"""Each real class that any module may hold, and what stands in for it."""
