"""Ctrl-C between two steps instead of in the middle of one."""

import signal
import threading
from types import FrameType
from typing import Self


class Interrupt:
    """Notes the first Ctrl-C, so that the step under way can end; the second one raises.

    An optimiser interrupted half-way has updated some weights and not others: a state that no
    run without the interrupt would ever have had.
    """

    def __init__(self) -> None:
        self.asked = False

    def __enter__(self) -> Self:
        # Signals can be handled in the main thread only; elsewhere the caller has to.
        self.active = threading.current_thread() is threading.main_thread()
        if self.active:
            self.before = signal.signal(signal.SIGINT, self._note)
        return self

    def __exit__(self, *error: object) -> None:
        if self.active:
            signal.signal(signal.SIGINT, self.before)

    def _note(self, number: int, frame: FrameType | None) -> None:
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True
