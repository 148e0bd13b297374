"""One file of weights for several graphs."""

from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from onnx import ModelProto, TensorProto

FILE = "weights.bin"
"""Name by which the graphs know the file."""

_SMALL = 1024
"""Tensors of fewer bytes stay in their graph."""
_ALIGNED = 64


class Pool:
    """Collects weights, equal ones once.

    Attributes:
        content: The weights, one after the other.
    """

    def __init__(self) -> None:
        self.content = b""
        self.places: dict[bytes, int] = {}

    def written(self, graph: "ModelProto") -> bytes:
        """Move the weights of a graph into the pool, and return the graph without them."""
        for tensor in graph.graph.initializer:
            if len(tensor.raw_data) >= _SMALL:
                self._take(tensor)
        return graph.SerializeToString(deterministic=True)

    def _take(self, tensor: "TensorProto") -> None:
        data = tensor.raw_data
        key = sha256(data).digest()
        if key not in self.places:
            self.content += bytes(-len(self.content) % _ALIGNED)
            self.places[key] = len(self.content)
            self.content += data
        tensor.ClearField("raw_data")
        tensor.data_location = tensor.EXTERNAL
        place = {"location": FILE, "offset": self.places[key], "length": len(data)}
        for name, value in place.items():
            entry = tensor.external_data.add()
            entry.key, entry.value = name, str(value)
