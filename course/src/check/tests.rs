//! The checks with right answers and with nonsense. In a file of its own, so that a learner's kernel,
//! which gets the sources of the crate, has none of them.
//!
//! Over 300 lines: a part for each notebook.

mod shapes {
    use zunder::prelude::*;

    use crate::check::*;

    #[test]
    fn nonsense_fails_and_does_not_panic() {
        let empty = Array::zeros([0, 784]);
        let no_dims = Array::zeros([1]).row(0).expect("it has one row");
        for array in [&empty, &no_dims, &Array::from([f32::NAN])] {
            assert!(!flatten(array).is_pass());
            assert!(!split_by_hand(array, array, array, array).is_pass());
        }
        assert!(!predict_shapes(&[], &[], &[], &[]).is_pass());
        let long = predict_shapes(&vec![7; 300_000], &[28], &[200, 28, 28], &[200]).to_string();
        assert!(long.contains("(7, 7, ") && long.len() < 400, "{long}");
        assert!(!one_hot(|_| Vec::new()).is_pass());
        assert!(!one_hot(|label| vec![1.0; [1][label]]).is_pass());
        assert!(!scale_to_one(|_| Vec::new()).is_pass());
        assert!(!scale_to_one(|values| vec![f32::NAN; values.len()]).is_pass());
        assert!(!argmax_by_hand(<[f32]>::len).is_pass());
        assert!(!pixel_position(|_, _| usize::MAX).is_pass());
    }

    #[test]
    fn mistakes_are_named() {
        let down_the_columns = pixel_position(|row, column| row + 28 * column).to_string();
        assert!(down_the_columns.contains("columns"), "{down_the_columns}");
        let hot_label = one_hot(|label| {
            let mut row = vec![0.0; 10];
            row[label] = label as f32;
            row
        });
        assert!(hot_label.to_string().contains("right place holds 5"), "{hot_label}");
        fn width(values: &[f32]) -> (f32, f32) {
            let smallest = values.iter().copied().fold(f32::INFINITY, f32::min);
            (smallest, values.iter().copied().fold(f32::NEG_INFINITY, f32::max) - smallest)
        }
        let none = scale_to_one(|values| {
            let (smallest, width) = width(values);
            let all = values.iter().map(|value| (value - smallest) / width);
            if width == 0.0 { vec![0.0] } else { all.collect() }
        });
        assert!(none.to_string().contains("as many zeros"), "{none}");
        let rounded = argmax_by_hand(|row| {
            let all = row.iter().enumerate();
            all.max_by_key(|(_, value)| (**value * 100.0) as i32).map_or(0, |(place, _)| place)
        });
        assert!(rounded.to_string().contains("0.301 and 0.304"), "{rounded}");
    }
}

mod architecture {
    use zunder::prelude::*;

    use crate::check::*;

    #[test]
    fn a_model_of_something_else_fails_in_every_check() {
        for (inputs, units) in [(3, 10), (784, 2)] {
            let network = Sequential::new()
                .add(Input::new(inputs))
                .add(Dense::new(7).activation(Relu))
                .add(Dense::new(units).activation(Softmax));
            let model = network.compile(MeanSquaredError, Adam::default(), [Accuracy]);
            let model = model.expect("its layers fit");
            for check in [no_hidden_layer, wider, deeper, smallest, on_a_budget] {
                let verdict = check(&model);
                assert!(!verdict.is_pass(), "{verdict}");
            }
        }
        assert!(!last_layer(&Sequential::new()).is_pass());
    }

    #[test]
    fn forgotten_biases_are_named() {
        let verdict = count_parameters(784 * 30 + 30 * 10).to_string();
        assert!(verdict.contains("weights"), "{verdict}");
        assert!(!count_parameters(usize::MAX).is_pass());
        let negative = count_parameters(-1).to_string();
        assert!(negative.contains("-1 is not right"), "{negative}");
    }
}

mod activations {
    use zunder::prelude::*;

    use crate::check::*;

    #[test]
    fn nonsense_fails_and_does_not_panic() {
        for check in [relu_by_hand, sigmoid_by_hand] {
            assert!(!check(|_| f32::NAN).is_pass());
            assert!(!check(|_| panic!("on purpose")).is_pass());
        }
        assert!(!tanh_by_hand(|_, _| f32::NAN).is_pass());
        assert!(!softmax_by_hand(|_| Vec::new()).is_pass());
        assert!(!softmax_by_hand(|sums| vec![f32::NAN; sums.len()]).is_pass());
        assert!(!linear_layers(|_, _, _, _| (f32::NAN, f32::INFINITY)).is_pass());
        assert!(!last_activation(&Sequential::new()).is_pass());
    }

    #[test]
    fn an_overflow_is_named() {
        let naive = |sums: &[f32]| {
            let total: f32 = sums.iter().map(|x| x.exp()).sum();
            sums.iter().map(|x| x.exp() / total).collect()
        };
        let verdict = softmax_by_hand(naive).to_string();
        assert!(verdict.contains("1000"), "{verdict}");
        assert!(sigmoid_by_hand(|x| 1.0 / (1.0 + (-x).exp())).is_pass());
        assert!(tanh_by_hand(|x, _| x.tanh()).to_string().contains("is given"));
    }
}

mod basics {
    use crate::check::*;

    #[test]
    fn nonsense_fails_and_does_not_panic() {
        assert!(!in_seconds(|_, _| panic!("on purpose")).is_pass());
        assert!(!add_up(|_| u32::MAX).is_pass());
        assert!(!without_ends(|numbers| numbers[1..numbers.len() - 1].to_vec()).is_pass());
        assert!(!divide_all(|numbers, _| numbers.fill(f32::NAN)).is_pass());
        assert!(!count_above(|numbers, _| numbers.len()).is_pass());
        assert!(!difference(|x, _, _| x.get([99])).is_pass());
        assert!(!mend_share(|_, _| f32::NAN).is_pass());
    }

