//! The checks of `course/05_activations.md`.

use crate::check::{Finding, Verdict, digits, judge, wrong};
use crate::compile::model::Model;
use crate::define::activation::Activation;
use crate::define::sequential::Sequential;

/// A function from a sum to what a unit puts out.
type OfNumber = fn(f32) -> f32;

/// `max(0, x)`.
pub fn relu_by_hand(relu: OfNumber) -> Verdict {
    judge("relu_by_hand", || {
        let [low, high] = [relu(-3.0), relu(2.5)];
        if low == 3.0 {
            return wrong(
                "negative sums lose their sign, but they are to become 0",
                "negative Summen verlieren nur ihr Vorzeichen, sie sollen aber 0 werden",
            );
        }
        if low == -3.0 && high == 2.5 {
            return wrong(
                "negative sums still come through unchanged",
                "negative Summen kommen noch unverändert hindurch",
            );
        }
        if low == -3.0 && high == 0.0 {
            return wrong(
                "it is the wrong way round: the positive sums are cut off",
                "es ist verkehrt herum: Die positiven Summen werden abgeschnitten",
            );
        }
        if low != 0.0 {
            return wrong(
                format!("relu(-3) is {low}, but negative sums become exactly 0"),
                format!("relu(-3) ist {low}, negative Summen werden aber genau 0"),
            );
        }
        if high != 2.5 {
            return wrong(
                format!("relu(2.5) is {high}, but positive sums stay as they are"),
                format!("relu(2.5) ist {high}, positive Summen bleiben aber, wie sie sind"),
            );
        }
        has_values("relu", relu, |x| x.max(0.0))
    })
}

/// `1 / (1 + exp(-x))`.
pub fn sigmoid_by_hand(sigmoid: OfNumber) -> Verdict {
    judge("sigmoid_by_hand", || {
        let usual = |x: f32| 1.0 / (1.0 + (-x).exp());
        if is(sigmoid, |x| usual(-x)) {
            return wrong(
                "it falls where it should rise: look for a minus that is missing",
                "sie fällt, wo sie steigen soll: Irgendwo fehlt ein Minus",
            );
        }
        if is(sigmoid, |x| 1.0 / (1.0 - x.exp())) {
            return wrong(
                "the minus stands in front of the exponential: `-x.exp()` is `-(x.exp())`",
                "das Minus steht vor der Exponentialfunktion: `-x.exp()` ist `-(x.exp())`",
            );
        }
        if is(sigmoid, |x| 1.0 + (-x).exp()) {
            return wrong(
                "brackets are missing: `1 / 1 + e` is `(1 / 1) + e`",
                "es fehlen Klammern: `1 / 1 + e` ist `(1 / 1) + e`",
            );
        }
        has_values("sigmoid", sigmoid, usual)?;
        is_finite_far_out("sigmoid", sigmoid)
    })
}

/// `tanh(x)`, from a sigmoid.
pub fn tanh_by_hand(tanh: OfNumber) -> Verdict {
    judge("tanh_by_hand", || {
        let sigmoid = |x: f32| 1.0 / (1.0 + (-x).exp());
        if is(tanh, sigmoid) {
            return wrong(
                "that is still a sigmoid: it runs from 0 to 1",
                "das ist noch ein sigmoid: Die Werte reichen von 0 bis 1",
            );
        }
        if is(tanh, |x| 2.0 * sigmoid(x) - 1.0) {
            return wrong(
                "the ends are right, but it is not steep enough in the middle",
                "die Enden stimmen, aber in der Mitte ist sie nicht steil genug",
            );
        }
        if is(tanh, |x| 2.0 * sigmoid(2.0 * x)) {
            return wrong(
                "the form is right, but it runs from 0 to 2: it is not moved down yet",
                "die Form stimmt, aber die Werte reichen von 0 bis 2: Sie ist noch nicht nach \
                 unten geschoben",
            );
        }
        has_values("tanh", tanh, f32::tanh)?;
        is_finite_far_out("tanh", tanh)
    })
}

