"""Reports on runs: figures, one page with all of them, and a model card."""

from elbowroom.report.card import write_card
from elbowroom.report.material import Material
from elbowroom.report.writing import write, write_rate_distortion

__all__ = ["Material", "write", "write_card", "write_rate_distortion"]
