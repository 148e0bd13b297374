"""Using a run: its model of given examples, their codes, reconstructions, and new examples.

Nothing here trains or judges, so that exploring a run needs no objective and no optimiser.
"""

from elbowroom.using.labelled import labels_to_make, model_given, model_of
from elbowroom.using.usage import encode, reconstruct, sample

__all__ = ["encode", "labels_to_make", "model_given", "model_of", "reconstruct", "sample"]
