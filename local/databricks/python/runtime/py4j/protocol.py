"""Exceptions as the bridge to the JVM throws them."""


class Py4JError(Exception):
    pass


class _JavaClass:
    def __init__(self, name):
        self._name = name

    def getName(self):
        return self._name

    def getSimpleName(self):
        return self._name.rsplit(".", 1)[-1]


class _JavaException:
    """As much of a Java exception as notebooks ask of one."""

    def __init__(self, class_name, message):
        self._class = _JavaClass(class_name)
        self._message = message

    def getClass(self):
        return self._class

    def getMessage(self):
        return self._message

    def toString(self):
        return f"{self._class.getName()}: {self._message}"

    __str__ = toString


class Py4JJavaError(Py4JError):
    """`str` of it has the Java class and message, as notebooks test it."""

    def __init__(self, class_name, message, method="call", cause=None):
        super().__init__(message)
        self.java_exception = _JavaException(class_name, message)
        self._text = f"An error occurred while calling o1.{method}.\n: {class_name}: {message}"
        if cause is not None:
            self._text += f"\nCaused by: {cause}\n"

    def __str__(self):
        return self._text
