//! Right answers to go on with when a task is not solved yet: later tasks need them. A notebook has
//! them behind two slashes, below the hint. The checks compare with some of them.
//!
//! Shapes are those of the notebook: samples `(n, ...)`, labels `(n,)` or one-hot `(n, classes)`, lists of
//! numbers as long as each other. What returns a `Result` has the errors of what it calls: data that cannot
//! be read or downloaded (`load_data`, the folder of pictures that the notebook has written), and arrays of
//! another shape or length (`reshape`, `rows`, `fit`, `Normalization`). What has no `Result` takes the numbers
//! as they are; `nearest` and `logits` end the cell with one sentence where they cannot.
//!
//! Over 300 lines: a part for each notebook.

use zunder::burn::tensor::{Tensor, activation};
use zunder::prelude::*;
use zunder::words::told;
use zunder::{History, Result, TextVectorizer};

use crate::panics::refuse;

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
pub(crate) fn best_epoch(val_loss: &[f32]) -> usize {
    let is_lowest = |loss: &f32| val_loss.iter().all(|other| loss <= other);
    val_loss.iter().position(is_lowest).map_or(0, |place| place + 1)
}

/// The large network of few pictures, with a price on the weights of each layer.
pub(crate) fn large_with(prices: [f64; 3]) -> Sequential {
    let units = [(128, Relu), (64, Relu), (10, Softmax)];
    let priced = units.into_iter().zip(prices).map(|((units, activation), price)| {
        Dense::new(units).activation(activation).kernel_regularizer(L2::new(price))
    });
    priced.fold(Sequential::new().seed(1).add(Input::new(784)), Sequential::add)
}

/// The large network with a price on the weights of its hidden layers.
pub fn priced() -> Sequential {
    large_with([0.003, 0.003, 0.0])
}

