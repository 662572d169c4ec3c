//! The checks of `course/04_architecture.md`.

use crate::base::numbers::thousands;
use crate::check::{Finding, Verdict, digits, judge, wrong};
use crate::compile::model::Model;
use crate::define::activation::Activation;
use crate::define::dense::Dense;
use crate::define::sequential::Sequential;

/// The parameters of 784 inputs, 30 hidden units and 10 outputs.
pub fn count_parameters(parameters: usize) -> Verdict {
    judge("count_parameters", || {
        let (hidden, last) = ((784 + 1) * 30, (30 + 1) * 10);
        match parameters {
            0 => wrong(
                "0 is the number that stood there: replace it",
                "0 ist die Zahl, die schon dastand: Ersetze sie",
            ),
            right if right == hidden + last => Ok(()),
            no_bias if no_bias == 784 * 30 + 30 * 10 => wrong(
                "those are all the weights, but each unit learns one more number",
                "das sind alle Gewichte, aber jedes Neuron lernt noch eine Zahl mehr",
            ),
            one_layer if one_layer == hidden || one_layer == last => wrong(
                "that is one of the two layers, but both of them learn",
                "das ist eine der beiden Schichten, aber beide lernen",
            ),
            multiplied if multiplied == hidden * 10 || multiplied == hidden * last => wrong(
                "the layers do not multiply each other: count each one, then add",
                "die Schichten multiplizieren sich nicht: Zähl jede für sich, dann addiere",
            ),
            all_pixels if all_pixels == hidden + 785 * 10 => wrong(
                "the last layer does not see the pixels, only what the layer before it puts out",
                "die letzte Schicht sieht nicht die Pixel, nur was die Schicht davor ausgibt",
            ),
            few if few < 784 * 30 => wrong(
                format!(
                    "{few} is too few: each hidden unit has a weight of its own for every pixel"
                ),
                format!(
                    "{few} ist zu wenig: Jedes verborgene Neuron hat für jeden Pixel ein eigenes \
                     Gewicht"
                ),
            ),
            other => wrong(
                format!(
                    "{other} is not right: count one unit of each layer, then multiply and add"
                ),
                format!(
                    "{other} stimmt nicht: Zähl erst ein Neuron jeder Schicht, dann multipliziere \
                     und addiere"
                ),
            ),
        }
    })
}

/// A single layer, trained.
pub fn no_hidden_layer(model: &Model) -> Verdict {
    judge("no_hidden_layer", || {
        let hidden = hidden_layers(model).len();
        if hidden > 0 {
            return wrong(
                format!("there are still hidden layers, {hidden} of them"),
                format!("noch sind verborgene Schichten (hidden layers) da: {hidden}"),
            );
        }
        digits::ends_with_softmax(&model.description.layers)?;
        reads(model, 0.89, "train for an epoch more", "trainiere eine Epoche länger")
    })
}

/// A network that tells two classes apart.
pub fn last_layer(network: &Sequential) -> Verdict {
    judge("last_layer", || {
        if let Err(problem) = network.num_parameters() {
            return wrong(
                format!("the layers do not fit together: {problem}"),
                format!("die Schichten passen nicht zusammen: {problem}"),
            );
        }
        digits::takes_pixels(&network.layers)?;
        let units = digits::dense_layers(&network.layers).last().map_or(0, |last| last.units);
        match units {
            2 => digits::ends_with_softmax(&network.layers),
            1 => wrong(
                "there is a single output, but each row of the labels has a number for each class",
                "es gibt nur einen Ausgang, aber jede Zeile der Labels hat für jede Klasse eine \
                 Zahl",
            ),
            10 => wrong(
                "the last layer still has an output for each of ten digits, but these labels know \
                 no digits",
                "die letzte Schicht hat noch einen Ausgang für jede der zehn Ziffern, aber diese \
                 Labels kennen keine Ziffern",
            ),
            other => wrong(
                format!("the last layer has {other} units; how many classes are there?"),
                format!(
                    "die letzte Schicht hat {other} Neuronen (units); wie viele Klassen gibt es?"
                ),
            ),
        }
    })
}

/// One hidden layer, wide enough.
pub fn wider(model: &Model) -> Verdict {
    judge("wider", || {
        let hidden = hidden_layers(model);
        let count = hidden.len();
        if count != 1 {
            return wrong(
                format!(
                    "the network has {count} hidden layers, but it is to have a single wide one"
                ),
                format!(
                    "das Netz hat {count} verborgene Schichten (hidden layers), es soll aber eine \
                     einzige breite haben"
                ),
            );
        }
        all_have_activations(&hidden)?;
        reads(
            model,
            0.96,
            "is the layer wide enough, and trained for more than one epoch?",
            "ist die Schicht breit genug und länger als eine Epoche trainiert?",
        )
    })
}

