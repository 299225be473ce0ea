"""What the utilities have in common: they refuse by its name whatever they do not do."""

from emulator.errors import NotInEmulator


class Utility:
    _name = ""

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        raise NotInEmulator(f"dbutils.{self._name}.{name}")
