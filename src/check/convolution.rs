//! The checks of `course/12_convolution.md`.

use crate::arrays::array::Array;
use crate::check::{Finding, Verdict, judge, wrong};
use crate::compile::model::Model;
use crate::define::activation::Activation;
use crate::define::convolution::{Conv2D, MaxPooling2D};
use crate::define::dense::{Dense, Input};
use crate::define::flatten::Flatten;
use crate::define::layers::Layer;
use crate::define::sequential::Sequential;
use crate::load::mnist;

/// The training pictures as a convolution takes them: with a channel, from 0 to 1.
pub fn pictures(x_pictures: &Array) -> Verdict {
    judge("pictures", || {
        let shape = x_pictures.shape();
        match *shape.dims() {
            [60_000, 28, 28, 1] => {}
            [60_000, 28, 28] => {
                return wrong(
                    "the channel is missing: a picture is still 28 rows of 28 numbers, and nothing \
                     says how many numbers belong to one pixel",
                    "der Kanal (channel) fehlt: Ein Bild besteht noch aus 28 Zeilen mit 28 Zahlen, \
                     und nirgends steht, wie viele Zahlen zu einem Pixel gehören",
                );
            }
            [60_000, 1, 28, 28] => {
                return wrong(
                    format!("the shape is {shape}: here, as in Keras, the channel comes last"),
                    format!("die Form ist {shape}: Hier kommt der Kanal wie bei Keras zuletzt"),
                );
            }
            _ => {
                return wrong(
                    format!("the shape is {shape}; keep 60,000 pictures with height and width"),
                    format!("die Form ist {shape}; behalte 60 000 Bilder mit Höhe und Breite"),
                );
            }
        }
        let values = x_pictures.to_vec();
        let largest = values.iter().copied().fold(0.0f32, f32::max);
        if largest > 1.0 {
            return wrong(
                format!("the values still reach {largest}: they were not divided"),
                format!("die Werte reichen noch bis {largest}: Sie wurden nicht geteilt"),
            );
        }
        if largest < 0.5 {
            return wrong(
                format!("no value is above {largest}: were they divided twice?"),
                format!("kein Wert liegt über {largest}: Wurde zweimal geteilt?"),
            );
        }
        Ok(())
    })
}

/// The number of weights of a `Conv2D` layer with a square window.
pub fn conv_parameters(parameters: fn(usize, usize, usize) -> usize) -> Verdict {
    judge("conv_parameters", || {
        for (window, channels, filters) in [(3, 1, 1), (3, 1, 8), (5, 1, 4), (3, 8, 16), (1, 3, 2)]
        {
            let got = parameters(window, channels, filters);
            let weights = window * window * channels * filters;
            if got == weights + filters {
                continue;
            }
            let case = format!("window {window}, channels {channels}, filters {filters}");
            let fall = format!("Fenster {window}, Kanäle {channels}, Filter {filters}");
            if got == weights {
                return wrong(
                    format!("{case}: the weights are right, but each filter has one number more"),
                    format!(
                        "{fall}: Die Gewichte stimmen, aber jeder Filter hat noch eine Zahl mehr"
                    ),
                );
            }
            if got == window * window * filters + filters {
                return wrong(
                    format!("{case}: a filter looks at every channel of its window"),
                    format!("{fall}: Ein Filter sieht in seinem Fenster jeden Kanal an"),
                );
            }
            if got == weights + 1 {
                return wrong(
                    format!("{case}: one bias for the whole layer is too few"),
                    format!("{fall}: Ein Bias für die ganze Schicht ist zu wenig"),
                );
            }
            return wrong(
                format!("{case}: {got} is not it. How many numbers does one filter multiply?"),
                format!("{fall}: {got} stimmt nicht. Wie viele Zahlen multipliziert ein Filter?"),
            );
        }
        Ok(())
    })
}

