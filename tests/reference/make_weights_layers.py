"""Writes the weights of Keras's further layers as its users save them, with what those networks predict.

Makes keras_pictures.safetensors, keras_pictures_paths.safetensors, keras_words.safetensors and
weights_layers.json in this folder; tests/saving.rs loads the first three and compares with the fourth.

    pip install -r requirements.txt
    python tests/reference/make_weights_layers.py
"""

import json
import os
import pathlib
import tempfile

os.environ["KERAS_BACKEND"] = "tensorflow"

import keras
import numpy as np
import safetensors.numpy
from keras import layers

FOLDER = pathlib.Path(__file__).parent
L2 = keras.regularizers.L2(0.01)


def pictures():
    return keras.Sequential([
        keras.Input((6, 5, 2)),
        layers.Conv2D(3, 3, activation="relu", padding="same", kernel_regularizer=L2),
        layers.BatchNormalization(),
        layers.MaxPooling2D(2),
        layers.Flatten(),
        layers.Dropout(0.5),
        layers.Dense(4, activation="relu", kernel_regularizer=L2),
        layers.BatchNormalization(epsilon=0.01),
        layers.Dense(3, activation="softmax"),
    ])


def words():
    return keras.Sequential([
        keras.Input((7,)),
        layers.Embedding(20, 4),
        layers.GlobalAveragePooling1D(),
        layers.Dropout(0.2),
        layers.Dense(3, activation="softmax"),
    ])


def from_its_own_file(build, random):
    """A network of random weights that went through Keras's own file, as a learner has it."""
    model = build()
    # A variance is never negative.
    values = [random.normal(size=w.shape) for w in model.weights]
    values = [abs(v) + 0.1 if w.name == "moving_variance" else v for w, v in zip(model.weights, values)]
    model.set_weights(values)
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "model.weights.h5"
        model.save_weights(file)
        again = build()
        again.load_weights(file)
    return again


def by_number(model):
    """As the documentation of `load_weights` shows."""
    return {f"{i}.{weight.name}": np.asarray(weight) for i, layer in enumerate(model.layers)
            for weight in layer.weights}


def main():
    keras.utils.set_random_seed(4)
    random = np.random.default_rng(4)
    x = random.normal(size=(8, 6, 5, 2)).astype("float32")
    texts = random.integers(0, 20, size=(8, 7)).astype("float32")
    reference = {"versions": {module.__name__: module.__version__ for module in (keras, np)}}
    model = from_its_own_file(pictures, random)
    safetensors.numpy.save_file(by_number(model), FOLDER / "keras_pictures.safetensors")
    # Keras's own names, which sort otherwise: sequential/batch_normalization/gamma, ..., sequential/dense/kernel
    paths = {weight.path: np.asarray(weight) for weight in model.weights}
    safetensors.numpy.save_file(paths, FOLDER / "keras_pictures_paths.safetensors")
    reference["pictures"] = {"x": x.ravel().tolist(), "y": model.predict(x, verbose=0).ravel().tolist()}
    model = from_its_own_file(words, random)
    safetensors.numpy.save_file(by_number(model), FOLDER / "keras_words.safetensors")
    reference["words"] = {"x": texts.ravel().tolist(), "y": model.predict(texts, verbose=0).ravel().tolist()}
    (FOLDER / "weights_layers.json").write_text(json.dumps(reference) + "\n")


if __name__ == "__main__":
    main()
