"""The Python side of the workspace emulator: runs notebooks and files inside Pyodide."""
