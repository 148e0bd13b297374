"""Structures: how likelihood, networks, posterior and prior become a model."""

from elbowroom.models.structures.single_level import SingleLevel
from elbowroom.models.structures.structure import Blueprint, Structure

__all__ = ["Blueprint", "SingleLevel", "Structure"]
