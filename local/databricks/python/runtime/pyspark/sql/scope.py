"""The FROM clause of a DataFrame: its relations, and the conditions on their rows."""


from emulator import sql_text


class Member:
    """One relation of a FROM clause: its alias, its columns, and the DataFrames whose columns it has."""

    def __init__(self, alias, columns, frames):
        self.alias = alias
        self.columns = columns
        self.frames = frames


class Scope:
    def __init__(self, source, members, conditions=()):
        self.source = source
        self.members = tuple(members)
        self.conditions = tuple(conditions)

    def qualifier_of(self, frame):
        """The alias of the one relation that has this DataFrame's columns; None if no or more than one relation has."""
        found = {member.alias for member in self.members if frame in member.frames}
        return found.pop() if len(found) == 1 else None

    def where(self, condition):
        return Scope(self.source, self.members, (*self.conditions, condition))

    def select(self, expressions, tail=""):
        """`SELECT expressions FROM …` with the conditions; `tail` follows."""
        where = f" WHERE {' AND '.join(f'({condition})' for condition in self.conditions)}" if self.conditions else ""
        return f"SELECT {expressions} FROM {self.source}{where}{tail}"

    def rows(self):
        """The query of all its columns, each by its relation where there are several."""
        if len(self.members) == 1:
            return self.select("*")
        columns = [(member.alias, name) for member in self.members for name in member.columns]
        return self.select(", ".join(f"{alias}.{sql_text.quote(name)}" for alias, name in columns))

    @property
    def columns(self):
        return [column for member in self.members for column in member.columns]

    @property
    def frames(self):
        return frozenset().union(*(member.frames for member in self.members))
