"""Computes what a network saved by this crate predicts, with NumPy alone.

Usage: predict.py MODEL.safetensors < x.json    (rows of numbers; prints such rows)
"""

import json
import sys

import numpy as np
from safetensors import safe_open

ACTIVATIONS = {
    "linear": lambda s: s,
    "relu": lambda s: np.maximum(s, 0),
    "sigmoid": lambda s: 1 / (1 + np.exp(-s)),
    "tanh": np.tanh,
    "softmax": lambda s: np.exp(s) / np.exp(s).sum(axis=1, keepdims=True),
}


def main(path):
    x = np.array(json.load(sys.stdin), dtype="float32")
    with safe_open(path, framework="numpy") as file:
        description = json.loads(file.metadata()["zunder"])
        for number, layer in enumerate(description["layers"]):
            if layer["kind"] == "Dense":
                kernel = file.get_tensor(f"{number}.kernel")
                bias = file.get_tensor(f"{number}.bias")
                x = ACTIVATIONS[layer["activation"]](x @ kernel + bias)
    print(json.dumps(x.tolist()))


if __name__ == "__main__":
    main(*sys.argv[1:])
