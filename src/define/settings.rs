//! Settings that several layers and optimizers have and what they may be, and what a layer cannot take.

use zunder_data::base::network_problem::NetworkProblem;
use zunder_data::base::numbers::plain;
use zunder_data::base::phrase::{Phrase, phrase};
use zunder_data::{Error, Result, Shape};

/// Functions that set the field of their name to a number of any type.
macro_rules! numbers {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        pub fn $name(self, $name: impl Scalar) -> Self {
            Self { $name: $name.to_f64(), ..self }
        }
    )*};
}
pub(crate) use numbers;

/// Refuses a number that is not as expected.
pub(crate) fn check_setting(
    setting: &'static str,
    value: f64,
    is_fine: bool,
    expected: Phrase,
) -> Result<()> {
    if is_fine { Ok(()) } else { Err(Error::bad_setting(setting, plain(value), expected)) }
}

/// A probability, or how slowly a running mean forgets.
pub(crate) fn check_fraction(setting: &'static str, value: f64, example: f64) -> Result<()> {
    let expected = phrase!(
        "at least 0 and below 1, such as {example}",
        "mindestens 0 und weniger als 1, etwa {example}"
    );
    check_setting(setting, value, (0.0..1.0).contains(&value), expected)
}

pub(crate) fn check_not_negative(setting: &'static str, value: f64) -> Result<()> {
    let is_fine = value >= 0.0 && value.is_finite();
    check_setting(setting, value, is_fine, phrase!("at least 0", "mindestens 0"))
}

/// What keeps a division finite.
pub(crate) fn check_epsilon(value: f64) -> Result<()> {
    let expected =
        phrase!("a small number above 0, such as 1e-7", "eine kleine Zahl über 0, etwa 1e-7");
    check_setting("epsilon", value, is_above_zero(value), expected)
}

/// As `float32`, with which is computed: there 1e300 is infinite and 1e-50 is 0.
pub(crate) fn is_above_zero(value: f64) -> bool {
    value as f32 > 0.0 && (value as f32).is_finite()
}

/// A layer cannot take what the one before it puts out.
pub(crate) fn does_not_fit(layer: &Phrase, got: &Shape, expected: Phrase, remedy: Phrase) -> Error {
    NetworkProblem::LayerDoesNotFit { layer: layer.clone(), expected, got: got.clone(), remedy }
        .into()
}
