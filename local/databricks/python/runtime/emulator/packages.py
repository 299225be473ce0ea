"""What may be imported and installed: Python's own library, what the emulator stands in for, files of the workspace."""

import importlib.abc
import importlib.machinery
import importlib.util
import posixpath
import re
import shlex
import sys

from emulator import host
from emulator.errors import NotInEmulator

# In every Databricks Runtime, or of Databricks: a notebook that imports one of these is not mistaken.
_OF_THE_RUNTIME = {
    "IPython", "azure", "boto3", "botocore", "certifi", "cryptography", "dateutil", "dbruntime", "delta", "dlt",
    "databricks", "fsspec", "google", "grpc", "ipykernel", "ipywidgets", "jinja2", "joblib", "koalas", "matplotlib", "mlflow",
    "msal", "nest_asyncio", "numpy", "pandas", "packaging", "pip", "plotly", "psutil", "psycopg2", "pyarrow", "pydantic",
    "pyodbc", "pyspark", "pytest", "pytz", "requests", "scipy", "seaborn", "setuptools", "six", "sklearn", "sqlalchemy",
    "statsmodels", "tkinter", "tornado", "typing_extensions", "tzdata", "urllib3", "yaml",
}  # fmt: skip
_INSTALLED = {"pyspark", "py4j"}
_WORKSPACE = "/Workspace"


class NotInEmulatorModule(NotInEmulator, ModuleNotFoundError):
    """Also a ModuleNotFoundError, so that a fallback for a package that is missing works."""


class _RuntimePackages(importlib.abc.MetaPathFinder):
    """Comes last: names the packages that a cluster would have."""

    def find_spec(self, fullname, path=None, target=None):
        if fullname.partition(".")[0] in _OF_THE_RUNTIME:
            raise NotInEmulatorModule(f"the package {fullname}")
        return None


class _WorkspaceFolder:
    """Finds modules in a folder of the workspace; what `sys.path` needs for an entry such as `/Workspace/Shared/lib`."""

    def __init__(self, entry):
        if not entry.startswith(f"{_WORKSPACE}/"):
            raise ImportError(entry)
        self._folder = entry

    def find_spec(self, fullname, target=None):
        name = fullname.rpartition(".")[2]
        folder = posixpath.join(self._folder, name)
        for path, is_package in ((f"{folder}/__init__.py", True), (f"{folder}.py", False)):
            text = host.call("workspace.file", path=path)
            if text is not None:
                loader = _WorkspaceLoader(path, text)
                places = [folder] if is_package else None
                return importlib.util.spec_from_file_location(
                    fullname, path, loader=loader, submodule_search_locations=places
                )
        return None

    def invalidate_caches(self):
        pass


class _WorkspaceLoader(importlib.abc.InspectLoader):
    def __init__(self, path, text):
        self.path = path
        self._text = text

    def get_source(self, fullname):
        return self._text

    def get_filename(self, fullname):
        return self.path

    def get_code(self, fullname):
        return compile(self._text, self.path, "exec", dont_inherit=True)


def install():
    sys.path_hooks.insert(0, _WorkspaceFolder)
    sys.meta_path.append(_RuntimePackages())


def workspace_path(path):
    """`/Shared/a` as `sys.path` has it on a cluster: `/Workspace/Shared/a`."""
    return path if path.startswith(f"{_WORKSPACE}/") else f"{_WORKSPACE}{path}"


def pip(line):
    """`%pip install …`: fine for what is there already; every other package is refused by name."""
    command, *words = shlex.split(line) or [""]
    if command != "install":
        raise NotInEmulator(f"%pip {command}")
    for word in words:
        if word.startswith("-") and word not in ("-q", "--quiet", "-U", "--upgrade"):
            raise NotInEmulator(f"%pip install {word}: it cannot install packages")
    for package in (word for word in words if not word.startswith("-")):
        name = re.split(r"[<>=!~\[;@ ]", package, maxsplit=1)[0]
        if name.lower().replace("-", "_") not in _INSTALLED:
            raise NotInEmulator(f"the package {name}, nor a way to install it (%pip install {package})")
    print("Requirement already satisfied.")
