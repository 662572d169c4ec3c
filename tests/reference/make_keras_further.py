"""Writes what real Keras computes with further losses, metrics, optimizers, layers and callbacks, for the
tests to compare with.

    pip install -r requirements.txt
    python make_keras_further.py          # writes keras_further.json and .safetensors
    python make_keras_further.py --words  # the same, but takes the first cases from these files

The form of the files, and how Keras is run, are those of `make_keras_reference.py`.
"""

import json
import sys
import tempfile
from pathlib import Path

import numpy as np
from make_keras_convolution import FLATTEN, conv, pool
from make_keras_reference import FOLDER, adam, case, dense, dump, run, sgd


def rmsprop(learning_rate=0.001, rho=0.9, momentum=0.0, epsilon=1e-7):
    return {
        "type": "RMSprop",
        "learning_rate": learning_rate,
        "rho": rho,
        "momentum": momentum,
        "epsilon": epsilon,
    }


BINARY = {
    "target": "binary",
    "layers": [dense(8, "relu"), dense(1, "sigmoid")],
    "loss": "binary_crossentropy",
}
NUMBERS = {
    "target": "values",
    "layers": [dense(8, "tanh"), dense(3, "linear")],
    "loss": "mean_absolute_error",
    "metrics": ["mean_absolute_error", "root_mean_squared_error"],
}
PICTURES = {"dataset": "pictures", "target": "one_hot", "input_shape": [9, 8, 2], "num_samples": 40}
SENTENCES = {"dataset": "sentences", "target": "one_hot", "input_shape": [7], "num_samples": 60}


def l2(layer, price):
    return layer | {"l2": price}


def normalization(**settings):
    return {"type": "BatchNormalization", "momentum": 0.99, "epsilon": 1e-3} | settings


CASES = [
    case("binary_adam", "yes or no, one sigmoid unit", **BINARY, validation_split=0.2),
    case("binary_sgd", "the same, plain descent", **BINARY, optimizer=sgd(momentum=0.9)),
    case(
        "binary_several",
        "several sigmoid units: the accuracy is that of classes",
        **BINARY | {"target": "one_hot", "layers": [dense(8, "relu"), dense(4, "sigmoid")]},
        validation_split=0.2,
    ),
    case(
        "binary_extreme",
        "probabilities below 1e-7: clipped they would give another loss and no gradient",
        **BINARY | {"layers": [dense(1, "sigmoid")]},
        initial_scale=30.0,
        optimizer=sgd(),
        validation_split=0.2,
    ),
    case("binary_tanh", "behind another activation it is clipped", **BINARY | {"layers": [dense(1, "tanh")]}),
    case("absolute_adam", "three numbers", **NUMBERS, validation_split=0.2),
    case("absolute_sgd", "three numbers, plain descent", **NUMBERS, optimizer=sgd(), num_samples=77),
    case("absolute_single", "one number", **NUMBERS | {"target": "value", "layers": [dense(8, "relu"), dense(1, "linear")]}),
    case("squared_metrics", "metrics beside another loss", **NUMBERS | {"loss": "mean_squared_error"}, validation_split=0.25),
    case("rmsprop_default", "Keras's settings", optimizer=rmsprop(), validation_split=0.2),
    case("rmsprop_settings", "other rate, rho and epsilon", optimizer=rmsprop(0.01, 0.8, epsilon=0.01)),
    case("rmsprop_momentum", "momentum", optimizer=rmsprop(0.005, momentum=0.9)),
    case("weight_one_hot", "a class that counts more", class_weight=[1.0, 3.0, 0.5, 0.0], validation_split=0.2),
    case(
        "weight_sparse",
        "class numbers",
        target="class",
        loss="sparse_categorical_crossentropy",
        class_weight=[0.25, 1.0, 2.0, 1.5],
        num_samples=77,
    ),
    case("weight_binary", "yes counts five times", **BINARY, class_weight=[1.0, 5.0], optimizer=sgd()),
    case("l2_adam", "a price on each kernel", layers=[l2(dense(8, "relu"), 0.01), l2(dense(4, "softmax"), 0.1)], validation_split=0.2),
    case("l2_sgd", "on one of two", layers=[l2(dense(8, "relu"), 0.05), dense(4, "softmax")], optimizer=sgd(momentum=0.9)),
    case(
        "l2_convolution",
        "on a convolution",
        **PICTURES,
        layers=[l2(conv(4), 0.02), pool(), FLATTEN, l2(dense(3, "softmax"), 0.01)],
        optimizer=sgd(),
        validation_split=0.2,
    ),
    case(
        "early_stopping",
        "stops, the weights of the best epoch come back",
        optimizer=adam(0.05),
        epochs=40,
        validation_split=0.25,
        snapshots=[],
        callbacks=[{"type": "EarlyStopping", "patience": 3, "restore_best_weights": True}],
    ),
    case(
        "early_stopping_accuracy",
        "an accuracy improves when it rises; the weights stay",
        epochs=40,
        validation_split=0.25,
        snapshots=[],
        callbacks=[{"type": "EarlyStopping", "monitor": "val_accuracy", "patience": 4, "min_delta": 0.02}],
    ),
    case(
        "early_stopping_at_the_end",
        "not stopped, but the last epoch is not the best",
        optimizer=adam(0.05),
        epochs=12,
        validation_split=0.25,
        snapshots=[],
        callbacks=[{"type": "EarlyStopping", "patience": 11, "restore_best_weights": True}],
    ),
    case(
        "plateau_adam",
        "the learning rate is halved",
        optimizer=adam(0.05),
        epochs=14,
        validation_split=0.25,
        snapshots=[],
        callbacks=[{"type": "ReduceLROnPlateau", "factor": 0.5, "patience": 1, "cooldown": 1}],
    ),
    case(
        "plateau_momentum",
        "the momentum keeps what it was at the old rate",
        optimizer=sgd(0.1, momentum=0.9),
        epochs=12,
        validation_split=0.25,
        snapshots=[],
        callbacks=[{"type": "ReduceLROnPlateau", "factor": 0.2, "patience": 2, "min_delta": 0.01, "min_lr": 0.005}],
    ),
    case(
        "plateau_rmsprop",
        "RMSprop with momentum",
        optimizer=rmsprop(0.05, momentum=0.5),
        epochs=10,
        validation_split=0.25,
        snapshots=[],
        callbacks=[{"type": "ReduceLROnPlateau", "factor": 0.3, "patience": 1}],
    ),
    case("normalization_first", "batch normalization of the inputs", layers=[normalization(), dense(4, "softmax")], validation_split=0.2),
    case(
        "normalization_between",
        "between two layers, other settings, the last batch of 13",
        layers=[dense(8, "relu"), normalization(momentum=0.6, epsilon=0.01), dense(4, "softmax")],
        optimizer=sgd(momentum=0.9),
        num_samples=77,
    ),
    case(
        "normalization_pictures",
        "a mean for each channel",
        **PICTURES,
        layers=[conv(4, activation="linear"), normalization(momentum=0.8), pool(), FLATTEN, dense(3, "softmax")],
        optimizer=sgd(),  # Adam would make steps of the rounding errors that are the gradient of the bias
        validation_split=0.2,
    ),
]  # fmt: skip

