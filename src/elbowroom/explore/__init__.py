"""The explorer: a run's latent units as knobs, in a browser.

`session` answers what the page asks of a run, `server` carries the answers to a browser on this
machine, and `static` writes a page that answers itself, with the model as graphs from `onnx`.
Nothing here trains or judges: no objective and no optimiser is imported.
"""

from elbowroom.explore.notebook import Explorer, explorer
from elbowroom.explore.onnx import export_onnx
from elbowroom.explore.static import write_html

__all__ = ["Explorer", "explorer", "export_onnx", "write_html"]
