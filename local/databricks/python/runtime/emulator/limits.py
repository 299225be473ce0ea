"""What Python has elsewhere and not here: threads, processes, sockets. Each says so, instead of failing in its own way."""

import _thread
import os
import socket
import subprocess
import threading

from emulator.errors import NotInEmulator


def _refuse(what):
    def refused(*args, **kwargs):
        raise NotInEmulator(what)

    return refused


# (where, name, what is said)
_LIMITS = [
    (_thread, "start_new_thread", "threads"),
    (_thread, "start_joinable_thread", "threads"),
    (threading, "_start_joinable_thread", "threads (threading.Thread, ThreadPoolExecutor): run the work one after another"),
    (subprocess.Popen, "__init__", "processes (subprocess)"),
    (os, "system", "processes (os.system)"),
    (os, "popen", "processes (os.popen)"),
    (os, "fork", "processes (os.fork)"),
    (socket, "getaddrinfo", "a network (socket)"),
    (socket, "create_connection", "a network (socket)"),
    (socket.socket, "connect", "a network (socket)"),
]


def install():
    for owner, name, what in _LIMITS:
        setattr(owner, name, _refuse(what))
