"""A page that is one file, opened without a browser: what it carries, and what its graphs say."""

import base64
import gzip
import json
import re
from functools import cached_property
from typing import Any

import numpy as np
import onnx
import onnxruntime

TAG = re.compile(r'<script type="application/octet-stream" id="(part-\d+)">([^<]*)</script>')
SETTINGS = re.compile(r'<script type="application/json" id="explorer">(.*?)</script>', re.DOTALL)


class Unpacked:
    """A page."""

    def __init__(self, html: str) -> None:
        self.html = html
        self.settings: dict[str, Any] = json.loads(SETTINGS.search(html)[1])
        self.texts = dict(TAG.findall(html))
        [self.about], [self.file] = self.settings["runs"], self.settings["files"]

    def bytes_of(self, name: str) -> bytes:
        return gzip.decompress(base64.b64decode(self.texts[name]))

    def array(self, name: str) -> np.ndarray:
        packed = self.file["arrays"][name]
        numbers = np.frombuffer(self.bytes_of(packed["id"]), np.dtype(packed["type"]))
        return packed["low"] + packed["step"] * numbers.astype(np.float64)

    @cached_property
    def weights(self) -> bytes:
        return self.bytes_of(self.file["weights"])

    def ask(self, name: str, **inputs: Any) -> dict[str, np.ndarray]:
        """Run a graph as the page does, but with Python's runtime."""
        session = onnxruntime.InferenceSession(
            self._graph(name), providers=["CPUExecutionProvider"]
        )
        arrays = {f"in.{key}": np.asarray(value, np.float32) for key, value in inputs.items()}
        names = [output.name for output in session.get_outputs()]
        found = session.run(names, arrays)
        return {key.removeprefix("out."): value for key, value in zip(names, found, strict=True)}

    def _graph(self, name: str) -> bytes:
        """Return a graph with its weights put back."""
        graph = onnx.load_from_string(self.bytes_of(self.file["graphs"][name]))
        for tensor in graph.graph.initializer:
            if tensor.data_location == tensor.EXTERNAL:
                place = {entry.key: entry.value for entry in tensor.external_data}
                start = int(place["offset"])
                tensor.raw_data = self.weights[start : start + int(place["length"])]
                tensor.data_location = tensor.DEFAULT
                del tensor.external_data[:]
        onnx.checker.check_model(graph)
        return graph.SerializeToString()
