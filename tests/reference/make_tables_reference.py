"""Writes what scikit-learn makes of the table of penguins, for the tests to compare with.

    pip install -r requirements.txt
    python make_tables_reference.py    # writes tables_reference.json
"""

import csv
import json
import math
from pathlib import Path

import sklearn
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

HERE = Path(__file__).resolve().parent
COLUMNS = ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"]
SPECIES = ["Adelie", "Chinstrap", "Gentoo"]

# The scaler is fitted on the first rows only, and used for all of them: as for training and test.
NUM_TRAINING = 200


def complete_rows():
    """The measurements and the species of all penguins that were measured."""
    with open(HERE.parent.parent / "data" / "src" / "load" / "penguins.csv") as file:
        rows = [row for row in csv.DictReader(file) if row[COLUMNS[0]] != "NA"]
    return [[float(row[c]) for c in COLUMNS] for row in rows], [row["species"] for row in rows]


def main():
    x, species = complete_rows()
    scaler = StandardScaler().fit(x[:NUM_TRAINING])
    scaled = scaler.transform(x)
    sizes = []
    for samples in [2, 3, 10, 342, 345, 1000]:
        for test_size in [0.01, 0.2, 0.25, 0.5, 0.9]:
            if math.ceil(test_size * samples) < samples:
                train, test = train_test_split(range(samples), test_size=test_size)
                sizes.append([samples, test_size, len(train), len(test)])
    fixture = {
        "made_by": "tests/reference/make_tables_reference.py",
        "scikit_learn": sklearn.__version__,
        "y": [SPECIES.index(name) for name in species],
        "num_training": NUM_TRAINING,
        "mean": scaler.mean_.tolist(),
        "variance": scaler.var_.tolist(),
        "scaled": [[round(value, 7) for value in row] for row in scaled.tolist()],
        "split_sizes": sizes,  # samples, test_size, training, test
    }
    lines = [f" {json.dumps(key)}: {json.dumps(value)}" for key, value in fixture.items()]
    (HERE / "tables_reference.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main()
