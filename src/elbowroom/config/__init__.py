"""The typed configuration of a run: read from TOML, laid over, checked, written back."""

from elbowroom.config.config import VERSION, Config
from elbowroom.config.tables import Table

__all__ = ["VERSION", "Config", "Table"]
