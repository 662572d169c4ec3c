//! An error may be made in one language and shown in the other: no sentence mixes the two.

use std::path::Path;

use zunder_data::words::in_german;
use zunder_data::{
    Array, Error, Figure, Normalization, TextVectorization, language, plot, to_categorical,
    train_test_split,
};

use crate::choose::losses::CategoricalCrossentropy;
use crate::choose::optimizers::{Adam, Sgd};
use crate::define::activation::Softmax;
use crate::define::convolution::{Conv2D, MaxPooling2D};
use crate::define::dense::{Dense, Input};
use crate::define::embedding::GlobalAveragePooling1D;
use crate::define::flatten::{Dropout, Flatten};
use crate::define::sequential::Sequential;
use crate::engine::tensor::ToTensor;
use crate::evaluate::confusion_matrix::ConfusionMatrix;
use crate::fit::settings::Fit;
use crate::for_tests::{assert_german, twins};
use crate::keep::weights_file::WeightsFile;

/// Mistakes as learners make them, whose sentences have parts in both languages.
fn mistakes() -> Vec<Error> {
    let x = Array::zeros([3, 28, 28]);
    let y = Array::from([0, 1, 1]);
    let network = || Sequential::new().add(Input::new([28, 28, 1]));
    let compiled = |network: Sequential| {
        network.compile(CategoricalCrossentropy, Adam::default(), []).map(drop)
    };
    let small = || Sequential::new().add(Input::new(2)).add(Dense::new(2).activation(Softmax));
    let with = |optimizer: Adam| small().compile(CategoricalCrossentropy, optimizer, []).map(drop);
    let fit = |settings: Fit| {
        let mut model = small().compile(CategoricalCrossentropy, Sgd::default(), []).unwrap();
        model.fit(&Array::zeros([4, 2]), &Array::zeros([4, 2]), settings.verbose(0)).map(drop)
    };
    let mut model = small().compile(CategoricalCrossentropy, Adam::default(), []).unwrap();
    let drawn = |figure: Figure| figure.svg().map(drop);
    let texts = TextVectorization::new();
    let results = [
        x.get([5, 0, 0]).map(drop),
        x.get([0, 400]).map(drop),
        x.row(7).map(drop),
        x.rows(2..9).map(drop),
        x.select(&[3]).map(drop),
        x.column(0).map(drop),
        Array::zeros([3, 2]).column(2).map(drop),
        x.to_tensor::<2>().map(drop),
        language("latin"),
        to_categorical(&y, 0).map(drop),
        train_test_split(&x, &y, 1.5, 0).map(drop),
        Normalization::adapt(&x).map(drop),
        texts.adapt::<&str>(&[]).map(drop),
        texts.ngrams(0).adapt(&["a"]).map(drop),
        TextVectorization::new().max_tokens(1).adapt(&["a"]).map(drop),
        ConfusionMatrix::new(&x, &y).map(drop),
        ConfusionMatrix::new(&y, &Array::from([1])).map(drop),
        compiled(Sequential::new().add(Input::new(0))),
        compiled(network().add(Dense::new(2))),
        compiled(network().add(Flatten::new()).add(Dense::new(0))),
        compiled(network().add(Flatten::new()).add(Conv2D::new(1, 3))),
        compiled(Sequential::new().add(Input::new(784)).add(Conv2D::new(1, 3))),
        compiled(network().add(Conv2D::new(0, 3))),
        compiled(network().add(Conv2D::new(1, 0))),
        compiled(network().add(MaxPooling2D::new(30))),
        compiled(network().add(Dropout::new(1.0))),
        compiled(network().add(GlobalAveragePooling1D::new())),
        model.save("digits.keras"),
        model.predict(&Array::zeros([2])).map(drop),
        with(Adam::new().learning_rate(0.0)),
        with(Adam::new().beta_1(1.0)),
        with(Adam::new().epsilon(0.0)),
        fit(Fit::new().batch_size(0)),
        fit(Fit::new().validation_split(1.0)),
        model.set_weights(&[]),
        model.set_weights(&[(Array::zeros([3, 2]), Array::zeros([2]))]),
        drawn(plot::samples(&y, &y, 1)),
        drawn(plot::samples(&x, &y, 0)),
        drawn(plot::samples(&x, &y, 4)),
        drawn(plot::weights(&y)),
        drawn(plot::mistakes(&x, &y, &Array::zeros([2, 2]), 1)),
        drawn(plot::prediction(&x, &Array::from([0.5, 0.5]), None)),
        drawn(plot::prediction(&x.row(0).unwrap(), &Array::from([7.0, 0.5]), None)),
        drawn(plot::prediction(&x.row(0).unwrap(), &x, None)),
        plot::weights(&Array::zeros([4, 1])).save("weights.png"),
        WeightsFile::open(Path::new("missing.safetensors")).map(drop),
    ];
    results.into_iter().map(Result::unwrap_err).collect()
}

#[test]
fn an_error_is_in_the_language_in_which_it_is_shown() {
    let (made_in_english, made_in_german) = (mistakes(), in_german(mistakes));
    assert!(made_in_english.len() > 40);
    for (english, german) in made_in_english.iter().zip(&made_in_german) {
        let sentences = twins(english);
        assert_eq!(sentences, twins(german));
        assert_ne!(sentences.0, sentences.1);
        assert_german(&sentences.1);
    }
}