    #[test]
    fn several_inputs_stand_in_one_pair_of_brackets() {
        let verdict = in_seconds(|minutes, seconds| 100 * minutes + seconds).to_string();
        assert!(verdict.contains("in_seconds(2, 5) gives 205"), "{verdict}");
    }

    #[test]
    fn a_call_is_shown_as_it_is_written() {
        let unsigned = difference(|x, a, b| Ok((x.get([a])? - x.get([b])?).abs())).to_string();
        assert!(unsigned.contains("difference(&x, 1, 0) gives Ok(3.0)"), "{unsigned}");
        let fixed =
            without_ends(
                |numbers| {
                    if numbers.len() < 2 { Vec::new() } else { numbers[1..4].to_vec() }
                },
            );
        assert!(fixed.to_string().contains("shorter and longer lists"), "{fixed}");
        let first = count_above(|all, border| all.iter().take_while(|n| **n > border).count());
        assert!(first.to_string().contains("every number"), "{first}");
    }
}

mod learning {
    use crate::check::*;
    use crate::given;

    fn softmax(sums: &[f32]) -> Vec<f32> {
        let largest = sums.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let powers = sums.iter().map(|sum| (sum - largest).exp());
        let total: f32 = powers.clone().sum();
        powers.map(|power| power / total).collect()
    }

    /// The gradients of all weights for one picture: layers with relu, the last with softmax and
    /// cross-entropy.
    fn gradients(weights: &[Vec<f32>], picture: &[f32], label: usize) -> Vec<Vec<f32>> {
        let mut values = vec![picture.to_vec()];
        for layer in weights.chunks_exact(2) {
            let sums = given::layer_sums(&values[values.len() - 1], &layer[0], &layer[1]);
            let is_last = 2 * values.len() == weights.len();
            values.push(if is_last {
                softmax(&sums)
            } else {
                sums.iter().map(|s| s.max(0.0)).collect()
            });
        }
        let mut d_sums = values.pop().unwrap_or_default();
        d_sums.iter_mut().skip(label).take(1).for_each(|d| *d -= 1.0);
        let mut found = Vec::new();
        for (layer, x) in weights.chunks_exact(2).zip(&values).rev() {
            let (d_kernel, d_x) = given::layer_backward(x, &layer[0], &d_sums);
            found.extend([d_sums, d_kernel]);
            d_sums = d_x.iter().zip(x).map(|(d, x)| if *x > 0.0 { *d } else { 0.0 }).collect();
        }
        found.reverse();
        found
    }

    #[test]
    fn right_answers_pass() {
        for verdict in [
            valley(given::ride_loss),
            nudge(|f, w| (f(w + 0.01) - f(w)) / 0.01),
            slope(given::ride_slope),
            descend(given::descend),
            on_paper(2.0, 6.0, 4.0, 8.0),
            two_weights(given::two_weights),
            layer_forward(given::layer_sums),
            layer_backward(given::layer_backward),
            whole_gradient(gradients),
        ] {
            assert!(verdict.is_pass(), "{verdict}");
        }
    }

    #[test]
    fn a_gradient_is_compared_with_that_of_fit_number_by_number() {
        for verdict in [
            whole_gradient(|weights, x, label| off_by_a_little(weights, x, label, 0)),
            whole_gradient(|weights, x, label| off_by_a_little(weights, x, label, 1)),
            whole_gradient(|weights, x, label| {
                off_by_a_little(weights, x, label, weights.len() - 1)
            }),
        ] {
            assert!(!verdict.is_pass(), "{verdict}");
        }
    }

    /// The right gradient, but one number of one list is not.
    fn off_by_a_little(
        weights: &[Vec<f32>],
        picture: &[f32],
        label: usize,
        list: usize,
    ) -> Vec<Vec<f32>> {
        let mut gradients = gradients(weights, picture, label);
        gradients[list][0] += 0.005;
        gradients
    }

    #[test]
    fn nonsense_fails_and_does_not_panic() {
        for function in [|_| f32::NAN, |_| f32::INFINITY, |_| panic!("on purpose")] {
            assert!(!valley(function).is_pass() && !slope(function).is_pass());
        }
        assert!(!nudge(|_, _| f32::NAN).is_pass());
        assert!(!descend(|_, _, _| Vec::new()).is_pass());
        assert!(!on_paper(f32::NAN, 6.0, 4.0, 8.0).is_pass());
        assert!(!two_weights(|_, _, _, _| (f32::NAN, 0.0)).is_pass());
        assert!(!layer_forward(|_, _, _| Vec::new()).is_pass());
        assert!(!layer_backward(|_, _, _| (Vec::new(), vec![1.0])).is_pass());
        assert!(!whole_gradient(|weights, _, _| vec![Vec::new(); weights.len()]).is_pass());
    }
}

mod training_settings {
    use zunder::prelude::*;

    use crate::check::*;
    use crate::given;

    #[test]
    fn sgd_with_a_tenth_takes_no_steps_that_are_too_large() -> zunder::Result<()> {
        let ((x, y), _) = mnist::load_data()?;
        let x = x.rows(0..10_000)?.reshape([10_000, 784])? / 255.0;
        let optimizer = Sgd::new().learning_rate(0.1);
        let mut model =
            given::first_network().compile(SparseCategoricalCrossentropy, optimizer, [])?;
        let settings = Fit::new().batch_size(512).epochs(5).seed(1).verbose(0);
        model.fit(&x, &y.rows(0..10_000)?, settings)?;
        let said = large_batch(&model).to_string();
        assert!(said.contains("does not get far enough"), "{said}");
        Ok(())
    }

