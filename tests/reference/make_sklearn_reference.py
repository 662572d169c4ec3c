"""Writes what scikit-learn reports for small made-up predictions, for the tests to compare with.

    pip install -r requirements.txt
    python make_sklearn_reference.py    # writes sklearn_reference.json

Every case passes `labels` = all classes: a class that occurs nowhere still gets its row and its
column, as a learner with ten digits expects, and counts in the macro average. `zero_division=0`:
the precision of a class that was never predicted, or the recall of one that never occurs, is 0.
"""

import json
from pathlib import Path

import sklearn
from sklearn.metrics import classification_report, confusion_matrix

# name, number of classes, true classes, predicted classes
CASES = [
    ("three_classes", 3, [0, 1, 2, 2, 1, 0, 2, 1, 0, 2], [0, 2, 2, 2, 1, 0, 1, 1, 0, 2]),
    ("two_classes", 2, [0, 1, 1, 0, 1, 0, 0, 1], [0, 1, 0, 0, 1, 1, 0, 1]),
    ("all_right", 3, [0, 1, 2, 1], [0, 1, 2, 1]),
    ("all_wrong", 3, [0, 1, 2, 1], [1, 2, 0, 0]),
    ("class_never_predicted", 4, [0, 1, 2, 3, 3, 2, 1, 0, 3], [0, 1, 2, 2, 1, 2, 1, 0, 0]),
    ("class_absent_from_truth", 4, [0, 1, 2, 2, 1, 0, 0], [0, 1, 3, 2, 1, 3, 0]),
    ("class_in_neither", 4, [0, 1, 3, 3, 1], [0, 3, 3, 3, 1]),
    ("one_class_only", 3, [1, 1, 1], [1, 1, 1]),
    ("one_sample", 2, [1], [0]),
    # A hundred "digits" of which about one in six is taken for another, unevenly spread.
    (
        "ten_digits",
        10,
        [(i * i + 3 * i // 7) % 10 for i in range(100)],
        [((i * i + 3 * i // 7) + (i % 6 == 5) * (1 + i % 4)) % 10 for i in range(100)],
    ),
]


def numbers(report):
    """scikit-learn calls it "f1-score"; a support is a count, though the averages print it as 4.0."""
    return {
        "precision": report["precision"],
        "recall": report["recall"],
        "f1": report["f1-score"],
        "support": int(report["support"]),
    }


def main():
    cases = []
    for name, num_classes, y_true, y_pred in CASES:
        labels = list(range(num_classes))
        report = classification_report(y_true, y_pred, labels=labels, output_dict=True, zero_division=0)
        matrix = confusion_matrix(y_true, y_pred, labels=labels)
        text = classification_report(y_true, y_pred, labels=labels, digits=3, zero_division=0)
        cases.append({
            "name": name,
            "num_classes": num_classes,
            "y_true": y_true,
            "y_pred": y_pred,
            "confusion_matrix": matrix.tolist(),  # row: the true class, column: the predicted one
            "classes": [numbers(report[str(label)]) for label in labels],
            "accuracy": report["accuracy"],
            "macro_avg": numbers(report["macro avg"]),  # plain mean over the classes
            "weighted_avg": numbers(report["weighted avg"]),  # weighted by support
            "report": text,
        })  # fmt: skip

    fixture = {
        "made_by": "tests/reference/make_sklearn_reference.py",
        "scikit_learn": sklearn.__version__,
        "zero_division": 0,
        "cases": cases,
    }
    # A line per case keeps the file short and a diff readable.
    text = json.dumps(fixture | {"cases": "CASES"}, indent=1)
    lines = ",\n".join("  " + json.dumps(case) for case in cases)
    path = Path(__file__).resolve().parent / "sklearn_reference.json"
    path.write_text(text.replace('"CASES"', f"[\n{lines}\n ]") + "\n")


if __name__ == "__main__":
    main()