# With plain descent: for a word that comes twice in a batch, Keras on TensorFlow adds up the squares of its
# gradients, where Adam is defined by the square of their sum (which Keras on JAX takes).
WORDS = [
    case(
        "embedding",
        "words as vectors, and their mean",
        **SENTENCES,
        layers=[
            {"type": "Embedding", "input_dim": 11, "output_dim": 5},
            {"type": "GlobalAveragePooling1D"},
            dense(6, "relu"),
            dense(3, "softmax"),
        ],
        optimizer=sgd(),
        validation_split=0.2,
    ),
    case(
        "embedding_flat",
        "words as vectors, one behind the other",
        **SENTENCES,
        layers=[{"type": "Embedding", "input_dim": 11, "output_dim": 3}, FLATTEN, dense(3, "softmax")],
        optimizer=sgd(momentum=0.9),
    ),
]  # fmt: skip


def datasets(random):
    """Made up, but learnable."""
    centres = random.normal(size=(4, 12))
    labels = random.integers(4, size=100)
    points = (centres[labels] + random.normal(size=(100, 12))).astype(np.float32)
    values = np.sin(points @ random.normal(size=(12, 3)) / 3).astype(np.float32)
    blobs = {
        "x": points,  # [100, 12]
        "class": labels.astype(np.int32),  # [100]
        "one_hot": np.eye(4, dtype=np.float32)[labels],  # [100, 4]
        "binary": (values[:, :1] > 0.2).astype(np.float32),  # [100, 1]
        "values": values,  # [100, 3]
        "value": values[:, :1].copy(),  # [100, 1]
    }
    labels = random.integers(3, size=40)
    shown = random.normal(size=(3, 9, 8, 2))[labels] + random.normal(size=(40, 9, 8, 2))
    pictures = {"x": shown.astype(np.float32), "one_hot": np.eye(3, dtype=np.float32)[labels]}
    labels = random.integers(3, size=60)
    words = (random.integers(0, 5, size=(60, 7)) + 3 * labels[:, None]).astype(np.float32)
    sentences = {"x": words, "one_hot": np.eye(3, dtype=np.float32)[labels]}
    return {"blobs": blobs, "pictures": pictures, "sentences": sentences}