/// The shapes behind the four layers of the notebook's example.
pub fn output_shapes(shapes: &[[usize; 3]]) -> Verdict {
    judge("output_shapes", || {
        if shapes.len() != 4 {
            return wrong(
                format!("there are 4 layers behind the input, but {} shapes", shapes.len()),
                format!("hinter dem Eingang kommen 4 Schichten, du hast {} Formen", shapes.len()),
            );
        }
        let layers: [Layer; 4] = [
            Layer::Conv2D(Conv2D::new(6, 5)),
            Layer::MaxPooling2D(MaxPooling2D::new(2)),
            Layer::Conv2D(Conv2D::new(12, 3)),
            Layer::MaxPooling2D(MaxPooling2D::new(2)),
        ];
        let mut network = Sequential::new().add(Input::new([28, 28, 1]));
        let mut before = [28, 28, 1];
        for (index, (layer, got)) in layers.into_iter().zip(shapes).enumerate() {
            let kind = layer.kind();
            network = network.add(layer);
            let output = network.shaped_layers().ok().and_then(|mut layers| layers.pop());
            let Some(&[height, width, channels]) = output.as_ref().map(|o| o.output.dims()) else {
                return Ok(()); // cannot happen: these layers fit
            };
            if *got == [height, width, channels] {
                before = *got;
                continue;
            }
            let number = index + 1;
            let [en, de] = what_is_wrong(kind, before, *got, [height, width, channels]);
            return wrong(
                format!("shape {number}, behind {kind}: {en}"),
                format!("Form {number}, hinter {kind}: {de}"),
            );
        }
        Ok(())
    })
}

fn what_is_wrong(
    kind: &str,
    before: [usize; 3],
    got: [usize; 3],
    right: [usize; 3],
) -> [&'static str; 2] {
    let is_conv = kind == "Conv2D";
    match () {
        () if got[2] != right[2] && is_conv => [
            "the last number is wrong: each filter makes a picture of its own",
            "die letzte Zahl stimmt nicht: Jeder Filter macht ein eigenes Bild",
        ],
        () if got[2] != right[2] => [
            "the last number is wrong: pooling treats each channel by itself",
            "die letzte Zahl stimmt nicht: Pooling behandelt jeden Kanal für sich",
        ],
        () if got[..2] == before[..2] && is_conv => [
            "the window must not stand out over the border, so there are fewer places for it than \
             pixels",
            "das Fenster darf nicht über den Rand ragen, also gibt es weniger Plätze dafür als Pixel",
        ],
        () if is_conv && got[0] + 1 == right[0] => [
            "nearly: count once more at how many places the window can begin, the first included",
            "fast: Zähle noch einmal, an wie vielen Stellen das Fenster beginnen kann, die erste \
             mitgezählt",
        ],
        () if is_conv => [
            "height or width is wrong: at how many places can the window begin?",
            "Höhe oder Breite stimmt nicht: An wie vielen Stellen kann das Fenster beginnen?",
        ],
        () => [
            "height or width is wrong: the windows lie side by side and do not overlap",
            "Höhe oder Breite stimmt nicht: Die Fenster liegen nebeneinander, ohne Überlappung",
        ],
    }
}

/// A network with two rounds of convolution and pooling.
pub fn build_cnn(network: &Sequential) -> Verdict {
    judge("build_cnn", || {
        looks_like_cnn(network)?;
        if network.layers.iter().any(|layer| matches!(layer, Layer::Dropout(_))) {
            return wrong(
                "the layers are right, but leave the Dropout for a later task",
                "die Schichten stimmen, aber heb dir das Dropout für eine spätere Aufgabe auf",
            );
        }
        Ok(())
    })
}

