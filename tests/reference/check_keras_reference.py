"""Recomputes every case of the fixture with plain NumPy, in doubles: `make_keras_reference.py --check`.

It needs neither Keras nor a backend, and shows how well float32 can agree at all: Keras's rounding
is the only difference. It also is the shortest statement of the arithmetic that the tests expect.

Most of what remains (1e-5) is one rounding: Keras computes Adam's 1 - beta_2 ** step in float32,
which for the first steps keeps few digits of 0.001. Rounded alike, all weights agree within 1e-6.
"""

import json

import numpy as np
from safetensors.numpy import load_file


def softmax(logits):
    exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
    return exponentials / exponentials.sum(axis=1, keepdims=True)


# Each activation with its gradient: from its output a and the gradient g of the loss in a.
ACTIVATIONS = {
    "linear": (lambda z: z, lambda a, g: g),
    "relu": (lambda z: np.maximum(z, 0), lambda a, g: g * (a > 0)),
    "sigmoid": (lambda z: 1 / (1 + np.exp(-z)), lambda a, g: g * a * (1 - a)),
    "tanh": (np.tanh, lambda a, g: g * (1 - a * a)),
    "softmax": (softmax, lambda a, g: a * (g - (g * a).sum(axis=1, keepdims=True))),
}


def forward(case, weights, x):
    """The input, then each layer's output; and the last layer's values before its activation."""
    outputs = [x]
    for index, layer in enumerate(case["layers"]):
        z = outputs[-1] @ weights[f"{index}/kernel"] + weights[f"{index}/bias"]
        outputs.append(ACTIVATIONS[layer["activation"]][0](z))
    return outputs, z


def loss_and_hits(case, logits, output, y):
    """Per sample: the loss, and whether the largest output is the right one."""
    if case["loss"] == "mean_squared_error":
        losses = ((y - output) ** 2).mean(axis=1)
    else:  # from the logits, nothing clipped
        shifted = logits - logits.max(axis=1, keepdims=True)
        losses = np.log(np.exp(shifted).sum(axis=1)) - (y * shifted).sum(axis=1)
    return losses, output.argmax(axis=1) == y.argmax(axis=1)


def gradients(case, weights, outputs, y):
    """Of the batch's mean loss."""
    result = {}
    last = len(case["layers"]) - 1
    if case["loss"] == "mean_squared_error":
        gradient = 2 * (outputs[-1] - y) / y.size
    for index in range(last, -1, -1):
        if index == last and case["loss"] != "mean_squared_error":
            gradient = (outputs[-1] - y) / len(y)  # softmax and cross-entropy together
        else:
            gradient = ACTIVATIONS[case["layers"][index]["activation"]][1](outputs[index + 1], gradient)
        result[f"{index}/kernel"] = outputs[index].T @ gradient
        result[f"{index}/bias"] = gradient.sum(axis=0)
        gradient = gradient @ weights[f"{index}/kernel"].T
    return result


def update(optimizer, state, step, weights, gradient):
    rate = optimizer["learning_rate"]
    for name, g in gradient.items():
        if optimizer["type"] == "SGD":
            # The velocity holds the learning rate: v = momentum * v - rate * g.
            velocity = optimizer["momentum"] * state.get(name, 0) - rate * g
            state[name] = velocity
            nesterov = optimizer["nesterov"] and optimizer["momentum"]
            weights[name] += optimizer["momentum"] * velocity - rate * g if nesterov else velocity
        else:
            b1, b2 = optimizer["beta_1"], optimizer["beta_2"]
            m, v = state.get(name, (0, 0))
            m, v = m + (g - m) * (1 - b1), v + (g * g - v) * (1 - b2)
            state[name] = m, v
            # Epsilon joins the root of v *before* the bias correction (Kingma and Ba's "epsilon
            # hat"); PyTorch and Burn add it after, where it weighs sqrt(1 - b2 ** step) times that.
            rate_now = rate * np.sqrt(1 - b2**step) / (1 - b1**step)
            weights[name] -= rate_now * m / (np.sqrt(v) + optimizer["epsilon"])


