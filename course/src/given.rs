//! Right answers to go on with when a task is not solved yet: later tasks need them. A notebook has
//! them behind two slashes, below the hint. The checks compare with some of them.

use zunder::burn::tensor::{Tensor, activation};
use zunder::prelude::*;
use zunder::{Result, TextVectorizer};

/// The network of the first notebook, which later ones train otherwise.
pub fn first_network() -> Sequential {
    Sequential::new()
        .seed(1)
        .add(Input::new(784))
        .add(Dense::new(20).activation(Relu))
        .add(Dense::new(14).activation(Relu))
        .add(Dense::new(10).activation(Softmax))
}

/// Kilometres and minutes of three rides by bicycle.
const RIDES: [(f32, f32); 3] = [(1.0, 5.0), (2.0, 9.0), (3.0, 11.0)];

/// The mean squared error of a weight that makes minutes of kilometres.
pub fn ride_loss(weight: f32) -> f32 {
    RIDES.iter().map(|(km, minutes)| (weight * km - minutes).powi(2)).sum::<f32>() / 3.0
}

/// The slope of that loss.
pub fn ride_slope(weight: f32) -> f32 {
    RIDES.iter().map(|(km, minutes)| 2.0 * (weight * km - minutes) * km).sum::<f32>() / 3.0
}

/// The weights of a training on the rides, the first one included.
pub fn descend(start: f32, rate: f32, steps: usize) -> Vec<f32> {
    let next = |weight: &f32| Some(weight - rate * ride_slope(*weight));
    std::iter::successors(Some(start), next).take(steps + 1).collect()
}

/// The gradients of `(w2 * relu(w1 * x) - y)²` with respect to both weights.
pub fn two_weights(w1: f32, w2: f32, x: f32, y: f32) -> (f32, f32) {
    let hidden = (w1 * x).max(0.0);
    let d_output = 2.0 * (w2 * hidden - y);
    let d_sum = if hidden > 0.0 { d_output * w2 } else { 0.0 };
    (d_sum * x, d_output * hidden)
}

/// The sums of a layer; its kernel has a row for each input.
pub fn layer_sums(x: &[f32], kernel: &[f32], bias: &[f32]) -> Vec<f32> {
    let units = bias.len();
    let sum = |(unit, bias): (usize, &f32)| {
        let weights = kernel.iter().skip(unit).step_by(units);
        bias + x.iter().zip(weights).map(|(x, weight)| x * weight).sum::<f32>()
    };
    bias.iter().enumerate().map(sum).collect()
}

/// The gradients of a layer's kernel and of its inputs, from those of its sums.
pub fn layer_backward(x: &[f32], kernel: &[f32], d_sums: &[f32]) -> (Vec<f32>, Vec<f32>) {
    let d_kernel = x.iter().flat_map(|x| d_sums.iter().map(move |d| x * d)).collect();
    let rows = kernel.chunks(d_sums.len().max(1));
    (d_kernel, rows.map(|row| row.iter().zip(d_sums).map(|(weight, d)| weight * d).sum()).collect())
}

/// Weights, or their gradients: kernel and bias of each layer, one after the other.
pub type Lists = Vec<Vec<f32>>;

/// All weights of a model.
pub fn weights_of(model: &Model) -> Lists {
    let layers = model.weights();
    layers.iter().flat_map(|(kernel, bias)| [kernel.to_vec(), bias.to_vec()]).collect()
}

/// How far training and validation are apart at the end of two curves.
pub fn gap(training: &[f32], validation: &[f32]) -> f32 {
    let end = |curve: &[f32]| curve.last().copied().unwrap_or(0.0);
    end(training) - end(validation)
}

/// The first epoch, counted from 1, in which a curve is lowest.
pub fn best_epoch(val_loss: &[f32]) -> usize {
    let is_lowest = |loss: &f32| val_loss.iter().all(|other| loss <= other);
    val_loss.iter().position(is_lowest).map_or(0, |place| place + 1)
}

/// Whether a curve has had no new lowest point for `patience` epochs.
pub fn should_stop(val_loss: &[f32], patience: usize) -> bool {
    !val_loss.is_empty() && best_epoch(val_loss) + patience <= val_loss.len()
}