/// The large network with a dropout behind each hidden layer.
pub fn forgetful() -> Sequential {
    let large = large_with([0.0; 3]);
    let layers = large.layers().iter().cloned().enumerate();
    layers.fold(Sequential::new().seed(1), |network, (place, layer)| {
        let network = network.add(layer);
        if matches!(place, 1 | 2) { network.add(Dropout::new(0.3)) } else { network }
    })
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
pub fn mean_baseline(mass_train: &Array, times: usize) -> Vec<f32> {
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

/// The penguins of which nothing is missing, and their species.
pub(crate) fn measured_penguins() -> Result<(Array, Array)> {
    let (x, y) = penguins::load_data()?;
    let complete = complete_rows(&x);
    Ok((x.select(&complete)?, y.select(&complete)?))
}

/// The penguins as a table that is sorted by the names of their classes has them, without gaps.
pub fn penguin_table() -> Result<(Array, Array)> {
    let (x, y) = measured_penguins()?;
    let mut names = penguins::species();
    names.sort_unstable();
    let place =
        |label: f32| names.iter().position(|name| *name == penguins::species()[label as usize]);
    let classes = y.to_vec().into_iter().map(|label| place(label).unwrap_or(0));
    Ok((x, Array::from(classes.collect::<Vec<usize>>())))
}

/// Those penguins, split and measured with the ruler of the training rows.
pub(crate) fn penguin_parts() -> Result<Split> {
    let (x, y) = penguin_table()?;
    let ((x_train, y_train), (x_test, y_test)) = penguin_split(&x, &y)?;
    let (_, x_train, x_test) = standardised(&x_train, &x_test)?;
    Ok(((x_train, y_train), (x_test, y_test)))
}

/// The share of the most frequent class.
pub fn baseline(labels: &[f32]) -> f32 {
    let count = |class| labels.iter().filter(|label| *label == class).count();
    labels.iter().map(count).max().unwrap_or(0) as f32 / labels.len().max(1) as f32
}

/// The smallest network for the penguins, and its history.
pub fn classifier() -> Result<(Model, History)> {
    let ((x, y), _) = penguin_parts()?;
    let network = Sequential::new().seed(1).add(Input::new(4));
    let network = network.add(Dense::new(3).activation(Softmax));
    let adam = Adam::new().learning_rate(0.01);
    let mut model = network.compile(SparseCategoricalCrossentropy, adam, [Accuracy])?;
    let settings = Fit::new().epochs(200).validation_split(0.2).seed(1).verbose(0);
    let stopping = EarlyStopping::new().patience(10).restore_best_weights(true);
    let history = model.fit(&x, &y, settings.callback(stopping))?;
    Ok((model, history))
}

/// The pictures that the notebook has written, small and grey.
pub fn folder_pictures() -> Result<(ImageDataset, Array, Array)> {
    let settings = Images::new().image_size([28, 28]).color_mode(Grayscale);
    let shoes = image_dataset_from_directory("my_project/shoes", settings)?;
    let (x, y) = (shoes.x() / 255.0, shoes.y());
    Ok((shoes, x, y))
}

/// The share of right answers in each group.
pub fn by_group(right: &[bool], groups: &[usize]) -> Vec<f32> {
    let of = |group: usize| right.iter().zip(groups).filter(move |(_, other)| **other == group);
    let share = |group: usize| {
        of(group).filter(|(is_right, _)| **is_right).count() as f32 / of(group).count() as f32
    };
    (0..=groups.iter().copied().max().unwrap_or(0)).map(share).collect()
}

/// The number of columns that the notebook asks for.
pub(crate) const TOKENS: usize = 500;

pub(crate) fn ngrams(longest: usize, most: usize) -> TextVectorization {
    TextVectorization::new().ngrams(longest).max_tokens(most)
}

/// The sentences as rows of counts, with the vocabulary of the training sentences.
pub fn sentences() -> Result<(TextVectorizer, Array, Array)> {
    rows_of(&ngrams(2, TOKENS))
}

/// What becomes of the training sentences and of those of the test.
fn rows_of(how: &TextVectorization) -> Result<(TextVectorizer, Array, Array)> {
    let ((training, _), (test, _)) = languages::load_data()?;
    let vectorizer = how.adapt(&training)?;
    let rows = (vectorizer.apply(&training)?, vectorizer.apply(&test)?);
    Ok((vectorizer, rows.0, rows.1))
}

/// How many words of a sentence are read, and how many different ones have a number.
pub(crate) const WORDS_OF_A_SENTENCE: usize = 12;
pub(crate) const MOST_WORDS: usize = 1_000;

/// Texts as sequences of so many words.
pub(crate) fn words_of(length: usize) -> TextVectorization {
    TextVectorization::new().split(Whitespace).output_sequence_length(length)
}

/// How the sentences become sequences.
pub(crate) fn words() -> TextVectorization {
    words_of(WORDS_OF_A_SENTENCE).max_tokens(MOST_WORDS)
}

/// The sentences as sequences, with the vocabulary of the training sentences.
pub fn sequences() -> Result<(TextVectorizer, Array, Array)> {
    rows_of(&words())
}

/// A network of the mean of places, trained on the sequences.
pub fn word_reader(x_train: &Array, y_train: &Array) -> Result<Model> {
    let network = Sequential::new().seed(1).add(Input::new(WORDS_OF_A_SENTENCE));
    let network = network.add(Embedding::new(MOST_WORDS, 2)).add(GlobalAveragePooling1D::new());
    let network = network.add(Dense::new(4).activation(Softmax));
    trained(&network, Adam::new().learning_rate(0.01), 60, (x_train, y_train))
}

/// The word whose place is nearest to that of another one; of two equally near ones the first.
pub fn nearest(table: &Array, word: usize) -> usize {
    let numbers = table.to_vec();
    let width = (numbers.len() / table.len().max(1)).max(1);
    let places: Vec<&[f32]> = numbers.chunks(width).collect();
    let Some(place) = places.get(word) else {
        let words = places.len();
        refuse(told!(
            "there is no word {word} in a table of {words} rows; the first one is word 0",
            "in einer Tabelle mit {words} Zeilen gibt es kein Wort {word}; das erste ist Wort 0"
        ))
    };
    let apart = |other: &usize| -> f32 {
        let pairs = places[*other].iter().zip(*place);
        pairs.map(|(a, b)| (a - b).powi(2)).sum()
    };
    let others = (0..places.len()).filter(|other| *other != word);
    others.min_by(|a, b| apart(a).total_cmp(&apart(b))).unwrap_or(0)
}

/// Sentences, and the number of the one who bites.
type Bites = (Vec<String>, Array);

/// Who bites whom: 24 sentences for training and 6 for the test, whose other way round is among the 24.
pub fn bites() -> (Bites, Bites) {
    let names = ["dog", "man", "cat", "bird", "horse", "fox"];
    let part = |is_test: bool| {
        let pairs = (0..6).flat_map(|one| (0..6).map(move |other| (one, other)));
        // Each of the six bites once, and is bitten once, in the test.
        let chosen: Vec<(usize, usize)> =
            pairs.filter(|(a, b)| a != b && ((a + 2) % 6 == *b) == is_test).collect();
        let text = |(one, other): &(usize, usize)| {
            format!("the {} bites the {}", names[*one], names[*other])
        };
        let who: Vec<usize> = chosen.iter().map(|(one, _)| *one).collect();
        (chosen.iter().map(text).collect(), Array::from(who))
    };
    (part(false), part(true))
}

/// A network that keeps the places of the words, trained on who bites.
pub fn in_order() -> Result<Model> {
    let ((texts, y), _) = bites();
    let vectorizer = words_of(5).adapt(&texts)?;
    let network = Sequential::new().seed(1).add(Input::new(5));
    let network = network.add(Embedding::new(vectorizer.vocabulary().len(), 4)).add(Flatten::new());
    let network = network.add(Dense::new(6).activation(Softmax));
    let x = vectorizer.apply(&texts)?;
    trained(&network, Adam::new().learning_rate(0.03), 300, (&x, &y))
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
    let [kernel_1, bias_1, kernel_2, bias_2, ..] = weights else {
        let number = weights.len();
        refuse(told!(
            "logits takes four weights, kernel and bias of two layers, but it got {number}",
            "logits braucht vier Gewichte (weights), Kernel und Bias von zwei Schichten \
             (layers), bekam aber {number}"
        ))
    };
    let hidden = activation::relu(x.clone().matmul(kernel_1.clone()) + bias_1.clone());
    hidden.matmul(kernel_2.clone()) + bias_2.clone()
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

/// The weights behind one pass over all batches.
pub fn train_epoch(x: &Array, y: &Array, weights: &[Tensor<2>]) -> Result<Vec<Tensor<2>>> {
    trained_on(x, y, weights, 0..x.len() / BATCH, LEARNING_RATE)
}

/// The weights behind some batches.
pub(crate) fn trained_on(
    x: &Array,
    y: &Array,
    weights: &[Tensor<2>],
    batches: impl IntoIterator<Item = usize>,
    rate: f32,
) -> Result<Vec<Tensor<2>>> {
    let mut weights = weights.to_vec();
    for number in batches {
        let found = loss(&logits(&batch(x, number)?, &weights), &batch(y, number)?).backward();
        let gradients: Vec<Tensor<2>> = weights.iter().filter_map(|old| old.grad(&found)).collect();
        weights = sgd_step(&weights, &gradients, rate);
    }
    Ok(weights)
}
