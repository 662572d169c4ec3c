"""Writes weights as Keras and PyTorch users save them, with what those networks predict.

Makes keras_weights.safetensors, torch_weights.safetensors and weights_reference.json in this
folder; tests/saving.rs loads the first two and compares with the third. Run it in an environment
with requirements.txt, and torch==2.15.0 (CPU) for the second file:

    python tests/reference/make_weights_reference.py
"""

import json
import os
import pathlib

os.environ["KERAS_BACKEND"] = "tensorflow"

import keras
import numpy as np
import safetensors.numpy
import safetensors.torch
import torch

FOLDER = pathlib.Path(__file__).parent
INPUTS, HIDDEN, CLASSES = 6, 5, 3


def main():
    keras.utils.set_random_seed(4)
    torch.manual_seed(4)
    x = np.random.default_rng(4).normal(size=(8, INPUTS)).astype("float32")
    reference = {
        "versions": {module.__name__: module.__version__ for module in (keras, torch, np)},
        "x": x.tolist(),
        "keras": with_keras(x).tolist(),
        "torch": with_torch(x).tolist(),
    }
    (FOLDER / "weights_reference.json").write_text(json.dumps(reference, indent=1) + "\n")


def with_keras(x):
    layers = [
        keras.Input((INPUTS,)),
        keras.layers.Dense(HIDDEN, activation="relu", bias_initializer="random_normal"),
        keras.layers.Dense(HIDDEN, activation="tanh", bias_initializer="random_normal"),
        keras.layers.Dense(CLASSES, activation="softmax", bias_initializer="random_normal"),
    ]
    model = keras.Sequential(layers)
    # Keras's own names: sequential/dense/kernel, sequential/dense_1/kernel, ...
    weights = {variable.path: np.asarray(variable) for variable in model.weights}
    safetensors.numpy.save_file(weights, FOLDER / "keras_weights.safetensors")
    return model.predict(x, verbose=0)


def with_torch(x):
    model = torch.nn.Sequential(
        torch.nn.Linear(INPUTS, HIDDEN), torch.nn.ReLU(),
        torch.nn.Linear(HIDDEN, HIDDEN), torch.nn.Tanh(),
        torch.nn.Linear(HIDDEN, CLASSES), torch.nn.Softmax(dim=1),
    )
    safetensors.torch.save_file(model.state_dict(), FOLDER / "torch_weights.safetensors")
    with torch.no_grad():
        return model(torch.from_numpy(x)).numpy()


if __name__ == "__main__":
    main()
