"""Writes what real Keras computes for small networks, for the tests to compare with.

    pip install -r requirements.txt
    python make_keras_reference.py            # writes keras_reference.json and .safetensors
    python make_keras_reference.py --check    # recomputes the written files with plain NumPy

`keras_reference.safetensors` holds every array (float32 bytes, so nothing is lost in printing),
`keras_reference.json` the rest: versions, data sets, cases, facts. A float in the JSON is a float32
printed as a double, so it parses back exactly too.

Keras does all the work: `fit` with its own running means and its own `validation_split`,
`evaluate`, `predict`. Only the shuffling is ours, because a random order could not be repeated
elsewhere: a case with `shuffled` permutes its training samples before each of its epochs and calls
`fit(epochs=1, shuffle=False)` once per epoch (the optimizer keeps its state between calls); every
other case is one `fit(epochs=E, shuffle=False)`.

The backend is TensorFlow, for one reason: what cross-entropy does after a softmax differs between
backends. On TensorFlow, `softmax` attaches its logits to its result (`_keras_logits`), and the loss
takes those: log-softmax, nothing clipped, in `fit` and in `evaluate`, graph or eager. On JAX
nothing is attached: probabilities are clipped to [1e-7, 1 - 1e-7], so that a loss stops at
16.118 and its gradient vanishes there. The first is what `from_logits=True` gives on any backend,
what the classic tutorials ran on, and what trains on: it is our reference. `facts.cross_entropy`
has both, and the case `extreme_logits` tells them apart. Two traps beside it, also recorded:
the loss function called on the result of `predict` (an array without logits) clips on TensorFlow
too, and `sigmoid` attaches its logits as well, so that cross-entropy after a sigmoid layer is
computed as if that layer were a softmax.
"""

import argparse
import json
import math
import os
import subprocess
import sys
from pathlib import Path

import numpy as np

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"  # the reference is the CPU's, wherever the script runs

FOLDER = Path(__file__).resolve().parent

# --- The cases -------------------------------------------------------------------------------


def dense(units, activation):
    return {"type": "Dense", "units": units, "activation": activation}


