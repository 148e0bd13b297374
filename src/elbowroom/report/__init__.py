"""Reports on runs: figures, one page with all of them, and a model card."""

from elbowroom.report import figures
from elbowroom.report.material import Material

__all__ = ["Material", "figures"]