    #[test]
    fn steps_and_pictures_that_are_others_are_told_apart() -> zunder::Result<()> {
        let ((x, y), _) = mnist::load_data()?;
        let part = |from: usize| -> zunder::Result<(Array, Array)> {
            let rows = from..from + 10_000;
            Ok((x.rows(rows.clone())?.reshape([10_000, 784])? / 255.0, y.rows(rows)?))
        };
        let (own, others) = (part(0)?, part(20_000)?);
        let compiled = |optimizer: zunder::Optimizer| {
            given::first_network().compile(SparseCategoricalCrossentropy, optimizer, [])
        };
        let first = || compiled(Adam::new().learning_rate(0.0001).into());
        let settings = |epochs: usize| Fit::new().epochs(epochs).seed(1).verbose(0);
        let rates_say = |model: Model, word: &str, is_anew: bool| {
            let said = compare_rates(&vec![model; 5], 0.01).to_string();
            assert!(said.contains(word) && said.contains("Compile anew") == is_anew, "{said}");
        };
        let mut model = first()?;
        model.fit(&own.0, &own.1, settings(3).validation_split(0.2))?;
        rates_say(model.clone(), "750 steps", false);
        model.fit(&own.0, &own.1, settings(3))?;
        rates_say(model, "1689 steps", true);
        let mut model = first()?;
        model.fit(&others.0, &others.1, settings(3))?;
        rates_say(model, "on other pictures", false);

        let mut model = first()?;
        let said = |model: &Model| within_epochs(&model.history(), model).to_string();
        assert!(said(&model).contains("not trained yet"), "{}", said(&model));
        model.fit(&others.0, &others.1, settings(1))?;
        assert!(said(&model).contains("on other pictures"), "{}", said(&model));

        let mut model = compiled(Sgd::new().momentum(0.9).into())?;
        model.fit(&own.0, &own.1, settings(1))?;
        let said = momentum(&model).to_string();
        assert!(said.contains("after 313 steps: 5 epochs"), "{said}");
        Ok(())
    }
}

mod mistakes {
    use zunder::prelude::*;

    use crate::check::*;
    use crate::given;

    #[test]
    fn what_is_said_is_true_of_a_mistake_that_was_half_mended() -> zunder::Result<()> {
        let ((pixels, digits), _) = mnist::load_data()?;
        let pixels = pixels.rows(0..10_000)?.reshape([10_000, 784])?.to_float();
        let (x, y) = (&pixels / 255.0, digits.rows(0..10_000)?);
        let compiled = |rate: f64| {
            let optimizer = Adam::new().learning_rate(rate);
            given::first_network().compile(SparseCategoricalCrossentropy, optimizer, [Accuracy])
        };
        let settings = |epochs: usize| Fit::new().epochs(epochs).seed(1).verbose(0);
        let says = |verdict: crate::Verdict, part: &str| {
            let said = verdict.to_string();
            assert!(said.contains(part), "{said}");
        };
        let mut model = compiled(0.005)?;
        model.fit(&x, &y, settings(5))?;
        says(mistake_1(&pixels, &model), "`fit` got numbers up to 1, but those in `x` reach 255");
        let exam = &mnist::load_data()?.1.0.reshape([10_000, 784])? / 200.0;
        let said = mistake_5(&x, &exam, &model).to_string();
        assert!(said.contains("make them the same") && !said.contains("luck"), "{said}");

        for (epochs, goes_on, part) in
            [(4, true, "more than the one epoch"), (2, false, "from nothing again")]
        {
            let mut fine = compiled(0.0001)?;
            if goes_on {
                fine.set_weights(&model.weights())?;
            }
            let second = fine.fit(&x, &y, settings(epochs).diagnose(false))?;
            says(mistake_7(&fine, &second), part);
        }
        let mut fine = compiled(0.0001)?;
        fine.set_weights(&model.weights())?;
        let second = fine.fit(&x, &y, settings(1).batch_size(8).diagnose(false))?;
        let verdict = mistake_7(&fine, &second);
        assert!(verdict.is_pass(), "{verdict}");
        Ok(())
    }
}

mod from_memory {
    use zunder::prelude::*;

    use crate::check::*;

    #[test]
    fn what_is_empty_or_something_else_fails_with_a_reason() {
        let empty = Array::zeros([0]);
        assert!(own_load(&empty, &empty, &empty, &empty).to_string().contains("still empty"));
        for array in [&empty, &Array::zeros([3, 4]), &Array::from([f32::NAN])] {
            assert!(!own_load(array, array, array, array).is_pass());
            assert!(!own_pictures(array, array).is_pass());
            assert!(!own_labels(array, array).is_pass());
        }
        assert!(own_network(&Sequential::new()).to_string().contains("no layers"));
        let layers = crate::given::first_network().layers().to_vec();
        let flat = layers.into_iter().fold(Sequential::new(), Sequential::add).add(Flatten::new());
        assert!(own_network(&flat).to_string().contains("a layer too many: Flatten"));
        let network = Sequential::new().add(Input::new(4)).add(Dense::new(10).activation(Softmax));
        let model = network.compile(CategoricalCrossentropy, Adam::default(), [Accuracy]).unwrap();
        assert!(!own_model(&model).is_pass() && !own_training(&model).is_pass());
        assert!(!own_errors(&model, 0).is_pass() && !first_mistake(&model, usize::MAX).is_pass());
    }

    #[test]
    fn words_are_taken_in_both_languages() {
        assert!(recall_data(["LABEL", " Form ", "one-hot"]).is_pass());
        let with_umlaut = ["Verlust", "Stapel", "Epoche", "Optimierer", "\u{dc}beranpassung"];
        assert!(recall_training(with_umlaut).is_pass());
        assert!(recall_data(["label", "", "one-hot"]).to_string().contains("word 2"));
        assert!(!recall_network(["bias", "weight", "activation", "hidden"]).is_pass());
    }