/// The first network, trained on clothes.
pub fn fashion_model() -> Result<Model> {
    let ((x, y), _) = fashion_mnist::load_data()?;
    let x = x.reshape([-1, 784])? / 255.0;
    trained(&first_network(), Adam::default(), 5, (&x, &y))
}

fn trained(
    network: &Sequential,
    adam: Adam,
    epochs: usize,
    data: (&Array, &Array),
) -> Result<Model> {
    let mut model = network.compile(SparseCategoricalCrossentropy, adam, [Accuracy])?;
    model.fit(data.0, data.1, Fit::new().epochs(epochs).seed(1).verbose(0))?;
    Ok(model)
}

/// The numbers of the rows in which nothing is missing.
pub fn complete_rows(x: &Array) -> Vec<usize> {
    let width = (x.shape().num_values() / x.len().max(1)).max(1);
    let numbers = x.to_vec();
    let rows = numbers.chunks(width).enumerate();
    rows.filter(|(_, row)| row.iter().all(|value| value.is_finite())).map(|(at, _)| at).collect()
}

/// Samples and labels of the training, and of the test.
type Split = ((Array, Array), (Array, Array));

/// The penguins, shuffled, a fifth of them for the test.
pub fn penguin_split(x: &Array, y: &Array) -> Result<Split> {
    train_test_split(x, y, 0.2, 1)
}

/// A ruler made of the training rows, and both tables measured with it.
pub fn standardised(x_train: &Array, x_test: &Array) -> Result<(Normalization, Array, Array)> {
    let ruler = Normalization::adapt(x_train)?;
    let tables = (ruler.apply(x_train)?, ruler.apply(x_test)?);
    Ok((ruler, tables.0, tables.1))
}

/// A network 4-8-3, trained on standardised penguins.
pub fn penguin_model(x_train: &Array, y_train: &Array) -> Result<Model> {
    let hidden = Dense::new(8).activation(Relu);
    let network = Sequential::new().seed(1).add(Input::new(4)).add(hidden);
    let network = network.add(Dense::new(3).activation(Softmax));
    trained(&network, Adam::new().learning_rate(0.01), 60, (x_train, y_train))
}

/// How far what is said lies from what is true, on average.
pub fn mean_absolute_error(truth: &[f32], said: &[f32]) -> f32 {
    let distances = truth.iter().zip(said).map(|(truth, said)| (truth - said).abs());
    distances.sum::<f32>() / truth.len().max(1) as f32
}

/// The mean of the training masses, so many times.
pub fn baseline(mass_train: &Array, times: usize) -> Vec<f32> {
    vec![mass_train.mean(); times]
}

/// One unit that tells masses from three lengths.
pub fn mass_model(x_train: &Array, mass_train: &Array) -> Result<Model> {
    let network = Sequential::new().seed(1).add(Input::new(3)).add(Dense::new(1));
    let adam = Adam::new().learning_rate(0.05);
    let mut model = network.compile(MeanSquaredError, adam, [Metric::MeanAbsoluteError])?;
    model.fit(x_train, mass_train, Fit::new().epochs(100).seed(1).verbose(0))?;
    Ok(model)
}

/// 1 for each Chinstrap, 0 for the others.
pub fn is_chinstrap(species: &Array) -> Array {
    let answers = species.to_vec().into_iter().map(|number| f32::from(number == 1.0));
    Array::from(answers.collect::<Vec<f32>>())
}

/// One sigmoid unit that says how likely a Chinstrap is.
pub fn chinstrap_model(x_train: &Array, yes_train: &Array) -> Result<Model> {
    let unit = Dense::new(1).activation(Sigmoid);
    let network = Sequential::new().seed(1).add(Input::new(2)).add(unit);
    let adam = Adam::new().learning_rate(0.01);
    let mut model = network.compile(BinaryCrossentropy, adam, [Accuracy])?;
    model.fit(x_train, yes_train, Fit::new().epochs(60).seed(1).verbose(0))?;
    Ok(model)
}

