"""Rows of a result."""

from pyspark.errors import PySparkTypeError, PySparkValueError


class Row(tuple):
    """A row: values by place, by name and as attributes. `Row("a", "b")` makes a class of rows."""

    def __new__(cls, *args, **kwargs):
        if args and kwargs:
            raise PySparkValueError("[CANNOT_SET_TOGETHER] args and kwargs should not be set together.")
        if not kwargs:
            return tuple.__new__(cls, args)
        row = tuple.__new__(cls, kwargs.values())
        row.__fields__ = list(kwargs)
        return row

    @classmethod
    def _of(cls, names, values):
        row = tuple.__new__(cls, values)
        row.__fields__ = names
        return row

    def asDict(self, recursive=False):
        if not hasattr(self, "__fields__"):
            raise PySparkTypeError("[CANNOT_CONVERT_TYPE] Cannot convert a Row class into dict.")
        if not recursive:
            return dict(zip(self.__fields__, self))
        return {name: _plain(value) for name, value in zip(self.__fields__, self)}

    def __contains__(self, item):
        return item in self.__fields__ if hasattr(self, "__fields__") else tuple.__contains__(self, item)

    def __call__(self, *args):
        if len(args) > len(self):
            raise PySparkValueError(f"[TOO_MANY_VALUES] Expected {len(self)} values for fields, got {len(args)}.")
        return Row._of(list(self), args)

    def __getitem__(self, item):
        if isinstance(item, (int, slice)):
            return tuple.__getitem__(self, item)
        try:
            return tuple.__getitem__(self, self.__fields__.index(item))
        except (AttributeError, IndexError):
            raise KeyError(item) from None
        except ValueError:
            raise PySparkValueError(item) from None

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        try:
            return tuple.__getitem__(self, self.__fields__.index(name))
        except (IndexError, ValueError):
            raise AttributeError(name) from None

    def __setattr__(self, name, value):
        if name != "__fields__":
            raise RuntimeError("Row is read-only")
        self.__dict__[name] = value

    def __reduce__(self):
        if hasattr(self, "__fields__"):
            return _remade_row, (self.__fields__, tuple(self))
        return tuple.__reduce__(self)

    def __repr__(self):
        if hasattr(self, "__fields__"):
            return f"Row({', '.join(f'{name}={value!r}' for name, value in zip(self.__fields__, self))})"
        return f"<Row({', '.join(map(repr, self))})>"


def _remade_row(names, values):
    return Row._of(names, values)


def _plain(value):
    if isinstance(value, Row):
        return value.asDict(True)
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return value