def csv_log(data, random):
    """What CSVLogger writes, and the numbers that it was given."""
    with tempfile.TemporaryDirectory() as folder:
        file = str(Path(folder) / "log.csv")
        description = case(
            "csv", "a file of numbers", epochs=3, validation_split=0.2, callbacks=[{"type": "CSVLogger", "filename": file}]
        )
        numbers, _ = run(description, data["blobs"], random)
        return {"text": Path(file).read_text(), "history": numbers["history"]}


def sequences():
    """What TextVectorization makes of texts whose order counts."""
    import keras

    adapt = ["The cat sat on the mat, didn't it?", "the dog  saw the cat", "A mat!"]
    apply = ["the cat", "", "a dog and the mat and the cat", "?!", "it it it"]
    cases = []
    for split, ngrams, max_tokens, length in [
        ("whitespace", 1, None, 4), ("whitespace", 1, 5, 6), ("whitespace", 2, None, 9), ("character", 1, None, 5),
    ]:  # fmt: skip
        layer = keras.layers.TextVectorization(
            max_tokens=max_tokens, split=split, ngrams=ngrams, output_mode="int", output_sequence_length=length
        )
        layer.adapt(adapt)
        cases.append({
            "split": split, "ngrams": ngrams, "max_tokens": max_tokens, "length": length,
            "vocabulary": layer.get_vocabulary(), "rows": np.array(layer(apply)).tolist(),
        })  # fmt: skip
    return {"adapt": adapt, "apply": apply, "cases": cases}


def resized(random, arrays):
    """What image_dataset_from_directory makes of two pictures.

    Grey is tried with grey pictures: of the colours of a PNG TensorFlow makes a grey of its own, in which
    blue is brightest.
    """
    import keras
    import tensorflow

    for mode in ["rgb", "grayscale"]:
        with tempfile.TemporaryDirectory() as folder:
            for name, (height, width) in [("high", (9, 5)), ("wide", (6, 14))]:
                pixels = random.integers(256, size=(height, width, 3)).astype(np.uint8)
                if mode == "grayscale":
                    pixels[:] = pixels[:, :, :1]
                arrays[f"pictures/{mode}/{name}"] = pixels.astype(np.float32)
                (Path(folder) / name).mkdir()
                file = Path(folder) / name / "1.png"
                file.write_bytes(tensorflow.io.encode_png(pixels).numpy())
            for height, width in [(4, 7), (12, 12)]:
                data = keras.utils.image_dataset_from_directory(
                    folder, color_mode=mode, image_size=(height, width), shuffle=False, verbose=False
                )
                ((x, y),) = list(data)
                assert y.numpy().tolist() == [0, 1]
                arrays[f"pictures/{mode}/{height}x{width}"] = x.numpy()


def describe():
    """A column of numbers in a few others; pandas's `describe` computes the same."""
    numbers = [3.5, -1.25, 8.0, 2.75, 2.75, 100.5, 0.0]
    quartiles = np.percentile(numbers, [0, 25, 50, 75, 100])
    return {"numbers": numbers, "summary": [np.mean(numbers), np.std(numbers, ddof=1), *quartiles]}


def main():
    import keras
    import tensorflow
    from safetensors.numpy import load_file, save_file

    keras.utils.set_random_seed(22)
    random = np.random.default_rng(22)
    data = datasets(random)
    arrays, cases = {}, []

    def add(descriptions):
        for description in descriptions:
            numbers, of_case = run(description, data[description["dataset"]], random)
            cases.append(numbers)
            arrays.update({f"{description['name']}/{key}": array for key, array in of_case.items()})
            print(f"{description['name']:26} loss {[round(loss, 4) for loss in numbers['history']['loss']]}")

    if "--words" in sys.argv:
        first = {description["name"] for description in CASES}
        old = load_file(FOLDER / "keras_further.safetensors")
        arrays |= {name: array for name, array in old.items() if name.split("/")[0] in first}
        written = json.loads((FOLDER / "keras_further.json").read_text())
        cases += [old for old in written["cases"] if old["name"] in first]
    else:
        add(CASES)
    arrays |= {f"data/{name}/{key}": array for name, fields in data.items() for key, array in fields.items()}
    keras.utils.set_random_seed(23)
    random = np.random.default_rng(23)
    add(WORDS)
    fixture = {
        "made_by": "tests/reference/make_keras_further.py",
        "keras": keras.__version__,
        "backend": f"tensorflow {tensorflow.__version__}",
        "cases": cases,
        "csv_log": csv_log(data, random),
        "sequences": sequences(),
        "describe": describe(),
    }
    resized(random, arrays)
    save_file(arrays, FOLDER / "keras_further.safetensors")
    with open(FOLDER / "keras_further.json", "w") as file:
        file.write(dump(fixture) + "\n")


if __name__ == "__main__":
    sys.exit(main())
