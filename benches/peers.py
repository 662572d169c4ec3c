"""Times one epoch of the tutorial's network in other frameworks, all in one run on this CPU.

    pip install -r benches/requirements.txt
    python benches/peers.py --data DIR --zunder "target/debug/examples/benchmark worker"

DIR holds MNIST's four uncompressed files. The work is the same for everyone: 784-20-14-10 (relu,
relu, softmax), Adam with rate 0.001, 48,000 training images in a new random order each epoch, the
running loss and accuracy, and then loss and accuracy on the other 12,000. With `--network convolution`
it is the network of exercise 12 (8 and 16 filters of 3 x 3, each with pooling, 64, 10) on 10,000
images without validation.

Every peer is a process. It gets `--data DIR --batch-size N --network NAME` as arguments and speaks in
lines:

    peer    {"ready": true, "import_seconds": 2.1, "setup_seconds": 0.4}     once, when it could train
    driver  epoch
    peer    {"seconds": 0.4, "loss": 0.3, "accuracy": 0.9, "val_loss": 0.3, "val_accuracy": 0.9}

or `{"error": "..."}` instead. The driver goes round robin, so that a change in the machine's load
meets everyone, and stops every process but the one whose turn it is: an idle thread pool may spin.
A peer times its epoch itself, with all that belongs to it. Keras and Zunder run one endless `fit`; what
Zunder's prepares falls into its first epoch. All data is in memory by then. The frameworks choose their number
of threads themselves. A wide range in the table means that the machine had other work.
"""

import argparse
import json
import os
import shlex
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

LAYERS = [784, 20, 14, 10]
NUM_TRAIN = 48_000
NUM_PICTURES = 10_000  # of those, for the network with convolutions

# --- What a worker needs ----------------------------------------------------------------------


def load_data(folder):
    """Images as float32 [n, 784] in 0..1, classes as int64 [n]; the first 48,000, then the rest."""
    import numpy as np

    def idx(name, header):
        return np.fromfile(Path(folder) / name, dtype=np.uint8, offset=header)

    images = idx("train-images-idx3-ubyte", 16).reshape(-1, 784).astype(np.float32) / 255
    classes = idx("train-labels-idx1-ubyte", 8).astype(np.int64)
    return images[:NUM_TRAIN], classes[:NUM_TRAIN], images[NUM_TRAIN:], classes[NUM_TRAIN:]


def say(**fields):
    print(json.dumps(fields), flush=True)


def wait_for_turn():
    if sys.stdin.readline().strip() != "epoch":
        sys.exit()  # the driver is done


def serve(imported, started, epoch):
    """Answers each request with `epoch()`, which trains once and returns its numbers."""
    say(ready=True, import_seconds=imported, setup_seconds=time.perf_counter() - started - imported)
    while True:
        wait_for_turn()
        begin = time.perf_counter()
        numbers = epoch()
        seconds = time.perf_counter() - begin
        say(seconds=seconds, **dict(zip(("loss", "accuracy", "val_loss", "val_accuracy"), numbers)))


# --- The workers ------------------------------------------------------------------------------


