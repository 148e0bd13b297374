"""The steps between raw data and the model, each with its inverse and its log-Jacobian.

A model is scored on what it sees, y = f(x). For densities the change of variables brings the score
back to raw units,

    log p(x) = log p(y) + log |det dy/dx|,

so that bits per dimension do not depend on how data were scaled. Between sets of levels nothing has
to be added: a probability stays what it is.
"""

from elbowroom.data.preprocessing.affine import MinMax, Standardise
from elbowroom.data.preprocessing.binarise import FixedBinarise, StochasticBinarise, Threshold
from elbowroom.data.preprocessing.dequantise import Dequantise
from elbowroom.data.preprocessing.log import Log
from elbowroom.data.preprocessing.logit import Logit
from elbowroom.data.preprocessing.scale import Scale

__all__ = [
    "Dequantise",
    "FixedBinarise",
    "Log",
    "Logit",
    "MinMax",
    "Scale",
    "Standardise",
    "StochasticBinarise",
    "Threshold",
]
