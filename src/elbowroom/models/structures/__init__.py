"""Structures: how likelihood, networks, posterior and prior become a model."""

from elbowroom.models.structures.ladder import Ladder
from elbowroom.models.structures.semi_amortised import SemiAmortised
from elbowroom.models.structures.single_level import SingleLevel
from elbowroom.models.structures.structure import Blueprint, Structure
from elbowroom.models.structures.very_deep import VeryDeep

__all__ = ["Blueprint", "Ladder", "SemiAmortised", "SingleLevel", "Structure", "VeryDeep"]