/// Where the functions of one number are tried.
const TRIED: [f32; 7] = [-4.0, -2.0, -0.5, 0.0, 0.5, 2.0, 4.0];

/// Whether it is this function, far-out numbers left aside.
fn is(function: OfNumber, other: impl Fn(f32) -> f32) -> bool {
    TRIED.iter().filter(|x| **x != 0.0).all(|&x| (function(x) - other(x)).abs() < 1e-3)
}

fn has_values(name: &str, function: OfNumber, right: impl Fn(f32) -> f32) -> Finding {
    // Asked this way round, NaN is wrong, too.
    let is_right = |x: f32| (function(x) - right(x)).abs() < 1e-3;
    match TRIED.iter().find(|x| !is_right(**x)) {
        None => Ok(()),
        Some(&x) => {
            let got = function(x);
            wrong(
                format!("{name}({x}) is {got:.4}, which is not what the formula gives"),
                format!("{name}({x}) ist {got:.4}, die Formel ergibt etwas anderes"),
            )
        }
    }
}

fn is_finite_far_out(name: &str, function: OfNumber) -> Finding {
    match [200.0, -200.0].into_iter().find(|&x| !function(x).is_finite()) {
        None => Ok(()),
        Some(x) => wrong(
            format!(
                "small numbers are right, but {name}({x}) is {}: exp(200) is infinity for an f32, \
                 and your formula cannot compute with that",
                function(x)
            ),
            format!(
                "kleine Zahlen stimmen, aber {name}({x}) ist {}: exp(200) ist für ein f32 \
                 unendlich, und damit kann deine Formel nicht mehr rechnen",
                function(x)
            ),
        ),
    }
}

/// `exp(x_i) / sum_j exp(x_j)`, without overflow.
pub fn softmax_by_hand(softmax: fn(&[f32]) -> Vec<f32>) -> Verdict {
    judge("softmax_by_hand", || {
        let small = softmax(&[1.0, 2.0, 3.0]);
        let length = small.len();
        if length != 3 {
            return wrong(
                format!("for three sums you return {length} numbers"),
                format!("für drei Summen kommen {length} Zahlen zurück"),
            );
        }
        if small == [1.0, 2.0, 3.0] {
            return wrong(
                "the sums come out as they went in",
                "die Summen kommen so heraus, wie sie hineingingen",
            );
        }
        if is_near(&small, &[1.0 / 6.0, 2.0 / 6.0, 3.0 / 6.0]) {
            return wrong(
                "the sums themselves are divided by their total; the exponential is missing, and \
                 with a negative sum there would be a negative probability",
                "die Summen selbst werden geteilt; es fehlt die Exponentialfunktion, und bei einer \
                 negativen Summe käme eine negative Wahrscheinlichkeit heraus",
            );
        }
        let total: f32 = small.iter().sum();
        if (total - 1.0).abs() > 1e-3 || total.is_nan() {
            return wrong(
                format!(
                    "for [1, 2, 3] the results add up to {total:.3}; probabilities add up to 1"
                ),
                format!(
                    "für [1, 2, 3] ergeben die Zahlen zusammen {total:.3}; Wahrscheinlichkeiten \
                     ergeben zusammen 1"
                ),
            );
        }
        if !is_near(&small, &[0.090_03, 0.244_73, 0.665_24]) {
            return wrong(
                format!(
                    "[1, 2, 3] becomes {small:.3?}: the total is 1, but not each number is right"
                ),
                format!(
                    "aus [1, 2, 3] wird {small:.3?}: Die Summe ist 1, aber nicht jede Zahl stimmt"
                ),
            );
        }
        if !is_near(&softmax(&[1000.0, 1001.0, 1002.0]), &[0.090_03, 0.244_73, 0.665_24]) {
            return wrong(
                "small sums are right, but around 1000 it goes wrong: exp(1000) is infinity for an \
                 f32",
                "kleine Summen stimmen, aber um 1000 herum geht es schief: exp(1000) ist für ein \
                 f32 unendlich",
            );
        }
        match is_near(&softmax(&[-1000.0, -1000.0]), &[0.5, 0.5]) {
            true => Ok(()),
            false => wrong(
                "large sums are right, but when all of them are around -1000 it goes wrong: all \
                 powers become 0, and their total as well",
                "große Summen stimmen, aber wenn alle um -1000 liegen, geht es schief: Alle Potenzen \
                 werden 0, und ihre Summe auch",
            ),
        }
    })
}