def check(folder):
    with open(folder / "keras_reference.json") as file:
        fixture = json.load(file)
    arrays = {name: array.astype(np.float64) for name, array in load_file(folder / "keras_reference.safetensors").items()}
    worst = {"weights": (0, ""), "predictions": (0, ""), "history and evaluate": (0, "")}

    def compare(kind, name, ours, theirs):
        # Relative to the largest element: a weight near zero carries its neighbours' rounding.
        difference = np.abs(ours - theirs).max() / max(np.abs(theirs).max(), 1e-30)
        worst[kind] = max(worst[kind], (difference, name))

    for case in fixture["cases"]:
        name, data = case["name"], f"data/{case['dataset']}"
        count, num_train = case["num_samples"], case["num_train"]
        x, target = arrays[f"{data}/x"][:count], case["target"]
        # Class numbers and one-hot vectors say the same.
        y = arrays[f"{data}/{'one_hot' if target == 'class' else target}"][:count]
        sections = {"initial", *(f"step_{step}" for step in case["snapshots"]), "final"}
        stored = {
            section: {key.split("/", 2)[2]: array for key, array in arrays.items() if key.startswith(f"{name}/{section}/")}
            for section in sections
        }
        weights = {key: array.copy() for key, array in stored["initial"].items()}

        def compare_weights(section):
            for key, array in weights.items():
                compare("weights", f"{name}/{section}/{key}", array, stored[section][key])

        def evaluate(rows):
            outputs, logits = forward(case, weights, x[rows])
            losses, hits = loss_and_hits(case, logits, outputs[-1], y[rows])
            return {"loss": losses.mean(), "accuracy": hits.mean()}

        def compare_evaluation(moment):
            predictions = forward(case, weights, x)[0][-1]
            compare("predictions", f"{name}/{moment}", predictions, arrays[f"{name}/predictions/{moment}"])
            ours = evaluate(slice(None))
            for key, value in case[f"evaluate_{moment}"].items():
                compare("history and evaluate", f"{name} evaluate {key}", ours[key], np.array(value))

        compare_evaluation("before")
        step, state, history = 0, {}, {}
        for epoch, order in enumerate(case["orders"]):
            losses, hits = [], []  # of every sample, each before the update that it took part in
            for start in range(0, num_train, case["batch_size"]):
                rows = order[start : start + case["batch_size"]]
                outputs, logits = forward(case, weights, x[rows])
                batch_losses, batch_hits = loss_and_hits(case, logits, outputs[-1], y[rows])
                losses.extend(batch_losses)
                hits.extend(batch_hits)
                if epoch == 0:
                    running = case["first_epoch_running"][step]
                    compare("history and evaluate", f"{name} running loss", np.mean(losses), np.array(running["loss"]))
                step += 1
                update(case["optimizer"], state, step, weights, gradients(case, weights, outputs, y[rows]))
                if step in case["snapshots"]:
                    compare_weights(f"step_{step}")
            validation = evaluate(slice(num_train, None)) if num_train < count else {}
            logs = {"loss": np.mean(losses), "accuracy": np.mean(hits)}
            logs |= {f"val_{key}": value for key, value in validation.items()}
            for key, value in logs.items():
                history.setdefault(key, []).append(value)
        assert step == case["num_steps"], name
        for key, values in case["history"].items():
            compare("history and evaluate", f"{name} {key}", np.array(history[key]), np.array(values))
        compare_weights("final")
        compare_evaluation("after")

    print(f"{len(fixture['cases'])} cases of Keras {fixture['keras']} ({fixture['backend']}) recomputed in doubles")
    for kind, (difference, name) in worst.items():
        print(f"largest relative difference in {kind}: {difference:.1e} ({name})")
    return int(max(difference for difference, _ in worst.values()) > 2e-5)