    #[test]
    fn a_word_may_have_an_article_a_hyphen_and_a_plural() {
        for one_hot in ["one-hot-encoding", "one hot encoding", "onehot", "the one_hot"] {
            assert!(recall_data(["das Label", "The shape", one_hot]).is_pass(), "{one_hot}");
        }
        for hidden in ["hidden layers", "versteckte Schicht", "eine verborgene Schicht"] {
            assert!(recall_network(["weights", "a bias", "activation", hidden]).is_pass());
        }
        let plural = ["der Verlust", "mini-batch", "Epochen", "optimizers", "overfitting"];
        assert!(recall_training(plural).is_pass());
        assert!(!recall_data(["the", "shape", "one-hot"]).is_pass());
    }
}

mod text {
    use zunder::Result;
    use zunder::prelude::*;

    use crate::check::*;
    use crate::given::{self, TOKENS};

    /// Trains as the notebook does; the accuracies on training and test sentences.
    fn trained(ngrams: usize, most: usize, seed: u64) -> Result<(f32, f32)> {
        let ((texts_train, y_train), (texts_test, y_test)) = languages::load_data()?;
        let vectorizer =
            TextVectorization::new().ngrams(ngrams).max_tokens(most).adapt(&texts_train)?;
        let x_train = vectorizer.apply(&texts_train)?;
        let x_test = vectorizer.apply(&texts_test)?;
        let network = Sequential::new()
            .seed(seed)
            .add(Input::new(x_train.shape().dims()[1]))
            .add(Dense::new(4).activation(Softmax));
        let mut model =
            network.compile(SparseCategoricalCrossentropy, Adam::default(), [Accuracy])?;
        model.fit(&x_train, &y_train, Fit::new().epochs(60).seed(seed).verbose(0))?;
        let accuracy = |x, y| model.evaluate(x, y)?.accuracy();
        Ok((accuracy(&x_train, &y_train)?, accuracy(&x_test, &y_test)?))
    }

    #[test]
    fn the_margins_of_the_checks_are_wide() -> Result<()> {
        for seed in 0..10 {
            let (letters, pairs) = (trained(1, 1000, seed)?, trained(2, 1000, seed)?);
            let asked = trained(2, TOKENS, seed)?;
            println!("seed {seed}: {letters:?} {pairs:?} {:?} {asked:?}", trained(3, 1000, seed)?);
            assert!(letters.1 > 0.8 && pairs.1 > letters.1 + 0.02, "seed {seed}");
            assert!(asked.1 > 0.92 && asked.0 > 0.95, "seed {seed}: {asked:?}");
        }
        Ok(())
    }

    #[test]
    fn a_panic_is_said_in_its_own_words() {
        let one_too_far = |text: &str| -> Vec<String> {
            let letters: Vec<char> = text.chars().collect();
            (0..=letters.len())
                .map(|at| String::from_iter([letters[at], letters[at + 1]]))
                .collect()
        };
        let said = bigrams(one_too_far).to_string();
        assert!(said.contains("bigrams(\"hallo\") panics: index out of bounds"), "{said}");
        let of_bytes = |text: &str| -> Vec<String> {
            (1..text.len()).map(|at| text[at - 1..=at].to_owned()).collect()
        };
        let said = bigrams(of_bytes).to_string();
        assert!(said.contains("char boundary") && said.contains("two bytes"), "{said}");
        let in_words = bigrams(|text| {
            let words = text.split_whitespace().map(|word| word.chars().collect::<Vec<char>>());
            let pairs = |word: Vec<char>| -> Vec<String> {
                word.windows(2).map(String::from_iter).collect()
            };
            words.flat_map(pairs).collect()
        });
        assert!(in_words.to_string().contains("a space counts"), "{in_words}");
        let said = encode(|_, vocabulary| vec![vocabulary[99].len()]).to_string();
        assert!(said.contains("but the index is 99") && !said.contains("not in the"), "{said}");
        for said in [
            strongest(|_, vocabulary, _| vocabulary[99].clone()).to_string(),
            sentence_place(|_, table| table[99]).to_string(),
            nearest(|table, _| table.shape().dims()[99]).to_string(),
            baseline(|labels| labels[99]).to_string(),
            by_group(|right, _| vec![f32::from(right[99])]).to_string(),
        ] {
            assert!(said.contains(" panics: index out of bounds"), "{said}");
        }
    }

    #[test]
    fn nonsense_is_refused_without_a_panic() {
        let empty = Array::from(Vec::<f32>::new());
        for x in [&empty, &Array::zeros([480, 500]), &Array::zeros([480])] {
            assert!(!vectorise(x, x).is_pass());
        }
        assert!(!count_letter(|_, _| panic!("on purpose")).is_pass());
        let once = count_letter(|text, letter| usize::from(text.contains(letter))).to_string();
        assert!(once.contains("'n') gives 1: the letter is in there"), "{once}");
        let place = count_letter(|text, letter| text.find(letter).unwrap_or(0)).to_string();
        assert!(place.contains("stands first"), "{place}");
        let some = normalise(|text| {
            let kept = |c: &char| !c.is_ascii_punctuation() && !"\u{bf}\u{a1}".contains(*c);
            text.to_lowercase().chars().filter(kept).collect()
        });
        assert!(some.to_string().contains("\u{ab} are punctuation"), "{some}");
        assert!(!normalise(|_| String::new()).is_pass());
        assert!(!bigrams(|_| Vec::new()).is_pass());
        assert!(!strongest(|_, _, _| "?".to_owned()).is_pass());
        assert!(
            !accuracy_with(|_| Ok((
                given::cnn().compile(SparseCategoricalCrossentropy, Adam::default(), [])?,
                f32::NAN
            )))
            .is_pass()
        );
    }
}