fn is_near(numbers: &[f32], right: &[f32]) -> bool {
    let pairs = || numbers.iter().zip(right);
    numbers.len() == right.len() && pairs().all(|(number, right)| (number - right).abs() < 1e-3)
}

/// Weight and bias of the single layer that two layers without activation amount to.
pub fn linear_layers(one_layer: fn(f32, f32, f32, f32) -> (f32, f32)) -> Verdict {
    judge("linear_layers", || {
        let tried = [(2.0, 3.0, 5.0, 7.0), (-1.5, 0.5, 2.0, -4.0), (0.5, -2.0, -3.0, 1.0)];
        let weight = |f: fn(f32, f32) -> f32| {
            tried.iter().all(|&(w1, b1, w2, b2)| near(one_layer(w1, b1, w2, b2).0, f(w1, w2)))
        };
        if weight(|w1, w2| w1 + w2) {
            return wrong(
                "w is not the sum of the weights: the second layer multiplies what the first one \
                 has multiplied",
                "w ist nicht die Summe der Gewichte: Die zweite Schicht multipliziert, was die erste \
                 schon multipliziert hat",
            );
        }
        if !weight(|w1, w2| w1 * w2) {
            return wrong(
                "w is not right: what stands in front of x when you have multiplied out?",
                "w stimmt nicht: Was steht nach dem Ausmultiplizieren vor dem x?",
            );
        }
        let bias = |f: fn(f32, f32, f32, f32) -> f32| {
            tried
                .iter()
                .all(|&(w1, b1, w2, b2)| near(one_layer(w1, b1, w2, b2).1, f(w1, b1, w2, b2)))
        };
        if bias(|_, b1, w2, b2| w2 * b1 + b2) {
            return Ok(());
        }
        if bias(|_, b1, _, b2| b1 + b2) {
            return wrong(
                "w is right, but b is not: b1 also has to go through the second layer",
                "w stimmt, b noch nicht: Auch b1 muss durch die zweite Schicht hindurch",
            );
        }
        if bias(|w1, b1, _, b2| w1 * b2 + b1) {
            return wrong(
                "w is right, but for b the layers are swapped: which one comes first?",
                "w stimmt, aber bei b sind die Schichten vertauscht: Welche kommt zuerst?",
            );
        }
        if bias(|_, b1, w2, b2| w2 * (b1 + b2)) {
            return wrong(
                "w is right, but b is not: b2 is added last, nothing multiplies it",
                "w stimmt, b noch nicht: b2 wird ganz zuletzt addiert, nichts multipliziert es",
            );
        }
        wrong(
            "w is right, but b is not: put x = 0 into both lines",
            "w stimmt, b noch nicht: Setz in beide Zeilen x = 0 ein",
        )
    })
}

fn near(number: f32, right: f32) -> bool {
    (number - right).abs() < 1e-3
}

