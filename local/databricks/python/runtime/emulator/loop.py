"""An asyncio event loop that blocks the thread while it has nothing to do, in emulated time."""

import asyncio
import time

from emulator.errors import NotInEmulator

_LONGEST_WAIT_SECONDS = 86_400
_started = time.monotonic()


class _NoSelector:
    """There are no sockets, so waiting is all that a selector does."""

    def __init__(self, sleep):
        self._sleep = sleep

    def select(self, timeout=None):
        if timeout is None:
            raise RuntimeError("The event loop waits for something that nothing will bring about.")
        if timeout > 0:
            self._sleep(min(timeout, _LONGEST_WAIT_SECONDS))
        return []


class EmulatedLoop(asyncio.BaseEventLoop):
    def __init__(self, sleep, time_scale):
        self._time_scale = time_scale
        super().__init__()
        self._selector = _NoSelector(sleep)

    def time(self):
        return (time.monotonic() - _started) * self._time_scale

    def _process_events(self, event_list):
        pass

    def _write_to_self(self):
        pass

    def run_in_executor(self, executor, func, *args):
        raise NotInEmulator("threads (run_in_executor)")


class EmulatedLoopPolicy(asyncio.events._AbstractEventLoopPolicy):
    """Gives `asyncio.run` its loops."""

    def __init__(self, sleep, time_scale):
        self._sleep = sleep
        self._time_scale = time_scale
        self._loop = None

    def new_event_loop(self):
        return EmulatedLoop(self._sleep, self._time_scale)

    def get_event_loop(self):
        if self._loop is None:
            raise RuntimeError("There is no current event loop.")
        return self._loop

    def set_event_loop(self, loop):
        self._loop = loop