/// Whether the layers that the notebook asks for are there, in their order.
fn looks_like_cnn(network: &Sequential) -> Finding {
    let layers = &network.layers;
    if let Some(Layer::Input(input)) = layers.first()
        && input.shape != [28, 28, 1]
    {
        return wrong(
            format!("the Input has the shape {}: a convolution needs pictures", input.shape),
            format!("der Input hat die Form {}: Eine Faltung braucht Bilder", input.shape),
        );
    }
    let convs: Vec<&Conv2D> = layers.iter().filter_map(as_conv).collect();
    if convs.is_empty() {
        return wrong(
            "there is no Conv2D layer yet",
            "es gibt noch keine Faltungsschicht (Conv2D)",
        );
    }
    let num_pools = layers.iter().filter(|l| matches!(l, Layer::MaxPooling2D(_))).count();
    if convs.len() != 2 || num_pools != 2 {
        return wrong(
            format!("{} Conv2D and {num_pools} MaxPooling2D: two of each are asked", convs.len()),
            format!(
                "{} Conv2D und {num_pools} MaxPooling2D: Gefragt sind je zwei davon",
                convs.len()
            ),
        );
    }
    if convs.iter().any(|conv| conv.activation != Activation::Relu) {
        return wrong(
            "a Conv2D has no Relu: without an activation, two convolutions are no more than one",
            "einem Conv2D fehlt Relu: Ohne Aktivierung sind zwei Faltungen nicht mehr als eine",
        );
    }
    if let Err(problem) = network.num_parameters() {
        return wrong(
            format!("the layers do not fit together: {problem}"),
            format!("die Schichten passen nicht zusammen: {problem}"),
        );
    }
    if !layers.contains(&Layer::Flatten(Flatten)) {
        return wrong(
            "nothing lays the pictures out as one row before the end",
            "nichts legt die Bilder vor dem Ende zu einer Zeile aus",
        );
    }
    match layers.last() {
        Some(Layer::Dense(dense)) if dense.units != 10 => wrong(
            format!("the last layer has {} units, but there are ten digits", dense.units),
            format!("die letzte Schicht hat {} Einheiten, es gibt aber zehn Ziffern", dense.units),
        ),
        Some(Layer::Dense(dense)) if dense.activation != Activation::Softmax => wrong(
            "the last layer does not put out probabilities: its activation",
            "die letzte Schicht gibt keine Wahrscheinlichkeiten aus: ihre Aktivierung",
        ),
        Some(Layer::Dense(_)) => in_order(layers),
        _ => wrong(
            "at the end there is no Dense layer that says which digit it is",
            "am Ende steht keine Dense-Schicht, die sagt, welche Ziffer es ist",
        ),
    }
}

fn in_order(layers: &[Layer]) -> Finding {
    let kinds: Vec<&str> =
        layers.iter().map(Layer::kind).filter(|kind| kind.ends_with("2D")).collect();
    if kinds != ["Conv2D", "MaxPooling2D", "Conv2D", "MaxPooling2D"] {
        return wrong(
            "each convolution should have its pooling right behind it",
            "hinter jeder Faltung soll gleich ihr Pooling stehen",
        );
    }
    let filters: Vec<usize> = layers.iter().filter_map(as_conv).map(|conv| conv.filters).collect();
    if filters != [8, 16] {
        return wrong(
            format!("the filters are {filters:?}: read in the task how many are asked"),
            format!(
                "die Filter sind {filters:?}: Lies in der Aufgabe nach, wie viele gefragt sind"
            ),
        );
    }
    match layers.iter().filter_map(as_dense).next() {
        Some(hidden) if hidden.activation == Activation::Relu => Ok(()),
        _ => wrong(
            "between Flatten and the last layer, the hidden Dense layer with its Relu is missing",
            "zwischen Flatten und der letzten Schicht fehlt die verborgene Dense-Schicht mit Relu",
        ),
    }
}

fn as_dense(layer: &Layer) -> Option<&Dense> {
    match layer {
        Layer::Dense(dense) => Some(dense),
        _ => None,
    }
}

fn as_conv(layer: &Layer) -> Option<&Conv2D> {
    match layer {
        Layer::Conv2D(conv) => Some(conv),
        _ => None,
    }
}

