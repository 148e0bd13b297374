"""Read ahead: a background thread that keeps a few items ready."""

import queue
import threading
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

Item = TypeVar("Item")


def prefetched(items: Iterable[Item], ahead: int = 4) -> Iterator[Item]:
    """Yield the same items, computed by a background thread up to `ahead` before they are needed.

    The thread starts with the first item and ends with the loop, whether that is finished, left
    early or broken by an error. An error in `items` is raised where the item would have come.

    Args:
        items: What to compute in the background.
        ahead: How many to keep ready.

    Example:
        >>> list(prefetched(i * i for i in range(4)))
        [0, 1, 4, 9]
    """
    ready: queue.Queue[tuple[str, Any]] = queue.Queue(maxsize=ahead)
    stop = threading.Event()

    def put(kind: str, value: Any) -> None:
        while not stop.is_set():
            try:
                ready.put((kind, value), timeout=0.1)
            except queue.Full:
                continue  # look at `stop` now and then
            return

    def work() -> None:
        try:
            for item in items:
                put("item", item)
                if stop.is_set():
                    return
        except BaseException as error:  # noqa: BLE001 - raised again in the consumer
            put("error", error)
        else:
            put("end", None)

    thread = threading.Thread(target=work, name="elbowroom-prefetch", daemon=True)
    thread.start()
    try:
        while True:
            kind, value = ready.get()
            if kind == "end":
                return
            if kind == "error":
                raise value
            yield value
    finally:
        stop.set()
        thread.join()