mod no_softmax {
    use zunder::prelude::*;

    use crate::Verdict;
    use crate::check::*;
    use crate::given::{self, MOST_WORDS, WORDS_OF_A_SENTENCE};

    /// Trained for an epoch where the check asks for that, which is not enough.
    #[test]
    fn no_softmax_is_named_before_more_training_is_asked_for() -> zunder::Result<()> {
        let sparse = SparseCategoricalCrossentropy;
        let says = |verdict: Verdict| {
            let said = verdict.to_string();
            assert!(said.contains("has the activation linear"), "{said}");
        };
        let bag = Sequential::new().seed(1).add(Input::new(given::TOKENS)).add(Dense::new(4));
        says(language_model(&bag.compile(sparse, Adam::default(), [])?));

        let ((_, y_train), _) = languages::load_data()?;
        let (_, x_train, _) = given::sequences()?;
        let words = Sequential::new().seed(1).add(Input::new(WORDS_OF_A_SENTENCE));
        let words = words.add(Embedding::new(MOST_WORDS, 2)).add(GlobalAveragePooling1D::new());
        let mut reader = words.add(Dense::new(4)).compile(sparse, Adam::default(), [])?;
        reader.fit(&x_train, &y_train, Fit::new().seed(1).verbose(0))?;
        says(word_reader(&reader));

        let five = Sequential::new().seed(1).add(Input::new(5)).add(Embedding::new(10, 4));
        let five = five.add(Flatten::new()).add(Dense::new(6));
        says(in_order(&five.compile(sparse, Adam::default(), [])?));

        let ((x, y), _) = given::penguin_parts()?;
        let four = Sequential::new().seed(1).add(Input::new(4)).add(Dense::new(3));
        let mut model = four.compile(sparse, Sgd::new().learning_rate(0.0001), [])?;
        let settings = Fit::new().seed(1).verbose(0).validation_split(0.2);
        let history = model.fit(&x, &y, settings)?;
        says(classifier(&model, &history));
        Ok(())
    }
}

mod convolution {
    use zunder::prelude::*;

    use crate::Verdict;
    use crate::check::*;

    fn front() -> Sequential {
        Sequential::new()
            .add(Input::new([28, 28, 1]))
            .add(Conv2D::new(8, 3).activation(Relu))
            .add(MaxPooling2D::new(2))
            .add(Conv2D::new(16, 3).activation(Relu))
            .add(MaxPooling2D::new(2))
    }

    fn says(verdict: Verdict, part: &str) {
        let text = verdict.to_string();
        assert!(!verdict.is_pass() && text.contains(part), "{text}");
    }

    #[test]
    fn nonsense_fails_with_a_reason() {
        says(pictures(&Array::zeros([0])), "shape");
        says(pictures(&Array::zeros([60_000, 28, 28])), "channel");
        says(conv_parameters(|_, _, _| 0), "is not it");
        says(conv_parameters(|w, c, f| w * w * c * f), "one number more");
        says(conv_parameters(|w, _, f| w * w * f + f), "every channel");
        says(conv_parameters(|_, _, _| panic!("oh")), "panicked while it was checked (oh)");
        says(output_shapes(&[]), "4 layers");
        says(output_shapes(&[[28, 28, 6]; 4]), "border");
        says(output_shapes(&[[23, 23, 6]; 4]), "nearly");
        says(build_cnn(&Sequential::new()), "no Conv2D");
        says(build_cnn(&front()), "one row");
        says(build_cnn(&front().add(Flatten::new())), "no Dense");
        says(build_cnn(&front().add(Dense::new(10))), "do not fit");
        says(build_cnn(&front().add(Flatten::new()).add(Dense::new(9))), "ten digits");
        let dense = Sequential::new().add(Input::new(4)).add(Dense::new(10).activation(Softmax));
        let model = dense.compile(SparseCategoricalCrossentropy, Adam::default(), [Accuracy]);
        says(cnn_accuracy(&model.unwrap()), "no convolution");
        says(dropout(&front()), "0 Dropout");
    }

    #[test]
    fn right_answers_pass() {
        assert!(conv_parameters(|w, c, f| (w * w * c + 1) * f).is_pass());
        let shapes = [[24, 24, 6], [12, 12, 6], [10, 10, 12], [5, 5, 12]];
        assert!(output_shapes(&shapes).is_pass());
        let last = || Dense::new(10).activation(Softmax);
        says(build_cnn(&front().add(Flatten::new()).add(last())), "hidden Dense");
        let flat = || front().add(Flatten::new()).add(Dense::new(64).activation(Relu));
        assert!(build_cnn(&flat().add(last())).is_pass());
        assert!(dropout(&flat().add(Dropout::new(0.25)).add(last())).is_pass());
        let before = front().add(Flatten::new()).add(Dropout::new(0.25));
        assert!(dropout(&before.add(Dense::new(64).activation(Relu)).add(last())).is_pass());
        let early = front().add(Dropout::new(0.25)).add(Flatten::new()).add(last());
        says(dropout(&early), "directly");
        let late = flat().add(last()).add(Dropout::new(0.25));
        says(dropout(&late), "last");
    }
}

mod training_loop {
    use zunder::burn::tensor::{Tensor, activation};
    use zunder::prelude::*;

    use crate::check::*;
    use crate::given::{logits, loss, train_epoch as epoch};

