//! How good a learner's model is, whatever loss and metrics it was compiled with.

use crate::arrays::array::Array;
use crate::check::wrong;
use crate::compile::model::Model;

/// For each sample, whether the model's largest output is at the place that the label names.
///
/// `y`: class numbers `(n,)` or one-hot rows. What makes this impossible is the finding.
pub(super) fn right_ones(model: &Model, x: &Array, y: &Array) -> Result<Vec<bool>, String> {
    let outputs = match model.predict(x) {
        Ok(outputs) => outputs,
        Err(problem) => {
            return wrong(
                format!("the model does not take these samples: {problem}"),
                format!("das Modell nimmt diese Beispiele nicht an: {problem}"),
            );
        }
    };
    let truth = match y.shape().dims() {
        [_, classes] if *classes > 1 => y.argmax().to_vec(),
        _ => y.to_vec(),
    };
    if outputs.len() != truth.len() || truth.is_empty() {
        let (x, y) = (x.shape(), y.shape());
        return wrong(
            format!("there is not one label for each sample (shapes {x} and {y})"),
            format!("es gibt nicht zu jedem Beispiel ein Label (Formen {x} und {y})"),
        );
    }
    Ok(outputs.argmax().to_vec().iter().zip(&truth).map(|(vote, truth)| vote == truth).collect())
}

/// The fraction of samples that the model gets right.
pub(super) fn accuracy(model: &Model, x: &Array, y: &Array) -> Result<f32, String> {
    Ok(share(&right_ones(model, x, y)?))
}

/// The fraction of right ones; 0 of nothing.
pub(super) fn share(right: &[bool]) -> f32 {
    let count = right.iter().filter(|&&is_right| is_right).count();
    count as f32 / right.len().max(1) as f32
}

/// A fraction for people: `86.3 %`, `86,3 %`.
pub(super) fn percent(fraction: f32) -> (String, String) {
    let english = format!("{:.1} %", 100.0 * fraction);
    let german = english.replace('.', ",");
    (english, german)
}