/// A convolutional network that reads 98.5 % of the test digits.
pub fn cnn_accuracy(model: &Model) -> Verdict {
    judge("cnn_accuracy", || {
        let layers = &model.description.layers;
        if !layers.iter().any(|layer| as_conv(layer).is_some()) {
            return wrong(
                "this model has no convolution",
                "dieses Modell enthält keine Faltung (Conv2D)",
            );
        }
        let accuracy = match test_accuracy(model) {
            Ok(accuracy) => accuracy,
            Err(problem) => {
                return wrong(
                    format!("the model cannot be tried on the test data: {problem}"),
                    format!("das Modell lässt sich nicht mit den Testdaten prüfen: {problem}"),
                );
            }
        };
        let percent = format!("{:.2}", accuracy * 100.0);
        let prozent = percent.replace('.', ",");
        match accuracy {
            accuracy if accuracy >= 0.985 => Ok(()),
            accuracy if accuracy >= 0.975 => wrong(
                format!(
                    "{percent} % of the test digits are right, close to 98.5: give it more time"
                ),
                format!("{prozent} % der Testziffern stimmen, nah an 98,5: Gib ihm mehr Zeit"),
            ),
            accuracy if accuracy >= 0.5 => wrong(
                format!(
                    "{percent} % of the test digits are right; does it see all training data, and \
                     more than once?"
                ),
                format!(
                    "{prozent} % der Testziffern stimmen; sieht es alle Trainingsdaten, und das mehr \
                     als einmal?"
                ),
            ),
            _ => wrong(
                format!(
                    "{percent} % of the test digits are right, which is hardly more than guessing: \
                     was it trained, and on pictures from 0 to 1?"
                ),
                format!(
                    "{prozent} % der Testziffern stimmen, kaum mehr als geraten: Wurde es trainiert, \
                     und mit Bildern von 0 bis 1?"
                ),
            ),
        }
    })
}

fn test_accuracy(model: &Model) -> crate::base::error::Result<f32> {
    let (_, (x_test, y_test)) = mnist::load_data()?;
    let predicted = model.predict(&(x_test.reshape([10_000, 28, 28, 1])? / 255.0))?.argmax();
    let (predicted, right) = (predicted.to_vec(), y_test.to_vec());
    let hits = predicted.iter().zip(&right).filter(|(p, r)| p == r).count();
    Ok(hits as f32 / right.len().max(1) as f32)
}

/// The same network with a dropout where it helps.
pub fn dropout(with_dropout: &Sequential) -> Verdict {
    judge("dropout", || {
        let layers = &with_dropout.layers;
        let is_dropout = |layer: &Layer| matches!(layer, Layer::Dropout(_));
        let found: Vec<usize> = (0..layers.len()).filter(|&at| is_dropout(&layers[at])).collect();
        let &[at] = found.as_slice() else {
            return wrong(
                format!("there are {} Dropout layers: exactly one is asked", found.len()),
                format!("es gibt {} Dropout-Schichten: Gefragt ist genau eine", found.len()),
            );
        };
        if at + 1 == layers.len() {
            return wrong(
                "the Dropout stands last and would switch off the answer itself",
                "das Dropout steht zuletzt und würde die Antwort selbst ausschalten",
            );
        }
        let flatten = layers.iter().position(|layer| matches!(layer, Layer::Flatten(_)));
        if flatten.is_none_or(|flatten| at < flatten) || at + 2 != layers.len() {
            return wrong(
                "the Dropout stands elsewhere than directly before the last layer",
                "das Dropout steht woanders als direkt vor der letzten Schicht",
            );
        }
        if let Layer::Dropout(dropout) = &layers[at]
            && !(0.05..=0.5).contains(&dropout.rate)
        {
            return wrong(
                format!("a rate of {} is not the share that is asked", dropout.rate),
                format!("eine Rate von {} ist nicht der gefragte Anteil", dropout.rate),
            );
        }
        looks_like_cnn(with_dropout)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::choose::losses::SparseCategoricalCrossentropy;
    use crate::choose::metrics::Accuracy;
    use crate::choose::optimizers::Adam;
    use crate::define::activation::{Relu, Softmax};
    use crate::define::flatten::Dropout;

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
        says(conv_parameters(|_, _, _| panic!("oh")), "panicked");
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
        let early = front().add(Dropout::new(0.25)).add(Flatten::new()).add(last());
        says(dropout(&early), "elsewhere");
        let late = flat().add(last()).add(Dropout::new(0.25));
        says(dropout(&late), "last");
    }
}