    fn sgd(weights: &[Tensor<2>], gradients: &[Tensor<2>], rate: f32) -> Vec<Tensor<2>> {
        let pairs = weights.iter().zip(gradients);
        pairs.map(|(w, g)| (w.clone() - g.clone() * rate).detach().require_grad()).collect()
    }

    #[test]
    fn right_answers_pass() {
        assert!(
            batch(|data, number| data.rows(number * 32..number * 32 + 32)?.to_tensor()).is_pass()
        );
        assert!(forward(logits).is_pass());
        assert!(cross_entropy(loss).is_pass());
        let gradient = |logits: &Tensor<2>, y: &Tensor<2>| {
            (activation::softmax(logits.clone(), 1) - y.clone()) / logits.dims()[0] as f32
        };
        assert!(logits_gradient(gradient).is_pass());
        assert!(sgd_step(sgd).is_pass());
        assert!(train_epoch(epoch).is_pass());
    }

    #[test]
    fn nonsense_is_refused_without_a_panic() {
        assert!(!batch(|data, _| data.to_tensor()).is_pass());
        assert!(!batch(|_, _| Array::zeros([0, 3]).to_tensor()).is_pass());
        assert!(!forward(|x, weights| x.clone().matmul(weights[2].clone())).is_pass()); // panics
        assert!(!cross_entropy(|_, _| Tensor::from([f32::NAN])).is_pass());
        assert!(!logits_gradient(|logits, _| logits.clone()).is_pass());
        assert!(!sgd_step(|_, _, _| Vec::new()).is_pass());
        assert!(!train_epoch(|_, _, _| Ok(Vec::new())).is_pass());
        assert!(!trained_by_hand(|_, _, _, _| Ok(Vec::new()), &[]).is_pass());
    }

    #[test]
    fn a_panic_of_burn_is_told_with_its_shapes() {
        let said = forward(|x, weights| x.clone().matmul(weights[2].clone())).to_string();
        assert!(
            said.contains("'Matmul'") && said.contains("got 4 and 3.). Do the shapes"),
            "{said}"
        );
        let said = forward(|x, weights| x.clone() * weights[0].clone()).to_string();
        assert!(said.contains("'Mul'") && said.contains("(4, 3) and (3, 2)"), "{said}");
        let said = cross_entropy(|sums, y| (sums.clone().transpose() * y.clone()).sum());
        assert!(said.to_string().contains("other shapes"), "{said}");
        let said = sgd_step(|weights, gradients, rate| {
            let pairs = weights.iter().zip(gradients);
            pairs.map(|(w, g)| (w.clone() - g.clone() * rate).require_grad()).collect()
        });
        assert!(said.to_string().contains("before `.require_grad()`"), "{said}");
        let said = sgd_step(|weights, _, _| vec![weights[4].clone()]).to_string();
        assert!(said.contains("sgd_step(&weights, &gradients, 0.5) panics"), "{said}");
    }

    #[test]
    fn a_batch_of_32_is_not_taken_for_granted() {
        for said in [
            cross_entropy(|sums, y| {
                -(activation::log_softmax(sums.clone(), 1) * y.clone()).sum() / 32.0
            }),
            logits_gradient(|sums, y| (activation::softmax(sums.clone(), 1) - y.clone()) / 32.0),
        ] {
            assert!(said.to_string().contains("divided by 32"), "{said}");
        }
        let far = train_epoch(|x, _, _| x.rows(96..128).map(|_| Vec::new())).to_string();
        assert!(far.contains("made-up samples") && far.contains("96..128"), "{far}");
    }
}

mod how_much {
    use zunder::prelude::*;

    use crate::check::*;
    use crate::given;

    #[test]
    fn nonsense_fails_and_does_not_panic() {
        assert!(!mean_absolute_error(|_, _| f32::NAN).is_pass());
        assert!(!mean_absolute_error(|truth, said| truth[7] - said[9]).is_pass());
        for answers in [vec![], vec![f32::NAN; 103], vec![0.0; 103]] {
            assert!(!mean_baseline(&answers).is_pass());
        }
        assert!(!yes_no_loss(|_, _| f32::INFINITY).is_pass());
        assert!(!precision_recall(|_, _, _| (1.0, 1.0)).is_pass());
        for (inputs, units) in [(784, 10), (3, 1), (2, 1)] {
            let network = Sequential::new().add(Input::new(inputs)).add(Dense::new(units));
            let model = network.compile(MeanSquaredError, Adam::default(), []).expect("it fits");
            for check in [mass_model, chinstrap_model, rare_class] {
                assert!(!check(&model).is_pass());
            }
            assert!(!residual_by_species(&model, [f32::NAN; 3]).is_pass());
        }
    }

    #[test]
    fn what_equals_the_threshold_is_no_yes() {
        let said = precision_recall(|truth, said, threshold| {
            let called = said.iter().filter(|p| **p >= threshold).count() as f32;
            let yes = truth.iter().sum::<f32>();
            let both: f32 =
                truth.iter().zip(said).filter(|(_, p)| **p >= threshold).map(|(t, _)| t).sum();
            (both / called.max(1.0), both / yes.max(1.0))
        });
        assert!(said.to_string().contains("equals the threshold"), "{said}");
    }

