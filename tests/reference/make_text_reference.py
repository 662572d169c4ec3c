"""Writes what Keras's TextVectorization makes of a few texts, for the tests to compare with.

    pip install -r requirements.txt
    python make_text_reference.py    # writes text_reference.json

Capital letters and punctuation are ASCII only: Keras leaves others as they are, Zunder does not. Keras joins the
characters of an n-gram by spaces; they are taken out here.
"""

import json
import os
from pathlib import Path

os.environ["CUDA_VISIBLE_DEVICES"] = ""
os.environ["KERAS_BACKEND"] = "tensorflow"

import keras
import numpy as np

ADAPT = [
    "The cat sat on the mat, didn't it?",
    "Der Hund schl\u00e4ft \u00fcber der K\u00fcche: sch\u00f6n!",
    "L'\u00e9t\u00e9, o\u00f9 \u00eates-vous all\u00e9s ?",
    "D\u00f3nde est\u00e1 el ni\u00f1o? Aqu\u00ed (100%)!",
    "stra\u00dfe und stra\u00dfenbahn",
]
APPLY = ["The hat.", "Stra\u00dfe, fr\u00fch um 10", "", "?!", "xyz", "el ni\u00f1o y la ni\u00f1a"]

# ngrams, max_tokens
CASES = [(1, None), (1, 10), (2, None), (2, 30), (3, None), (3, 2)]


def without_spaces_between(token):
    return token if token == "[UNK]" else token[::2]


def main():
    cases = []
    for ngrams, max_tokens in CASES:
        layer = keras.layers.TextVectorization(
            max_tokens=max_tokens, split="character", ngrams=ngrams, output_mode="count"
        )
        layer.adapt(ADAPT)
        cases.append({
            "ngrams": ngrams,
            "max_tokens": max_tokens,
            "vocabulary": [without_spaces_between(token) for token in layer.get_vocabulary()],
            "counts": np.array(layer(APPLY)).astype(int).tolist(),  # a row for each text
        })  # fmt: skip

    fixture = {
        "made_by": "tests/reference/make_text_reference.py",
        "keras": keras.__version__,
        "adapt": ADAPT,
        "apply": APPLY,
        "cases": "CASES",
    }
    # A line per case keeps the file short and a diff readable.
    lines = ",\n".join("  " + json.dumps(case, ensure_ascii=False) for case in cases)
    text = json.dumps(fixture, indent=1, ensure_ascii=False).replace('"CASES"', f"[\n{lines}\n ]")
    path = Path(__file__).resolve().parent / "text_reference.json"
    path.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
