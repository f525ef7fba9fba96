"""Names each step of a conversation, times it and counts it."""

import sys
import time
import traceback
from contextlib import contextmanager

# Far above what a step takes (some tens of milliseconds): on a loaded machine a slow step must not
# look like a broken one.
STEP_TIMEOUT_S = 60


class Steps:
    """The first failed step ends the conversation: what follows would only fail after it."""

    def __init__(self, who: str):
        self.who = who
        self.passed = 0

    @contextmanager
    def __call__(self, name: str):
        started = time.monotonic()
        try:
            yield
        except BaseException as failure:
            self._say("FAILED", name, started)
            traceback.print_exception(failure)
            print(f"{self.who}: {self.passed} passed, 1 failed", flush=True)
            sys.exit(1)
        self.passed += 1
        self._say("ok", name, started)

    def _say(self, result: str, name: str, started: float):
        took_ms = (time.monotonic() - started) * 1000
        print(f"{self.who}  {result:6} {name} ({took_ms:.0f} ms)", flush=True)

    def finish(self) -> int:
        print(f"{self.who}: {self.passed} passed, 0 failed", flush=True)
        return 0