/// Which share of the called ones is right, and which share of the right ones is called.
pub fn precision_recall(truth: &[f32], said: &[f32], threshold: f32) -> (f32, f32) {
    let count = |is: fn(bool, bool) -> bool| {
        let both = truth.iter().zip(said);
        both.filter(|(truth, said)| is(**truth == 1.0, **said > threshold)).count() as f32
    };
    let found = count(|is_one, is_called| is_one && is_called);
    (found / count(|_, is_called| is_called).max(1.0), found / count(|is_one, _| is_one).max(1.0))
}

/// The number of columns that the notebook asks for.
pub(crate) const TOKENS: usize = 500;

pub(crate) fn ngrams(longest: usize, most: usize) -> TextVectorization {
    TextVectorization::new().ngrams(longest).max_tokens(most)
}

/// The sentences as rows of counts, with the vocabulary of the training sentences.
pub fn sentences() -> Result<(TextVectorizer, Array, Array)> {
    let ((training, _), (test, _)) = languages::load_data()?;
    let vectorizer = ngrams(2, TOKENS).adapt(&training)?;
    let rows = (vectorizer.apply(&training)?, vectorizer.apply(&test)?);
    Ok((vectorizer, rows.0, rows.1))
}

/// Pictures with a channel, from 0 to 1.
pub fn pictures(x: &Array) -> Result<Array> {
    Ok(x.reshape([x.len(), 28, 28, 1])? / 255.0)
}

/// The network of two convolutions.
pub fn cnn() -> Sequential {
    let round = |network: Sequential, filters: usize| {
        network.add(Conv2D::new(filters, 3).activation(Relu)).add(MaxPooling2D::new(2))
    };
    let network = round(round(Sequential::new().seed(12).add(Input::new([28, 28, 1])), 8), 16);
    let network = network.add(Flatten::new()).add(Dense::new(64).activation(Relu));
    network.add(Dense::new(10).activation(Softmax))
}

/// The batch size and the learning rate of the training loop.
pub(crate) const BATCH: usize = 32;
pub(crate) const LEARNING_RATE: f32 = 0.1;

/// The rows of one batch, as a tensor.
pub fn batch(data: &Array, number: usize) -> Result<Tensor<2>> {
    data.rows(number * BATCH..(number + 1) * BATCH)?.to_tensor()
}

/// Logits of two layers with a relu between them.
pub fn logits(x: &Tensor<2>, weights: &[Tensor<2>]) -> Tensor<2> {
    let hidden = activation::relu(x.clone().matmul(weights[0].clone()) + weights[1].clone());
    hidden.matmul(weights[2].clone()) + weights[3].clone()
}

/// The mean cross-entropy of a batch.
pub fn loss(logits: &Tensor<2>, y: &Tensor<2>) -> Tensor<1> {
    let [samples, _] = logits.dims();
    -(activation::log_softmax(logits.clone(), 1) * y.clone()).sum() / samples as f32
}

/// The gradient of the loss with respect to the logits.
pub fn logits_gradient(logits: &Tensor<2>, y: &Tensor<2>) -> Tensor<2> {
    let [samples, _] = logits.dims();
    (activation::softmax(logits.clone(), 1) - y.clone()) / samples as f32
}

/// Each weight moved against its gradient.
pub fn sgd_step(weights: &[Tensor<2>], gradients: &[Tensor<2>], rate: f32) -> Vec<Tensor<2>> {
    let moved = |(old, gradient): (&Tensor<2>, &Tensor<2>)| old.clone() - gradient.clone() * rate;
    weights.iter().zip(gradients).map(moved).map(|new| new.detach().require_grad()).collect()
}

/// The weights behind one batch.
pub(crate) fn step(
    x: &Tensor<2>,
    y: &Tensor<2>,
    weights: &[Tensor<2>],
    rate: f32,
) -> Vec<Tensor<2>> {
    let found = loss(&logits(x, weights), y).backward();
    let gradients: Vec<Tensor<2>> = weights.iter().filter_map(|old| old.grad(&found)).collect();
    sgd_step(weights, &gradients, rate)
}

/// The weights behind one pass over all batches.
pub fn train_epoch(x: &Array, y: &Array, weights: &[Tensor<2>]) -> Result<Vec<Tensor<2>>> {
    let mut weights = weights.to_vec();
    for number in 0..x.len() / BATCH {
        weights = step(&batch(x, number)?, &batch(y, number)?, &weights, LEARNING_RATE);
    }
    Ok(weights)
}
