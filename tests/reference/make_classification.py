"""Writes classification.json: what scikit-learn makes of some labels and predictions.

Run with scikit-learn 1.9.1 and NumPy:  python make_classification.py > classification.json
"""

import json

import numpy
import sklearn
from sklearn.metrics import classification_report, confusion_matrix

generator = numpy.random.default_rng(20260)


def noisy(labels, classes, wrong):
    """The labels, a part of them replaced by any class."""
    replaced = generator.random(len(labels)) < wrong
    return numpy.where(replaced, generator.integers(0, classes, len(labels)), labels)


digits = generator.integers(0, 10, 500)
rare = generator.choice(4, 200, p=[0.9, 0.06, 0.03, 0.01])
cases = {
    "ten digits": (digits, noisy(digits, 10, 0.1), 10),
    "all right": (digits, digits, 10),
    "all wrong": (digits, (digits + 1) % 10, 10),
    "always the same vote": (rare, numpy.zeros_like(rare), 4),
    "rare classes": (rare, noisy(rare, 4, 0.3), 4),
    "class 1 does not occur": (numpy.array([0, 2, 2, 0, 3]), numpy.array([0, 2, 3, 0, 3]), 4),
    "class 1 is only voted for": (numpy.array([0, 2, 2, 0]), numpy.array([0, 2, 1, 1]), 3),
    "one sample": (numpy.array([1]), numpy.array([0]), 2),
}
print(
    json.dumps(
        {
            "made_by": f"scikit-learn {sklearn.__version__}, NumPy {numpy.__version__}",
            "cases": [
                {
                    "name": name,
                    "labels": labels.tolist(),
                    "predictions": predictions.tolist(),
                    "confusion_matrix": confusion_matrix(
                        labels, predictions, labels=range(classes)
                    ).tolist(),
                    "report": classification_report(
                        labels, predictions, digits=3, zero_division=0
                    ),
                }
                for name, (labels, predictions, classes) in cases.items()
            ],
        }
    )
)