def adam(learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    return {
        "type": "Adam",
        "learning_rate": learning_rate,
        "beta_1": beta_1,
        "beta_2": beta_2,
        "epsilon": epsilon,
    }


def sgd(learning_rate=0.05, momentum=0.0, nesterov=False):
    return {"type": "SGD", "learning_rate": learning_rate, "momentum": momentum, "nesterov": nesterov}


def case(name, about, **changes):
    """One training run. What a case does not change is this."""
    return {
        "name": name,
        "about": about,
        "dataset": "blobs",
        "num_samples": 80,  # the first 80 of the data set
        "target": "one_hot",  # which labels of the data set: one_hot, class, value or values
        "input_dim": 12,
        "layers": [dense(8, "relu"), dense(4, "softmax")],
        "loss": "categorical_crossentropy",
        "metrics": ["accuracy"],
        "optimizer": adam(learning_rate=0.01),
        "batch_size": 16,
        "epochs": 3,
        "validation_split": 0.0,
        "shuffled": False,
        "initial_scale": 1.0,  # factor on the initial kernels
        "snapshots": [1, 2, 5],  # weights are kept after these steps, and after the last
    } | changes


CASES = [
    case(
        "adam_default",
        "the tutorial in small",
        layers=[dense(8, "relu"), dense(6, "relu"), dense(4, "softmax")],
        optimizer=adam(),
        validation_split=0.2,
    ),
    case("adam_settings", "other rate and betas", optimizer=adam(0.02, 0.8, 0.99)),
    case("adam_large_epsilon", "tells where epsilon stands", optimizer=adam(0.02, epsilon=0.05)),
    case("sgd_plain", "no momentum", optimizer=sgd()),
    case("sgd_momentum", "momentum", optimizer=sgd(momentum=0.9), validation_split=0.2),
    case("sgd_nesterov", "Nesterov momentum", optimizer=sgd(momentum=0.9, nesterov=True)),
    case(
        "sparse_adam",
        "class numbers as labels",
        target="class",
        loss="sparse_categorical_crossentropy",
        validation_split=0.2,
    ),
    case(
        "sparse_sgd_momentum",
        "class numbers as labels",
        target="class",
        loss="sparse_categorical_crossentropy",
        optimizer=sgd(momentum=0.9),
    ),
    case(
        "mse_linear",
        "regression, three outputs",
        target="values",
        layers=[dense(8, "tanh"), dense(3, "linear")],
        loss="mean_squared_error",
        metrics=[],
        validation_split=0.2,
    ),
    case(
        "mse_single_output",
        "regression, one output",
        target="value",
        layers=[dense(8, "relu"), dense(1, "linear")],
        loss="mean_squared_error",
        metrics=[],
        optimizer=sgd(momentum=0.9),
    ),
    case("mse_softmax", "one-hot labels, softmax last", loss="mean_squared_error"),
    case(
        "mse_sigmoid",
        "one-hot labels, sigmoid last",
        layers=[dense(8, "relu"), dense(4, "sigmoid")],
        loss="mean_squared_error",
    ),
    case(
        "mse_tanh_sgd",
        "one-hot labels, tanh last",
        layers=[dense(8, "sigmoid"), dense(4, "tanh")],
        loss="mean_squared_error",
        optimizer=sgd(),
    ),
    *[
        case(f"hidden_{name}", f"{name} in the hidden layers", layers=[dense(7, name), dense(5, name), dense(4, "softmax")])
        for name in ["relu", "sigmoid", "tanh", "softmax", "linear"]
    ],
    case("no_hidden_layer", "softmax regression", layers=[dense(4, "softmax")], optimizer=sgd()),
    case("last_batch_short", "4 batches of 16, then one of 13", num_samples=77),
    case("last_batch_of_one", "3 batches of 16, then one of 1", num_samples=49),
    case("batch_of_one", "a step per sample", num_samples=20, batch_size=1, epochs=2),
    case("batch_larger_than_data", "one step an epoch", num_samples=60, batch_size=128),
    case("one_sample", "nothing to average", num_samples=1),
    case("split_20_of_64", "floor(64 * 0.8) = 51", num_samples=64, validation_split=0.2),
    case("split_25_of_61", "floor(61 * 0.75) = 45", num_samples=61, validation_split=0.25),
    case("split_33_of_100", "floor(100 * 0.67) = 67", num_samples=100, validation_split=0.33),
    case("split_30_of_90", "62, not 63: 1.0 - 0.3 is a little less than 0.7", num_samples=90, validation_split=0.3),
    case("shuffled_adam", "another order each epoch", shuffled=True, validation_split=0.25, num_samples=61),
    case("shuffled_sgd_momentum", "another order each epoch", shuffled=True, optimizer=sgd(momentum=0.9), num_samples=77),
    case(
        "extreme_logits",
        "probabilities below 1e-7: clipped they would give another loss and no gradient",
        layers=[dense(4, "softmax")],
        initial_scale=30.0,
        optimizer=sgd(),
        validation_split=0.2,
    ),
    case(
        "tutorial_network",
        "784-20-14-10, with the tutorial's start: Glorot-uniform kernels, zero biases",
        dataset="images",
        num_samples=20,
        input_dim=784,
        layers=[dense(20, "relu"), dense(14, "relu"), dense(10, "softmax")],
        optimizer=adam(),
        batch_size=6,
        epochs=2,
        validation_split=0.2,
        snapshots=[1],
    ),
]

# --- The data --------------------------------------------------------------------------------


def datasets(random):
    """Made up, but learnable: points around one centre per class, and a smooth function of them."""
    num_samples, num_features, num_classes = 100, 12, 4
    centres = random.normal(size=(num_classes, num_features))
    labels = random.integers(num_classes, size=num_samples)
    points = (centres[labels] + random.normal(size=(num_samples, num_features))).astype(np.float32)
    values = np.sin(points @ random.normal(size=(num_features, 3)) / 3).astype(np.float32)
    blobs = {
        "x": points,  # [100, 12]
        "class": labels.astype(np.int32),  # [100]
        "one_hot": np.eye(num_classes, dtype=np.float32)[labels],  # [100, 4]
        "values": values,  # [100, 3]
        "value": values[:, :1].copy(),  # [100, 1]
    }
    # Bytes as in MNIST: mostly black, scaled to 0..1 by the reader.
    labels = random.integers(10, size=20)
    bytes_ = random.integers(1, 256, size=(20, 784)) * (random.random((20, 784)) < 0.2)
    images = {
        "x": (bytes_ / 255).astype(np.float32),  # [20, 784]
        "class": labels.astype(np.int32),
        "one_hot": np.eye(10, dtype=np.float32)[labels],
    }
    return {"blobs": blobs, "images": images}


# --- Keras -----------------------------------------------------------------------------------


def build(case):
    """The network of a case."""
    import keras

    def made(type, l2=None, **settings):
        if l2 is not None:
            settings["kernel_regularizer"] = keras.regularizers.L2(l2)
        return getattr(keras.layers, type)(**settings)

    layers = [made(**layer) for layer in case["layers"]]
    shape = case.get("input_shape") or (case["input_dim"],)
    return keras.Sequential([keras.Input(shape), *layers])


def weights_of(model):
    """{"0/kernel": [in, out], "0/bias": [out], "1/kernel": ...}"""
    return {
        f"{index}/{variable.name}": variable.numpy().copy()  # TensorFlow updates in place
        for index, layer in enumerate(model.layers)
        for variable in layer.weights
    }


def callback(type, **settings):
    """A callback of a case."""
    import keras

    return getattr(keras.callbacks, type)(**settings)


def run(case, data, random):
    """Trains one case. Returns its numbers for the JSON and its arrays by name."""
    import keras

    x = data["x"][: case["num_samples"]]
    y = data[case["target"]][: case["num_samples"]]
    model = build(case)
    for layer in model.layers:
        if not layer.weights:
            continue
        # What is zero or one at the start would hide that it was never loaded.
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.set_weights([random.uniform(0.5, 1.5, array.shape) for array in layer.get_weights()])
            continue
        kernel, *bias = layer.get_weights()
        if case["dataset"] != "images":
            bias = [random.uniform(-0.2, 0.2, bias.shape) for bias in bias]
        layer.set_weights([kernel * np.float32(case["initial_scale"]), *bias])

    settings = {key: value for key, value in case["optimizer"].items() if key != "type"}
    optimizer = getattr(keras.optimizers, case["optimizer"]["type"])(**settings)
    # Keras chooses the kind of "accuracy" itself; the others would be reported by their short names.
    kinds = {
        "mean_absolute_error": keras.metrics.MeanAbsoluteError,
        "root_mean_squared_error": keras.metrics.RootMeanSquaredError,
    }
    metrics = [kinds[name]() if name in kinds else name for name in case["metrics"]]
    model.compile(loss=case["loss"], optimizer=optimizer, metrics=metrics)

    arrays = {f"initial/{name}": array for name, array in weights_of(model).items()}
    arrays["predictions/before"] = model.predict(x, batch_size=case["batch_size"], verbose=0)
    before = model.evaluate(x, y, batch_size=case["batch_size"], verbose=0, return_dict=True)

    class Recorder(keras.callbacks.Callback):
        step = 0
        running = []  # Keras's running means after each batch of the first epoch

        def on_train_batch_end(self, batch, logs):
            self.step += 1
            if self.step == batch + 1:
                self.running = self.running + [dict(logs)]
            if self.step in case["snapshots"]:
                for name, array in weights_of(self.model).items():
                    arrays[f"step_{self.step}/{name}"] = array

    recorder = Recorder()
    fit = dict(
        batch_size=case["batch_size"],
        validation_split=case["validation_split"],
        shuffle=False,
        verbose=0,
        callbacks=[recorder, *(callback(**settings) for settings in case.get("callbacks", []))],
    )
    if "class_weight" in case:
        fit["class_weight"] = dict(enumerate(case["class_weight"]))
    num_train = math.floor(case["num_samples"] * (1.0 - case["validation_split"]))
    if case["shuffled"]:
        orders = [random.permutation(num_train) for _ in range(case["epochs"])]
        history = {}
        for order in orders:
            order = np.concatenate([order, np.arange(num_train, len(x))])
            for key, values in model.fit(x[order], y[order], epochs=1, **fit).history.items():
                history.setdefault(key, []).extend(values)
    else:
        orders = [np.arange(num_train)] * case["epochs"]
        history = model.fit(x, y, epochs=case["epochs"], **fit).history

    for name, array in weights_of(model).items():
        arrays[f"final/{name}"] = array
    arrays["predictions/after"] = model.predict(x, batch_size=case["batch_size"], verbose=0)
    after = model.evaluate(x, y, batch_size=case["batch_size"], verbose=0, return_dict=True)
    numbers = {
        "num_train": num_train,
        "num_steps": recorder.step,
        "snapshots": [step for step in case["snapshots"] if step <= recorder.step],
        "orders": [order.tolist() for order in orders],
        "history": history,
        "first_epoch_running": recorder.running,
        "evaluate_before": before,
        "evaluate_after": after,
    }
    return case | numbers, arrays


# --- Facts -----------------------------------------------------------------------------------


def cross_entropy_facts():
    """Loss of one sample of class 0 whose logits are (-50, 50): exactly 100, or 16.118 if clipped."""
    import keras

    x, one_hot, label = np.ones((1, 1), np.float32), np.array([[1.0, 0.0]], np.float32), np.array([0])

    def model(loss, activation="softmax", **settings):
        network = keras.Sequential([keras.Input((1,)), keras.layers.Dense(2, activation=activation)])
        network.set_weights([np.array([[-50.0, 50.0]], np.float32), np.zeros(2, np.float32)])
        network.compile(loss=loss, optimizer=keras.optimizers.SGD(1.0), **settings)
        return network

    def gradient(model):  # SGD with rate 1 moves the bias by its negative gradient
        model.fit(x, one_hot, verbose=0)
        return (-model.get_weights()[1]).tolist()

    name, sparse = "categorical_crossentropy", "sparse_categorical_crossentropy"
    after_predict = keras.losses.get(name)(one_hot, model(name).predict(x, verbose=0))
    return {
        "backend": keras.backend.backend(),
        "fit": model(name).fit(x, one_hot, verbose=0).history["loss"][0],
        "fit_eagerly": model(name, run_eagerly=True).fit(x, one_hot, verbose=0).history["loss"][0],
        "evaluate": model(name).evaluate(x, one_hot, verbose=0),
        "evaluate_eagerly": model(name, run_eagerly=True).evaluate(x, one_hot, verbose=0),
        "sparse_fit": model(sparse).fit(x, label, verbose=0).history["loss"][0],
        "sparse_evaluate": model(sparse).evaluate(x, label, verbose=0),
        "loss_function_on_predictions": float(np.array(after_predict)[0]),
        "evaluate_sigmoid_last": model(name, "sigmoid").evaluate(x, one_hot, verbose=0),
        "bias_gradient": gradient(model(name)),
    }


def split_facts():
    """How many samples Keras trains on: floor(n * (1 - split)) in doubles, an error for none or all."""
    from keras.src.trainers.data_adapters.array_slicing import train_validation_split

    facts = []
    for num_samples, split in [
        (60000, 0.2), (64, 0.2), (61, 0.25), (100, 0.33), (100, 0.3), (90, 0.3), (170, 0.3), (300, 0.33), (10, 0.1), (3, 0.1), (7, 0.5),
        (1000, 0.001), (70, 0.1), (10, 0.8), (5, 0.8), (20, 0.9), (10, 0.9), (1, 0.5), (2, 0.5), (2, 0.01), (100, 0.99),
        (6, 1 / 3), (9, 2 / 3),
    ]:  # fmt: skip
        try:
            ((train,), _) = train_validation_split((np.zeros(num_samples),), split)
            num_train = len(np.array(train))
        except ValueError:
            num_train = None
        facts.append({"num_samples": num_samples, "validation_split": split, "num_train": num_train})
    return facts


def shuffle_facts(seed=None):
    """Which samples Keras's own shuffling shows in each epoch: sample number i holds the value i.

    With `keras.utils.set_random_seed` every epoch has the *same* order on TensorFlow (each epoch
    restarts a seeded iterator); without a seed every epoch has an order of its own.
    """
    import keras
    import tensorflow

    class Watched(keras.Sequential):
        def train_step(self, data):
            seen[-1].append(data[0].numpy()[:, 0].astype(int).tolist())
            return super().train_step(data)

        def test_step(self, data):
            validated[-1].append(data[0].numpy()[:, 0].astype(int).tolist())
            return super().test_step(data)

    seen, validated = [], []  # per epoch, per batch
    if seed is None:
        tensorflow.random.set_seed(None)
    else:
        keras.utils.set_random_seed(seed)
    model = Watched([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile(loss="mse", optimizer=keras.optimizers.SGD(0.0), run_eagerly=True)
    start = keras.callbacks.LambdaCallback(
        on_epoch_begin=lambda epoch, logs: (seen.append([]), validated.append([]))
    )
    x = np.arange(23, dtype=np.float32)[:, None]
    model.fit(x, x, batch_size=5, epochs=4, validation_split=0.25, verbose=0, callbacks=[start])
    orders = [sum(epoch, []) for epoch in seen]
    assert validated[0] == validated[1] == validated[2] == validated[3]
    return {
        "num_samples": 23,
        "validation_split": 0.25,
        "seeded": seed is not None,
        "train_batch_sizes": [len(batch) for batch in seen[0]],
        "trained_on": sorted(orders[0]) if all(sorted(order) == sorted(orders[0]) for order in orders) else None,
        "validation_batches": validated[0],  # the same in every epoch
        "num_different_orders_in_4_epochs": len({tuple(order) for order in orders}),
        "first_epoch_in_given_order": orders[0] == sorted(orders[0]),
    }


def glorot_facts():
    """Kernels of new layers: uniform within +-sqrt(6 / (fan_in + fan_out)), biases zero."""
    import keras

    facts = []
    for layer, input_shape in [
        (keras.layers.Dense(20), (784,)),
        (keras.layers.Dense(14), (20,)),
        (keras.layers.Dense(10), (14,)),
        (keras.layers.Dense(200), (784,)),
        (keras.layers.Conv2D(32, 3), (28, 28, 1)),
        (keras.layers.Conv2D(64, 3), (13, 13, 32)),
    ]:
        layer.build((None, *input_shape))
        kernel, bias = layer.get_weights()
        receptive = math.prod(kernel.shape[:-2])  # 1 for Dense, the window's area for Conv2D
        fan_in, fan_out = (receptive * fan for fan in kernel.shape[-2:])
        facts.append({
            "layer": type(layer).__name__, "kernel_shape": kernel.shape, "fan_in": fan_in, "fan_out": fan_out,
            "limit": math.sqrt(6 / (fan_in + fan_out)),
            "min": float(kernel.min()), "max": float(kernel.max()),
            "mean": float(kernel.mean()), "std": float(kernel.std()),
            "bias_all_zero": not bias.any(),
        })  # fmt: skip
    return facts


def defaults_facts():
    """What a learner gets who names no settings."""
    import inspect

    import keras

    fit = inspect.signature(keras.Model.fit).parameters
    names = ["learning_rate", "beta_1", "beta_2", "epsilon", "momentum", "nesterov"]
    return {
        "Adam": {key: value for key, value in keras.optimizers.Adam().get_config().items() if key in names},
        "SGD": {key: value for key, value in keras.optimizers.SGD().get_config().items() if key in names},
        "fit": {key: fit[key].default for key in ["epochs", "batch_size", "validation_split", "shuffle"]},
        "batch_size_if_none": 32,  # data_adapters: `batch_size=None` with arrays means 32
    }


# --- Writing ---------------------------------------------------------------------------------


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--check", action="store_true", help="recompute the written files with NumPy")
    parser.add_argument("--cross-entropy", action="store_true", help="print that fact for KERAS_BACKEND")
    arguments = parser.parse_args()
    if arguments.check:
        from check_keras_reference import check

        return check(FOLDER)
    if arguments.cross_entropy:
        return print(json.dumps(cross_entropy_facts()))

    import keras
    import tensorflow
    from safetensors.numpy import save_file

    keras.utils.set_random_seed(20)
    random = np.random.default_rng(20)
    data = datasets(random)
    arrays = {f"data/{name}/{key}": array for name, fields in data.items() for key, array in fields.items()}
    cases = []
    for description in CASES:
        numbers, of_case = run(description, data[description["dataset"]], random)
        cases.append(numbers)
        arrays |= {f"{description['name']}/{key}": array for key, array in of_case.items()}
        print(f"{description['name']:24} loss {numbers['history']['loss']}")

    # Keras picks its backend when it is imported, so another one needs another process.
    jax = subprocess.run(
        [sys.executable, __file__, "--cross-entropy"],
        env=os.environ | {"KERAS_BACKEND": "jax", "JAX_PLATFORMS": "cpu"},
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    fixture = {
        "made_by": "tests/reference/make_keras_reference.py",
        "keras": keras.__version__,
        "backend": f"tensorflow {tensorflow.__version__}",
        "facts": {
            "cross_entropy": [cross_entropy_facts(), json.loads(jax.stdout)],
            "validation_split": split_facts(),
            "shuffle": [shuffle_facts(), shuffle_facts(seed=20)],
            "glorot_uniform": glorot_facts(),
            "defaults": defaults_facts(),
        },
        "cases": cases,
    }
    save_file(arrays, FOLDER / "keras_reference.safetensors")
    with open(FOLDER / "keras_reference.json", "w") as file:
        file.write(dump(fixture) + "\n")


def dump(value, depth=0):
    """JSON with a line per field, down to the fields of a case: a diff then shows what changed."""
    if depth == 3 or not isinstance(value, (dict, list)) or not value:
        return json.dumps(value)
    indent, outer = " " * (depth + 1), " " * depth
    if isinstance(value, dict):
        lines = [f"{indent}{json.dumps(key)}: {dump(item, depth + 1)}" for key, item in value.items()]
        return "{\n" + ",\n".join(lines) + f"\n{outer}}}"
    return "[\n" + ",\n".join(indent + dump(item, depth + 1) for item in value) + f"\n{outer}]"


if __name__ == "__main__":
    sys.exit(main())