    #[test]
    fn worse_than_the_baseline_is_not_closer_already() -> zunder::Result<()> {
        let (x, y) = penguins::load_data()?;
        let complete = given::complete_rows(&x);
        let (x, y) = (x.select(&complete)?, y.select(&complete)?);
        let ((train, _), (test, _)) = train_test_split(&x, &y, 0.3, 1)?;
        let lengths = train.select_columns(&[0, 1, 2])?;
        let (_, scaled, _) = given::standardised(&lengths, &test.select_columns(&[0, 1, 2])?)?;
        let mass = train.column(3)? / 1_000.0;
        let says = |x: &Array, epochs: usize, part: &str| -> zunder::Result<()> {
            let network = Sequential::new().seed(1).add(Input::new(3)).add(Dense::new(1));
            let optimizer = Adam::new().learning_rate(0.05);
            let mut model = network.compile(MeanSquaredError, optimizer, [])?;
            model.fit(x, &mass, Fit::new().epochs(epochs).seed(1).verbose(0))?;
            let said = mass_model(&model).to_string();
            assert!(said.contains(part), "{said}");
            Ok(())
        };
        says(&scaled, 10, "more than the baseline")?;
        says(&scaled, 13, "closer already")?;
        says(&lengths, 100, "or these were not standardised")
    }
}

mod tables {
    use std::process::Command;

    use zunder::prelude::*;

    use crate::check::*;
    use crate::given;

    const AS_CHILD: &str = "ZUNDER_TEST_OF_PROBES";

    /// In a process of its own, whose whole output can be looked at.
    #[test]
    fn a_check_says_nothing_of_how_its_own_probes_are_scaled() -> zunder::Result<()> {
        if std::env::var_os(AS_CHILD).is_some() {
            let (x, y) = given::penguin_table()?;
            let normalization = Normalization::adapt(&x.rows(0..300)?)?;
            let network = Sequential::new().add(Input::new(4)).add(Dense::new(3));
            let mut model = network.compile(SparseCategoricalCrossentropy, Adam::default(), [])?;
            model.fit(&normalization.apply(&x)?, &y, Fit::new().verbose(0))?;
            let answer = model.predict(&normalization.apply(&x.rows(0..1)?)?)?;
            println!("{}", new_penguin(&model, &normalization, &answer));
            return Ok(());
        }
        let name = "check::tests::tables::a_check_says_nothing_of_how_its_own_probes_are_scaled";
        let mut child = Command::new(std::env::current_exe().expect("this program"));
        child.args(["--exact", name, "--nocapture"]).env(AS_CHILD, "1");
        let ended = child.output().expect("it starts");
        let said = String::from_utf8_lossy(&ended.stdout);
        assert!(ended.status.success() && said.contains("new_penguin"), "{said}");
        assert!(!said.contains("Note:"), "{said}");
        Ok(())
    }
}

mod overfitting {
    use zunder::prelude::*;

    use crate::check::*;
    use crate::given;

    #[test]
    fn prices_and_dropouts_are_told_apart() {
        let large = given::large_with([0.0; 3]);
        assert!(priced(&given::priced()).is_pass() && forgetful(&given::forgetful()).is_pass());
        for network in [&Sequential::new(), &large, &large.clone().add(Dropout::new(0.3))] {
            assert!(!priced(network).is_pass() && !forgetful(network).is_pass());
        }
        let price = L2::new(0.003);
        let no_relu = Sequential::new()
            .add(Input::new(784))
            .add(Dense::new(128).kernel_regularizer(price))
            .add(Dense::new(64).activation(Relu).kernel_regularizer(price))
            .add(Dense::new(10).activation(Softmax));
        assert!(priced(&no_relu).to_string().contains("with their activations"));
        let no_relu = no_relu.compile(MeanSquaredError, Adam::default(), []).expect("it fits");
        let said = early_stopping(&no_relu, &no_relu.history()).to_string();
        assert!(said.contains("other layers than `large`"), "{said}");
        let squared = large.compile(MeanSquaredError, Adam::default(), []).expect("it fits");
        let said = early_stopping(&squared, &squared.history()).to_string();
        assert!(said.contains("keep the cross-entropy"), "{said}");
        let one = priced(&given::large_with([0.003, 0.0, 0.0])).to_string();
        assert!(one.contains("only one of the two"), "{one}");
    }
}

mod text_with_order {
    use zunder::prelude::*;

    use crate::check::*;
    use crate::given;

    #[test]
    fn a_number_too_many_is_no_shifted_one() {
        let said = encode(|_, vocabulary| vec![0; vocabulary.len()]).to_string();
        assert!(said.contains("more numbers than words"), "{said}");
    }

    fn place(word: &str, vocabulary: &[String]) -> usize {
        vocabulary.iter().position(|known| known == word).unwrap_or(1)
    }

    #[test]
    fn words_are_whole_and_stand_between_white_space_of_any_kind() {
        let pieces = encode(|text, known| {
            let pieces = text.split(' ').map(|word| place(word, known));
            if text.is_empty() { Vec::new() } else { pieces.collect() }
        });
        assert!(pieces.to_string().contains("two spaces"), "{pieces}");
        let no_tab = encode(|text, known| {
            text.split(' ').filter(|word| !word.is_empty()).map(|word| place(word, known)).collect()
        });
        assert!(no_tab.to_string().contains("behind a tab"), "{no_tab}");
        let parts = encode(|text, vocabulary| {
            let place =
                |word| vocabulary.iter().position(|known| known.contains(word)).unwrap_or(1);
            text.split_whitespace().map(place).collect()
        });
        assert!(parts.to_string().contains("a longer word"), "{parts}");
        assert!(
            encode(|text, known| text.split_whitespace().map(|w| place(w, known)).collect())
                .is_pass()
        );
    }

    #[test]
    fn the_last_row_is_missed_and_the_first_is_not_always_said() {
        let without_last = nearest(|table, word| {
            let all: Vec<usize> = (0..table.len() - 1).filter(|row| *row != word).collect();
            let kept = [&all[..], &[word]].concat();
            if all.is_empty() {
                return 1 - word;
            }
            let near = given::nearest(&table.select(&kept).expect("rows"), all.len());
            kept[near]
        });
        assert!(without_last.to_string().contains("last row"), "{without_last}");
        assert!(nearest(|_, _| 0).to_string().contains("always the first"));
        let first = nearest(|_, word| usize::from(word == 0)).to_string();
        assert!(!first.contains("always the first"), "{first}");
    }

