"""A run as graphs that run without Python (ONNX)."""

from elbowroom.explore.onnx.exporting import Exported, export, export_onnx

__all__ = ["Exported", "export", "export_onnx"]
