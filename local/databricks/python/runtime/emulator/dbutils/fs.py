"""`dbutils.fs` on the folders behind `dbfs:/` and `/Volumes`, and on the interpreter's own files (`file:/`)."""

import os
import posixpath
import re
import shutil
from collections import namedtuple

from emulator.dbutils.utility import Utility
from emulator.errors import ExecutionError, NotInEmulator

_SCHEME = re.compile(r"^([a-zA-Z][\w+.-]*):")
_HEAD_BYTES = 65_536


class FileInfo(namedtuple("FileInfo", "path name size modificationTime")):
    __slots__ = ()

    def isDir(self):
        return self.path.endswith("/")

    def isFile(self):
        return not self.isDir()


class Place:
    """A path as a notebook writes it: where its file is, and how `dbutils.fs` names it."""

    def __init__(self, path):
        scheme = _SCHEME.match(path)
        kind = scheme.group(1).lower() if scheme else "dbfs"
        if kind not in ("dbfs", "file"):
            raise NotInEmulator(f"{kind}: paths ({path}): files are in dbfs:/, /Volumes and file:/ only")
        # `..` never leads out of the root.
        plain = posixpath.normpath("/" + (path[scheme.end():] if scheme else path).lstrip("/"))
        if plain == "/Workspace" or plain.startswith("/Workspace/"):
            raise NotInEmulator(f"files of the workspace in dbutils.fs ({path})")
        self.uri = f"{kind}:{plain}"
        is_volume = plain == "/Volumes" or plain.startswith("/Volumes/")
        self.local = plain if kind == "file" or is_volume else f"/dbfs{plain}"

    def info(self):
        status = os.stat(self.local)
        is_folder = os.path.isdir(self.local)
        name = posixpath.basename(self.uri) + ("/" if is_folder else "")
        path = self.uri + ("/" if is_folder and not self.uri.endswith("/") else "")
        return FileInfo(path, name, 0 if is_folder else status.st_size, int(status.st_mtime * 1000))

    def require(self, method):
        if not os.path.exists(self.local):
            raise ExecutionError("java.io.FileNotFoundException", f"No such file or directory {self.uri}", method)
        return self


def _exists(place, method):
    return ExecutionError(
        "org.apache.hadoop.fs.FileAlreadyExistsException", f"File already exists: {place.uri}", method
    )


class FileSystem(Utility):
    _name = "fs"

    def ls(self, path):
        place = Place(path).require("ls")
        if not os.path.isdir(place.local):
            return [place.info()]
        return [Place(posixpath.join(place.uri, name)).info() for name in sorted(os.listdir(place.local))]

    def head(self, file, maxBytes=_HEAD_BYTES):
        place = Place(file).require("head")
        with open(place.local, "rb") as stream:
            content = stream.read(maxBytes)
        if os.stat(place.local).st_size > maxBytes:
            print(f"[Truncated to first {maxBytes} bytes]")
        return content.decode("utf-8", "replace")

    def put(self, file, contents, overwrite=False):
        place = Place(file)
        if os.path.exists(place.local) and not overwrite:
            raise _exists(place, "put")
        os.makedirs(posixpath.dirname(place.local), exist_ok=True)
        content = contents.encode()
        with open(place.local, "wb") as stream:
            stream.write(content)
        print(f"Wrote {len(content)} bytes.")
        return True

    def cp(self, source, destination, recurse=False):
        start, end = self._pair(source, destination, recurse, "cp")
        if os.path.isdir(start.local):
            shutil.copytree(start.local, end, dirs_exist_ok=True)
        else:
            shutil.copyfile(start.local, end)
        return True

    def mv(self, source, destination, recurse=False):
        start, end = self._pair(source, destination, recurse, "mv")
        shutil.move(start.local, end)
        return True

    def rm(self, path, recurse=False):
        """False where there is nothing."""
        place = Place(path)
        if not os.path.exists(place.local):
            return False
        if not os.path.isdir(place.local):
            os.unlink(place.local)
        elif recurse:
            shutil.rmtree(place.local)
        elif os.listdir(place.local):
            raise ExecutionError("java.io.IOException", f"Cannot delete non-empty directory {place.uri}", "rm")
        else:
            os.rmdir(place.local)
        return True

    def mkdirs(self, path):
        place = Place(path)
        if os.path.isfile(place.local):
            raise _exists(place, "mkdirs")
        os.makedirs(place.local, exist_ok=True)
        return True

    def _pair(self, source, destination, recurse, method):
        """The source, and the local path that it gets: within the destination if that is a folder already."""
        start, end = Place(source).require(method), Place(destination)
        if os.path.isdir(start.local) and not recurse:
            raise ExecutionError("java.io.IOException", f"Cannot {method} directory {start.uri} without recurse=true", method)
        is_into = os.path.isdir(end.local) and not os.path.isdir(start.local)
        target = posixpath.join(end.local, posixpath.basename(start.local)) if is_into else end.local
        os.makedirs(posixpath.dirname(target), exist_ok=True)
        return start, target