    #[test]
    fn a_reason_is_named_only_where_it_is_one() -> zunder::Result<()> {
        let of_letters = encode(|text, _| vec![1; text.len()]).to_string();
        assert!(of_letters.contains("not for each letter"), "{of_letters}");
        let of_pieces = encode(|text, vocabulary| {
            let number = |word| vocabulary.iter().position(|known| known == word).unwrap_or(1);
            text.split(' ').map(number).collect()
        });
        assert!(of_pieces.to_string().contains("an empty text"), "{of_pieces}");

        let ((texts_train, _), (texts_test, _)) = languages::load_data()?;
        let said = |settings: TextVectorization| -> zunder::Result<String> {
            let vectorizer = settings.output_sequence_length(12).adapt(&texts_train)?;
            let (x_train, x_test) =
                (vectorizer.apply(&texts_train)?, vectorizer.apply(&texts_test)?);
            Ok(sequences(&x_train, &x_test).to_string())
        };
        let words = said(TextVectorization::new().split(Whitespace).max_tokens(100))?;
        assert!(words.contains("vocabulary is too small"), "{words}");
        let letters = said(TextVectorization::new().split(zunder::Split::Character))?;
        assert!(letters.contains("those of letters"), "{letters}");

        let halved = sentence_place(|numbers, table| {
            let sum = |side: usize| numbers.iter().map(|number| table[*number][side]).sum::<f32>();
            [sum(0) / 2.0, sum(1) / 2.0]
        });
        assert!(!halved.to_string().contains("rows in the table"), "{halved}");
        Ok(())
    }

    #[test]
    fn nonsense_fails_and_does_not_panic() {
        assert!(!encode(|_, _| Vec::new()).is_pass());
        assert!(!encode(|text, _| vec![usize::from(text.as_bytes()[0]); 2]).is_pass());
        assert!(!sentence_place(|_, _| [f32::NAN; 2]).is_pass());
        assert!(!sentence_place(|numbers, table| table[numbers.len()]).is_pass());
        for place in [0, usize::MAX] {
            assert!(!nearest(if place == 0 { |_, _| 0 } else { |_, _| usize::MAX }).is_pass());
        }
        assert!(!nearest(|table, word| [word][table.len()]).is_pass());
        let no_dims = Array::zeros([1]).row(0).expect("it has one row");
        for x in [&Array::zeros([480, 0]), &no_dims, &Array::zeros([480, 12])] {
            assert!(!sequences(x, x).is_pass());
        }
    }

    /// For each sentence of the test the other way round is one of the training: a mean cannot tell them
    /// apart.
    #[test]
    fn who_bites_in_the_test_is_bitten_in_the_training() {
        let ((training, _), (test, who)) = given::bites();
        assert_eq!((training.len(), test.len()), (24, 6));
        for text in &test {
            let mut words: Vec<&str> = text.split(' ').collect();
            words.swap(1, 4);
            assert!(training.contains(&words.join(" ")) && !training.contains(text), "{text}");
        }
        assert_eq!((test[0].as_str(), who.to_vec()[0]), ("the dog bites the cat", 0.0));
    }
}

mod own_project {
    use zunder::prelude::*;

    use crate::check::*;

    #[test]
    fn nonsense_fails_and_does_not_panic() {
        let no_dims = Array::zeros([1]).row(0).expect("it has one row");
        for array in [&Array::zeros([0, 4]), &no_dims, &Array::from([f32::NAN])] {
            assert!(!table_arrays(array, array).is_pass());
            assert!(!folder_pictures(array, array).is_pass());
        }
        let (x, y) = crate::given::penguin_table().expect("it is there");
        let hot = to_categorical(&y, 3).expect("there are three species");
        let hot = table_arrays(&x, &hot).to_string();
        assert!(
            table_arrays(&x, &y).is_pass() && hot.contains("class numbers are asked for"),
            "{hot}"
        );
        let all = Array::from(vec![1.0; 600 * 28 * 28]).reshape([600, 28, 28, 1]).expect("it fits");
        let one_class = folder_pictures(&all, &Array::zeros([600])).to_string();
        assert!(one_class.contains("only one class"), "{one_class}");
        assert!(!baseline(|labels| labels[9]).is_pass() && !baseline(|_| f32::NAN).is_pass());
        assert!(!by_group(|_, _| Vec::new()).is_pass());
        assert!(!by_group(|_, groups| vec![f32::NAN; groups.len()]).is_pass());
        assert!(!by_group(|right, groups| vec![f32::from(right[groups.len()])]).is_pass());
    }
}

mod given {
    use zunder::prelude::*;
    use zunder::words::in_german;

    use crate::given::{logits, nearest};
    use crate::panics::caught;

    #[test]
    fn wrong_calls_end_with_one_sentence() {
        let table = Array::from([[0.0, 1.0], [5.0, 5.0], [0.0, 2.0]]);
        assert_eq!(nearest(&table, 0), 2);
        let no_word = || caught(|| nearest(&table, 7)).expect_err("there is no such word");
        assert!(no_word().contains("no word 7 in a table of 3 rows"), "{}", no_word());
        assert!(in_german(no_word).contains("mit 3 Zeilen gibt es kein Wort 7"));
        let few = || {
            let x = Array::zeros([1, 2]).to_tensor().expect("it has two dimensions");
            let one = std::slice::from_ref(&x);
            caught(|| logits(&x, one)).map(drop).expect_err("that is one weight")
        };
        assert!(few().ends_with("but it got 1"), "{}", few());
        assert!(in_german(few).ends_with("bekam aber 1"));
    }
}
