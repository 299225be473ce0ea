"""What a notebook or file prints."""


class Tail:
    """A text stream that keeps the last `limit` characters written."""

    encoding = "utf-8"
    errors = "strict"

    def __init__(self, limit):
        self._limit = limit
        self._parts = []
        self._size = 0
        self.truncated = False

    def write(self, text):
        self._parts.append(text)
        self._size += len(text)
        if self._size > 2 * self._limit:
            self._parts = [self.text()]
            self._size = len(self._parts[0])
        return len(text)

    def writelines(self, lines):
        for line in lines:
            self.write(line)

    def flush(self):
        pass

    def isatty(self):
        return False

    def writable(self):
        return True

    def text(self):
        joined = "".join(self._parts)
        if len(joined) > self._limit:
            self.truncated = True
            joined = joined[-self._limit:]
        return joined