def keras_worker(backend, arguments):
    """One endless `fit`, so that an epoch is Keras's own and pays nothing for starting a new one."""
    os.environ["KERAS_BACKEND"] = backend
    started = time.perf_counter()
    import keras

    imported = time.perf_counter() - started
    x, y, val_x, val_y = load_data(arguments.data)
    y, val_y = keras.utils.to_categorical(y, 10), keras.utils.to_categorical(val_y, 10)
    layers = keras.layers
    model = keras.Sequential([
        keras.Input((784,)),
        layers.Dense(20, activation="relu"),
        layers.Dense(14, activation="relu"),
        layers.Dense(10, activation="softmax"),
    ])  # fmt: skip
    validation = (val_x, val_y)
    if arguments.network == "convolution":
        x, y, validation = x[:NUM_PICTURES].reshape(-1, 28, 28, 1), y[:NUM_PICTURES], None
        model = keras.Sequential([
            keras.Input((28, 28, 1)),
            layers.Conv2D(8, 3, activation="relu"), layers.MaxPooling2D(2),
            layers.Conv2D(16, 3, activation="relu"), layers.MaxPooling2D(2),
            layers.Flatten(), layers.Dense(64, activation="relu"), layers.Dense(10, activation="softmax"),
        ])  # fmt: skip
    model.compile(loss="categorical_crossentropy", optimizer="adam", metrics=["accuracy"])

    class Turns(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            wait_for_turn()
            self.begin = time.perf_counter()

        def on_epoch_end(self, epoch, logs):  # after the validation
            seconds = time.perf_counter() - self.begin
            say(seconds=seconds, **{key: float(value) for key, value in logs.items()})

    say(ready=True, import_seconds=imported, setup_seconds=time.perf_counter() - started - imported)
    model.fit(
        x, y, batch_size=arguments.batch_size, epochs=10**9, validation_data=validation,
        verbose=0, callbacks=[Turns()],
    )  # fmt: skip


def torch_worker(arguments, fused=False, threads=None):
    """The loop of PyTorch's own tutorials, reading nothing back before the epoch's end.

    Its OpenMP threads wait for each other by spinning: on two quiet cores two threads are a little
    faster than one, beside other work up to ten times slower. Hence a peer with one thread, too.
    """
    started = time.perf_counter()
    import torch
    from torch.nn import functional

    imported = time.perf_counter() - started
    torch.manual_seed(1)
    if threads:
        torch.set_num_threads(threads)
    x, y, val_x, val_y = (torch.from_numpy(array) for array in load_data(arguments.data))
    nn = torch.nn  # the loss below takes logits
    model = nn.Sequential(
        nn.Linear(784, 20), nn.ReLU(), nn.Linear(20, 14), nn.ReLU(), nn.Linear(14, 10)
    )  # fmt: skip
    is_convolution = arguments.network == "convolution"
    if is_convolution:
        x, y = x[:NUM_PICTURES].reshape(-1, 1, 28, 28), y[:NUM_PICTURES]
        model = nn.Sequential(
            nn.Conv2d(1, 8, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(8, 16, 3), nn.ReLU(), nn.MaxPool2d(2),
            nn.Flatten(), nn.Linear(400, 64), nn.ReLU(), nn.Linear(64, 10),
        )  # fmt: skip
    optimizer = torch.optim.Adam(model.parameters(), lr=0.001, eps=1e-7, fused=fused)

    def epoch():
        total, hits = torch.zeros(()), torch.zeros((), dtype=torch.int64)
        for rows in torch.randperm(len(x)).split(arguments.batch_size):
            images, classes = x[rows], y[rows]
            logits = model(images)
            loss = functional.cross_entropy(logits, classes)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.detach() * len(rows)
            hits += (logits.detach().argmax(1) == classes).sum()
        if is_convolution:
            return total.item() / len(x), hits.item() / len(x)
        with torch.inference_mode():
            logits = model(val_x)
            val_loss = functional.cross_entropy(logits, val_y)
            val_hits = (logits.argmax(1) == val_y).sum()
        return total.item() / len(x), hits.item() / len(x), val_loss.item(), val_hits.item() / len(val_x)

    serve(imported, started, epoch)


def jax_worker(arguments):
    """The whole epoch is one compiled function; `scan` runs the steps inside it.

    Only the random order comes from NumPy: JAX's own `permutation` costs a tenth of the epoch.
    """
    started = time.perf_counter()
    import jax
    import numpy as np
    from jax import numpy as jnp

    imported = time.perf_counter() - started
    x, y, val_x, val_y = (jnp.asarray(array) for array in load_data(arguments.data))
    batch_size = arguments.batch_size
    assert len(x) % batch_size == 0, "scan needs batches of one size"
    random = np.random.default_rng(1)
    weights = []
    for fan_in, fan_out in zip(LAYERS, LAYERS[1:]):
        limit = (6 / (fan_in + fan_out)) ** 0.5
        kernel = random.uniform(-limit, limit, (fan_in, fan_out)).astype(np.float32)
        weights.append((jnp.asarray(kernel), jnp.zeros(fan_out)))
    zeros = jax.tree.map(jnp.zeros_like, weights)
    state = weights, zeros, jax.tree.map(jnp.copy, zeros), jnp.zeros((), jnp.int32)

    def loss_and_hits(weights, images, classes):
        for kernel, bias in weights[:-1]:
            images = jax.nn.relu(images @ kernel + bias)
        kernel, bias = weights[-1]
        scores = jax.nn.log_softmax(images @ kernel + bias)
        losses = -jnp.take_along_axis(scores, classes[:, None], axis=1)
        return losses.mean(), (scores.argmax(axis=1) == classes).sum()

    def epoch(state, order, x, y, val_x, val_y):
        def step(state, rows):
            weights, m, v, count = state
            count += 1
            value, gradient = jax.value_and_grad(loss_and_hits, has_aux=True)(weights, x[rows], y[rows])
            m = jax.tree.map(lambda m, g: m + (g - m) * 0.1, m, gradient)
            v = jax.tree.map(lambda v, g: v + (g * g - v) * 0.001, v, gradient)
            rate = 0.001 * jnp.sqrt(1 - 0.999**count) / (1 - 0.9**count)
            weights = jax.tree.map(lambda w, m, v: w - rate * m / (jnp.sqrt(v) + 1e-7), weights, m, v)
            return (weights, m, v, count), value

        state, (losses, hits) = jax.lax.scan(step, state, order.reshape(-1, batch_size))
        val_loss, val_hits = loss_and_hits(state[0], val_x, val_y)
        return state, (losses.mean(), hits.sum() / len(x), val_loss, val_hits / len(val_x))

    epoch = jax.jit(epoch, donate_argnums=0)

    def one_epoch():
        nonlocal state
        state, numbers = epoch(state, random.permutation(len(x)), x, y, val_x, val_y)
        return [float(number) for number in numbers]

    serve(imported, started, one_epoch)


def numpy_worker(arguments):
    """By hand. All weights lie in one vector, so that Adam is a few calls for all layers together."""
    started = time.perf_counter()
    import numpy as np

    imported = time.perf_counter() - started
    x, y, val_x, val_y = load_data(arguments.data)
    random = np.random.default_rng(1)
    shapes = [shape for pair in zip(LAYERS, LAYERS[1:]) for shape in (pair, pair[1:])]
    sizes = [int(np.prod(shape)) for shape in shapes]
    weights, gradients, m, v = np.zeros((4, sum(sizes)), np.float32)

    def views(vector):
        """Kernel, bias, kernel, bias, ... as windows into the vector."""
        parts = np.split(vector, np.cumsum(sizes)[:-1])
        return [part.reshape(shape) for part, shape in zip(parts, shapes)]

    w, g = views(weights), views(gradients)
    for kernel in w[::2]:
        limit = (6 / sum(kernel.shape)) ** 0.5
        kernel[:] = random.uniform(-limit, limit, kernel.shape)

    def forward(images):
        hidden_1 = np.maximum(images @ w[0] + w[1], 0)
        hidden_2 = np.maximum(hidden_1 @ w[2] + w[3], 0)
        logits = hidden_2 @ w[4] + w[5]
        logits -= logits.max(axis=1, keepdims=True)
        probabilities = np.exp(logits)
        sums = probabilities.sum(axis=1, keepdims=True)
        probabilities /= sums
        return hidden_1, hidden_2, logits, sums, probabilities

    def loss_and_hits(logits, sums, classes):
        """Sum over the samples of -log(probability of the right class), and how many were right."""
        losses = np.log(sums[:, 0]) - logits[np.arange(len(classes)), classes]
        return float(losses.sum()), int((logits.argmax(axis=1) == classes).sum())

    count, square, root = 0, np.empty_like(weights), np.empty_like(weights)
    images = np.empty((arguments.batch_size, 784), np.float32)

    def epoch():
        nonlocal count
        total = hits = 0
        order = random.permutation(len(x))
        for start in range(0, len(x), arguments.batch_size):
            rows = order[start : start + arguments.batch_size]
            batch, classes = images[: len(rows)], y[rows]
            np.take(x, rows, axis=0, out=batch, mode="clip")  # "clip": straight into `out`
            hidden_1, hidden_2, logits, sums, probabilities = forward(batch)
            of_batch = loss_and_hits(logits, sums, classes)
            total, hits = total + of_batch[0], hits + of_batch[1]

            probabilities[np.arange(len(rows)), classes] -= 1
            delta = probabilities / len(rows)
            np.matmul(hidden_2.T, delta, out=g[4])
            delta.sum(axis=0, out=g[5])
            delta = (delta @ w[4].T) * (hidden_2 > 0)
            np.matmul(hidden_1.T, delta, out=g[2])
            delta.sum(axis=0, out=g[3])
            delta = (delta @ w[2].T) * (hidden_1 > 0)
            np.matmul(batch.T, delta, out=g[0])
            delta.sum(axis=0, out=g[1])

            count += 1  # Adam, in place
            np.multiply(gradients, gradients, out=square)
            np.subtract(square, v, out=square)
            np.multiply(square, 0.001, out=square)
            np.add(v, square, out=v)
            np.subtract(gradients, m, out=gradients)
            np.multiply(gradients, 0.1, out=gradients)
            np.add(m, gradients, out=m)
            np.sqrt(v, out=root)
            np.add(root, 1e-7, out=root)
            np.divide(m, root, out=root)
            np.multiply(root, 0.001 * (1 - 0.999**count) ** 0.5 / (1 - 0.9**count), out=root)
            np.subtract(weights, root, out=weights)
        _, _, logits, sums, _ = forward(val_x)
        val_total, val_hits = loss_and_hits(logits, sums, val_y)
        return total / len(x), hits / len(x), val_total / len(val_x), val_hits / len(val_x)

    serve(imported, started, epoch)


WORKERS = {
    "keras-tensorflow": lambda arguments: keras_worker("tensorflow", arguments),
    "keras-jax": lambda arguments: keras_worker("jax", arguments),
    "torch": torch_worker,
    "torch-fused": lambda arguments: torch_worker(arguments, fused=True),
    "torch-fused-1-thread": lambda arguments: torch_worker(arguments, fused=True, threads=1),
    "jax": jax_worker,
    "numpy": numpy_worker,
}

# --- The driver -------------------------------------------------------------------------------


class Peer:
    """A worker process, stopped whenever it is not its turn."""

    def __init__(self, name, command, environment):
        self.name = name
        self.log = tempfile.TemporaryFile("w+")  # what the frameworks say to stderr, for an error
        self.epochs = []
        begin = time.perf_counter()
        try:
            self.process = subprocess.Popen(
                command, env=environment, text=True, start_new_session=True,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log,
            )  # fmt: skip
        except OSError as error:
            sys.exit(f"{name} could not be started: {error}")
        self.ready = self.answer()
        self.ready["start_seconds"] = time.perf_counter() - begin
        self.signal(signal.SIGSTOP)

    def signal(self, number):
        if self.process.poll() is None:
            os.killpg(self.process.pid, number)  # with its children, had it any

    def answer(self):
        line = self.process.stdout.readline()
        try:
            answer = json.loads(line)
            assert isinstance(answer, dict)
        except (ValueError, AssertionError):
            self.log.seek(0)
            answer = {"error": f"said {line.strip()!r} instead of a line of JSON.\n{self.log.read()[-2000:]}"}
        if "error" in answer:
            self.end()
            raise SystemExit(f"{self.name}: {answer['error']}")
        return answer

    def epoch(self):
        self.signal(signal.SIGCONT)
        self.process.stdin.write("epoch\n")
        self.process.stdin.flush()
        self.epochs.append(self.answer())
        self.signal(signal.SIGSTOP)

    def end(self):
        self.signal(signal.SIGKILL)
        self.process.wait()


def compare(names, arguments, batch_size):
    print(f"load before the start: {os.getloadavg()[0]:.1f} (a quiet machine has about 0)", file=sys.stderr)
    # Some machines carry these to keep old OpenBLAS builds alive; they slow a current NumPy down.
    clean = {key: value for key, value in os.environ.items() if key not in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")}
    clean |= {"CUDA_VISIBLE_DEVICES": "-1", "JAX_PLATFORMS": "cpu", "TF_CPP_MIN_LOG_LEVEL": "3"}
    settings = ["--data", arguments.data, "--batch-size", str(batch_size), "--network", arguments.network]
    peers = []
    try:
        for name in names:
            if name == "zunder":
                peers.append(Peer(name, [*shlex.split(arguments.zunder), *settings], os.environ))
            else:
                peers.append(Peer(name, [sys.executable, __file__, "--worker", name, *settings], clean))
        for turn in range(arguments.warm_up + arguments.epochs):
            for peer in peers:
                peer.epoch()
                print(f"epoch {turn + 1}  {peer.name}  {peer.epochs[-1]['seconds']:.3f} s", file=sys.stderr)
    finally:
        for peer in peers:
            peer.end()

    medians = [statistics.median(epoch["seconds"] for epoch in peer.epochs[arguments.warm_up :]) for peer in peers]
    print(f"\nNetwork {arguments.network}, batch size {batch_size}: median of {arguments.epochs} epochs after {arguments.warm_up} to warm up\n")
    print(f"| | s per epoch | range | x {peers[0].name} | import s | start s | first epoch s | accuracy |")
    print("|---|---|---|---|---|---|---|---|")
    for peer, median in zip(peers, medians):
        timed = [epoch["seconds"] for epoch in peer.epochs[arguments.warm_up :]]
        imported = peer.ready.get("import_seconds")  # a compiled program has none
        print(
            f"| {peer.name} | {median:.3f} | {min(timed):.3f}-{max(timed):.3f} | {median / medians[0]:.2f} "
            f"| {'' if imported is None else f'{imported:.1f}'} | {peer.ready['start_seconds']:.1f} "
            f"| {peer.epochs[0]['seconds']:.2f} | {peer.epochs[-1].get('val_accuracy', peer.epochs[-1]['accuracy']):.4f} |"
        )


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", required=True, help="folder with MNIST's four uncompressed files")
    parser.add_argument("--zunder", metavar="CMD", help="a program that speaks the same lines; comes first")
    parser.add_argument("--only", metavar="NAMES", help=f"some of {','.join(WORKERS)}")
    parser.add_argument("--network", choices=("dense", "convolution"), default="dense")
    parser.add_argument("--batch-sizes", help="32,128 for the dense network, else 64, if not said otherwise")
    parser.add_argument("--epochs", type=int, default=5, help="timed epochs per peer")
    parser.add_argument("--warm-up", type=int, default=2, help="epochs before those")
    parser.add_argument("--worker", choices=WORKERS, help=argparse.SUPPRESS)
    parser.add_argument("--batch-size", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()

    if arguments.worker:
        try:
            return WORKERS[arguments.worker](arguments)
        except ImportError as error:
            return say(error=f"{error}. Run `pip install -r benches/requirements.txt`, or choose others with --only.")

    for name in ("train-images-idx3-ubyte", "train-labels-idx1-ubyte"):
        if not (Path(arguments.data) / name).is_file():
            sys.exit(f"{arguments.data} holds no {name}: --data wants the folder with MNIST's uncompressed files.")
    is_convolution = arguments.network == "convolution"
    some = [name for name in WORKERS if not is_convolution or name not in ("jax", "numpy")]
    names = arguments.only.split(",") if arguments.only else some
    batch_sizes = arguments.batch_sizes or ("64" if is_convolution else "32,128")
    if unknown := set(names) - set(WORKERS):
        sys.exit(f"There is no peer called {', '.join(sorted(unknown))}; there are {', '.join(WORKERS)}.")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that `finally` ends the peers then, too
    if arguments.zunder:
        names.insert(0, "zunder")
    for batch_size in batch_sizes.split(","):
        compare(names, arguments, int(batch_size))


if __name__ == "__main__":
    main()