/// A network of ten digits that ends as it should.
pub fn last_activation(network: &Sequential) -> Verdict {
    judge("last_activation", || {
        if let Err(problem) = network.num_parameters() {
            return wrong(
                format!("the layers do not fit together: {problem}"),
                format!("die Schichten passen nicht zusammen: {problem}"),
            );
        }
        digits::takes_pixels(&network.layers)?;
        let mut hidden = digits::dense_layers(&network.layers);
        let units = hidden.pop().map_or(0, |last| last.units);
        if units != 10 {
            return wrong(
                format!("the last layer has {units} units, but there are ten digits"),
                format!(
                    "die letzte Schicht hat {units} Neuronen (units), es gibt aber zehn Ziffern"
                ),
            );
        }
        digits::ends_with_softmax(&network.layers)?;
        if hidden.iter().any(|layer| layer.activation == Activation::Softmax) {
            return wrong(
                "the end is right, but there is a softmax in a hidden layer, too: there it lets \
                 little through",
                "das Ende stimmt, aber auch in einer verborgenen Schicht steht ein softmax: Dort \
                 lässt es nur wenig hindurch",
            );
        }
        match hidden.iter().any(|layer| layer.activation == Activation::Linear) {
            true => wrong(
                "the end is right, but a hidden layer has lost its activation",
                "das Ende stimmt, aber eine verborgene Schicht hat ihre Aktivierung (activation) \
                 verloren",
            ),
            false => Ok(()),
        }
    })
}

/// A network with one output: is the digit odd?
pub fn yes_or_no(model: &Model) -> Verdict {
    judge("yes_or_no", || {
        let layers = &model.description.layers;
        digits::takes_pixels(layers)?;
        let (units, activation) = digits::dense_layers(layers)
            .last()
            .map_or((0, Activation::Linear), |last| (last.units, last.activation));
        if units != 1 {
            return wrong(
                format!("the last layer has {units} units, but yes or no needs a single one"),
                format!(
                    "die letzte Schicht hat {units} Neuronen (units), für Ja oder Nein genügt eines"
                ),
            );
        }
        let (x, labels) = digits::test()?;
        let Ok(outputs) = model.predict(&x) else {
            return wrong("the model cannot answer", "das Modell kann nicht antworten");
        };
        let (low, high) = (outputs.min(), outputs.max());
        if activation == Activation::Softmax || low == high {
            return wrong(
                format!("every picture gets the answer {low}, whatever it shows"),
                format!("jedes Bild bekommt die Antwort {low}, egal, was darauf zu sehen ist"),
            );
        }
        if activation != Activation::Sigmoid {
            return wrong(
                format!(
                    "the outputs run from {low:.2} to {high:.2}: {activation} does not keep them \
                     between 0 and 1, so they are no probabilities"
                ),
                format!(
                    "die Ausgaben reichen von {low:.2} bis {high:.2}: {activation} hält sie nicht \
                     zwischen 0 und 1, sie sind also keine Wahrscheinlichkeiten"
                ),
            );
        }
        let pairs = outputs.to_vec().into_iter().zip(labels);
        let right = pairs.filter(|(output, digit)| (*output > 0.5) == (digit % 2 == 1)).count();
        match right {
            9_000.. => Ok(()),
            ..6_500 => wrong(
                format!("{right} of 10,000 are right, which is guessing: was the model trained?"),
                format!(
                    "{right} von 10 000 sind richtig, das ist geraten: Wurde das Modell trainiert?"
                ),
            ),
            _ => wrong(
                format!("{right} of 10,000 are right; with longer training it should be 9,000"),
                format!(
                    "{right} von 10 000 sind richtig; mit längerem Training sollten es 9 000 werden"
                ),
            ),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nonsense_fails_and_does_not_panic() {
        for check in [relu_by_hand, sigmoid_by_hand, tanh_by_hand] {
            assert!(!check(|_| f32::NAN).is_pass());
            assert!(!check(|_| panic!("on purpose")).is_pass());
        }
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
        let quotient = |x: f32| (x.exp() - (-x).exp()) / (x.exp() + (-x).exp());
        assert!(tanh_by_hand(quotient).to_string().contains("tanh(200)"));
    }
}