/// At least three hidden layers.
pub fn deeper(model: &Model) -> Verdict {
    judge("deeper", || {
        let hidden = hidden_layers(model);
        let count = hidden.len();
        if count < 3 {
            return wrong(
                format!("hidden layers so far: {count}; the last layer does not count as one"),
                format!(
                    "verborgene Schichten (hidden layers) bisher: {count}; die letzte Schicht \
                     zählt nicht dazu"
                ),
            );
        }
        all_have_activations(&hidden)?;
        costs_at_most(model, 20_000)?;
        let narrowest = hidden.iter().map(|layer| layer.units).min().unwrap_or(0);
        if narrowest < 5 {
            return wrong(
                format!(
                    "your narrowest hidden layer has so few units ({narrowest}) that little gets \
                     through it"
                ),
                format!(
                    "deine schmalste verborgene Schicht hat so wenige Neuronen ({narrowest}), dass \
                     kaum etwas hindurchkommt"
                ),
            );
        }
        reads(
            model,
            0.93,
            "try one more epoch, or another activation",
            "versuch es mit einer Epoche mehr oder einer anderen Aktivierung (activation)",
        )
    })
}

/// Smaller than a network without hidden layers.
pub fn smallest(model: &Model) -> Verdict {
    judge("smallest", || {
        costs_at_most(model, 7_849)?;
        reads(
            model,
            0.90,
            "that was too small, or not trained for long enough",
            "das war zu klein oder nicht lange genug trainiert",
        )
    })
}

/// At most 13,000 parameters, at least 94 %.
pub fn on_a_budget(model: &Model) -> Verdict {
    judge("on_a_budget", || {
        costs_at_most(model, 13_000)?;
        reads(
            model,
            0.94,
            "is the budget used up, and the training long enough?",
            "hast du das Budget ausgeschöpft und lange genug trainiert?",
        )
    })
}

fn hidden_layers(model: &Model) -> Vec<&Dense> {
    let mut layers = digits::dense_layers(&model.description.layers);
    layers.pop();
    layers
}

fn all_have_activations(hidden: &[&Dense]) -> Finding {
    match hidden.iter().position(|layer| layer.activation == Activation::Linear) {
        None => Ok(()),
        Some(position) => {
            let number = position + 1;
            wrong(
                format!(
                    "hidden layer {number} has no activation, so it adds nothing to the others"
                ),
                format!(
                    "die verborgene Schicht {number} hat keine Aktivierung (activation), sie trägt \
                     so nichts bei"
                ),
            )
        }
    }
}

fn costs_at_most(model: &Model, limit: usize) -> Finding {
    let parameters = model.description.num_parameters().unwrap_or(0);
    if parameters <= limit {
        return Ok(());
    }
    let (has, may) = (thousands(parameters), thousands(limit));
    wrong(
        format!(
            "the network has {has} parameters, but only {may} are allowed; which layer costs most?"
        ),
        format!(
            "das Netz hat {} Parameter, erlaubt sind nur {}; welche Schicht kostet am meisten?",
            has.replace(',', " "),
            may.replace(',', " ")
        ),
    )
}

/// Fails when the model reads fewer of the test pictures, with what may help.
fn reads(model: &Model, wanted: f32, english: &str, german: &str) -> Finding {
    let right = digits::accuracy(model)?;
    if right >= wanted {
        return Ok(());
    }
    let percent = |fraction: f32| format!("{:.1} %", 100.0 * fraction);
    let (has, asked) = (percent(right), percent(wanted));
    let (komma_has, komma_asked) = (has.replace('.', ","), asked.replace('.', ","));
    if right < 0.2 {
        return wrong(
            format!("the model guesses ({has} right), as if it had never been trained"),
            format!("das Modell rät nur ({komma_has} richtig), als wäre es nie trainiert worden"),
        );
    }
    wrong(
        format!(
            "the model reads {has} of the test pictures rightly, {asked} are asked for: {english}"
        ),
        format!(
            "das Modell liest {komma_has} der Testbilder richtig, verlangt sind {komma_asked}: \
             {german}"
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::choose::losses::MeanSquaredError;
    use crate::choose::metrics::Accuracy;
    use crate::choose::optimizers::Adam;
    use crate::define::activation::{Relu, Softmax};
    use crate::define::dense::Input;

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
    }
}
