"""Where codes lie: distributions over unlike spaces have no rate between them."""

from enum import StrEnum


class Space(StrEnum):
    """The set that a posterior and a prior spread their mass over."""

    REAL = "all of R^n"
    SPHERE = "the unit sphere in R^n"
