"""Running graphs as a page does, but with Python's runtime."""

from typing import Any

import numpy as np
import onnxruntime
from torch import Tensor

from elbowroom.explore.onnx.exporting import written
from elbowroom.explore.onnx.graphs import Graph


class Running:
    """A graph, written and opened again."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph.eval()
        content = written(self.graph).SerializeToString()
        self.session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])

    def __call__(self, **inputs: Any) -> list[np.ndarray]:
        arrays = {f"in.{name}": _array(value) for name, value in inputs.items()}
        return self.session.run([f"out.{name}" for name in self.graph.outputs], arrays)


def _array(value: Any) -> np.ndarray:
    return value.numpy() if isinstance(value, Tensor) else np.asarray(value, dtype=np.float32)
