"""`dbutils.widgets`: parameters of the job, over the defaults that the notebook gives."""

from emulator.dbutils.utility import Utility
from emulator.errors import InputWidgetNotDefined
from py4j.protocol import Py4JJavaError

_MISSING = object()
_MAX_CHOICES = 1_024


def _illegal(message):
    return Py4JJavaError("java.lang.IllegalArgumentException", message, "widget")


class Widgets(Utility):
    _name = "widgets"

    def __init__(self, parameters):
        self._given = dict(parameters)
        self._values = dict(parameters)

    def get(self, name):
        if name not in self._values:
            raise InputWidgetNotDefined(name)
        return self._values[name]

    def getArgument(self, name, defaultValue=_MISSING):
        if defaultValue is _MISSING:
            return self.get(name)
        return self._values.get(name, defaultValue)

    def getAll(self):
        return dict(self._values)

    def text(self, name, defaultValue="", label=None):
        self._values.setdefault(name, self._given.get(name, str(defaultValue)))

    def dropdown(self, name, defaultValue, choices, label=None):
        self._choose(name, defaultValue, choices)

    def combobox(self, name, defaultValue, choices, label=None):
        self._check(choices)
        self.text(name, defaultValue, label)

    def multiselect(self, name, defaultValue, choices, label=None):
        self._choose(name, defaultValue, choices)

    def remove(self, name):
        if name not in self._values:
            raise InputWidgetNotDefined(name)
        del self._values[name]

    def removeAll(self):
        self._values.clear()

    def override(self, parameters):
        """Parameters of a `%run`: they win over what is there and over later defaults."""
        self._given.update(parameters)
        self._values.update(parameters)

    def _choose(self, name, default, choices):
        self._check(choices)
        if default not in choices:
            raise _illegal(f"The default value of the widget {name} must be one of its choices: {default}")
        self.text(name, default)

    def _check(self, choices):
        if len(choices) > _MAX_CHOICES:
            raise _illegal(f"A widget has at most {_MAX_CHOICES} choices.")
        if not all(isinstance(choice, str) for choice in choices):
            raise _illegal("The choices of a widget must be strings.")
