"""Writes what real Keras computes for small networks with convolutions, for the tests to compare with.

    pip install -r requirements.txt
    python make_keras_convolution.py          # writes keras_convolution.json and .safetensors

The form of the files, and how Keras is run, are those of `make_keras_reference.py`.
"""

import sys

import numpy as np
from make_keras_reference import FOLDER, adam, case, dense, dump, run, sgd


def conv(filters, kernel_size=3, activation="relu", padding="valid", strides=1):
    return {
        "type": "Conv2D",
        "filters": filters,
        "kernel_size": kernel_size if isinstance(kernel_size, list) else [kernel_size] * 2,
        "activation": activation,
        "padding": padding,
        "strides": strides if isinstance(strides, list) else [strides] * 2,
    }


def pool(size=2):
    return {"type": "MaxPooling2D", "pool_size": size if isinstance(size, list) else [size] * 2}


FLATTEN = {"type": "Flatten"}


def pictures(name, about, layers, hidden=(), **changes):
    settings = {
        "dataset": "pictures",
        "num_samples": 40,
        "input_shape": [9, 8, 2],
        "layers": [*layers, FLATTEN, *hidden, dense(3, "softmax")],
        "batch_size": 16,  # 40 samples are 2 batches of 16 and one of 8
        "epochs": 2,
        "snapshots": [1, 2],
    }
    return case(name, about, **(settings | changes))


CASES = [
    pictures("valid_adam", "the window stays inside", [conv(4)]),
    pictures("valid_sgd", "the same, plain descent", [conv(4)], optimizer=sgd()),
    pictures("same_adam", "zeros around", [conv(4, padding="same")]),
    pictures("same_even_window", "one zero more behind than before", [conv(3, [2, 4], padding="same")]),
    pictures("strides_valid", "windows that leave out pixels", [conv(4, strides=2)], optimizer=sgd(momentum=0.9)),
    pictures("strides_same", "an odd side and an even one", [conv(4, padding="same", strides=[2, 3])]),
    pictures("small_window_same", "strides larger than the window", [conv(4, 1, padding="same", strides=2)]),
    pictures("narrow_window", "3 rows and 1 column", [conv(4, [3, 1], "tanh")]),
    pictures("pooling_first", "the row that is left over is dropped", [pool(2), conv(3)]),
    pictures("pooling_odd", "windows of 3 and 2 on 9 and 8", [pool([3, 2]), conv(3, 2)], optimizer=sgd()),
    pictures("softmax_of_channels", "softmax within each place", [conv(3, 3, "softmax")]),
    pictures("sigmoid_linear", "two convolutions", [conv(3, 3, "sigmoid"), conv(4, 3, "linear")]),
    pictures("flatten_only", "pictures without a convolution", []),
    pictures(
        "tutorial",
        "convolution and pooling twice, then two dense layers",
        [conv(4, padding="same"), pool(), conv(5), pool([1, 2])],
        hidden=[dense(6, "relu")],
        optimizer=adam(),
        validation_split=0.2,
    ),
    pictures("no_dropout", "a rate of 0", [conv(3), {"type": "Dropout", "rate": 0.0}], optimizer=sgd()),
]  # fmt: skip


def dataset(random):
    """Made up, but learnable: each class has its own picture, with noise."""
    labels = random.integers(3, size=40)
    centres = random.normal(size=(3, 9, 8, 2))
    points = centres[labels] + random.normal(size=(40, 9, 8, 2))
    return {"x": points.astype(np.float32), "one_hot": np.eye(3, dtype=np.float32)[labels]}


def main():
    import keras
    import tensorflow
    from safetensors.numpy import save_file

    keras.utils.set_random_seed(21)
    random = np.random.default_rng(21)
    data = dataset(random)
    arrays = {f"data/pictures/{key}": array for key, array in data.items()}
    cases = []
    for description in CASES:
        numbers, of_case = run(description, data, random)
        cases.append(numbers)
        arrays |= {f"{description['name']}/{key}": array for key, array in of_case.items()}
        print(f"{description['name']:24} loss {numbers['history']['loss']}")
    fixture = {
        "made_by": "tests/reference/make_keras_convolution.py",
        "keras": keras.__version__,
        "backend": f"tensorflow {tensorflow.__version__}",
        "cases": cases,
    }
    save_file(arrays, FOLDER / "keras_convolution.safetensors")
    with open(FOLDER / "keras_convolution.json", "w") as file:
        file.write(dump(fixture) + "\n")


if __name__ == "__main__":
    sys.exit(main())
