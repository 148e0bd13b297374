"""The IDX format of MNIST: a magic number, big-endian sizes, big-endian values."""

import gzip
import math
import struct
import zlib
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np

from elbowroom.errors import DataError

TYPES = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
GZIP_LIMIT = 1032  # deflate cannot shrink data further than this
PIECE = 2**24


def read_idx(path: Path) -> np.ndarray:
    """Read one IDX file, gzipped or not.

    Sizes are checked against the file before memory is set aside for them.

    Args:
        path: The file; gzip is recognised by its content.

    Returns:
        The array, in the machine's byte order.

    Raises:
        DataError: Not an IDX file, cut short, longer than it says, or corrupt.
    """
    with path.open("rb") as file:
        zipped = file.read(2) == b"\x1f\x8b"
    size = path.stat().st_size
    try:
        with gzip.open(path) if zipped else path.open("rb") as file:
            stream = cast(BinaryIO, file)
            dtype, shape = _header(stream, path)
            wanted = math.prod(shape) * dtype.itemsize
            if wanted > size * (GZIP_LIMIT if zipped else 1):
                raise DataError(
                    f"{path} is cut short or corrupt: its header announces an array of shape "
                    f"{shape}, {wanted:,} bytes, but the file has {size:,}. Download it again."
                )
            content = _exactly(stream, wanted, path, shape)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise DataError(
            f"{path} is cut short or corrupt: gzip says {str(error)!r}. Download it again."
        ) from None
    array = np.frombuffer(content, dtype).reshape(shape)
    return array.astype(dtype.newbyteorder("="), copy=False)


def _header(stream: BinaryIO, path: Path) -> tuple[np.dtype, tuple[int, ...]]:
    magic = stream.read(4)
    if len(magic) < 4 or magic[:2] != b"\0\0" or magic[2] not in TYPES or magic[3] == 0:
        raise DataError(
            f"{path} is not an IDX file: it begins with {magic.hex(' ') or 'nothing'}, where "
            "00 00, a type (08 to 0e) and the number of axes belong."
        )
    sizes = stream.read(4 * magic[3])
    if len(sizes) < 4 * magic[3]:
        raise DataError(f"{path} is cut short: it ends within its header. Download it again.")
    return np.dtype(TYPES[magic[2]]), struct.unpack(f">{magic[3]}I", sizes)


def _exactly(stream: BinaryIO, wanted: int, path: Path, shape: tuple[int, ...]) -> bytearray:
    content = bytearray()
    while len(content) <= wanted and (piece := stream.read(min(PIECE, wanted + 1 - len(content)))):
        content += piece
    if len(content) != wanted:
        found = f"only {len(content):,}" if len(content) < wanted else "more"
        raise DataError(
            f"{path} is cut short or corrupt: its header announces an array of shape {shape}, "
            f"{wanted:,} bytes, and {found} follow. Download it again."
        )
    return content
