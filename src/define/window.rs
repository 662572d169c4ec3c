//! A window that slides over a picture: its size, its strides, and what happens at the border.

use serde::{Deserialize, Serialize};
use zunder_data::base::network_problem::NetworkProblem;
use zunder_data::base::phrase::{Phrase, phrase};
use zunder_data::{Error, Result, Shape};

use crate::define::settings::does_not_fit;

pub use Padding::{Same, Valid};

/// What a [`Conv2D`](crate::Conv2D) does at the border of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Padding {
    /// Nothing: the window stays inside, so that the picture shrinks.
    Valid,
    /// Zeros around the picture, so that with strides of 1 it keeps its size. On each side at most as
    /// many as the picture has pixels.
    Same,
}

/// A window that slides over pictures, once its settings are known to make sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Window {
    /// Height and width.
    pub(crate) size: [usize; 2],
    pub(crate) strides: [usize; 2],
    pub(crate) padding: Padding,
}

/// Height and width from `3` or `[3, 3]`.
pub(crate) fn both_sides(setting: &'static str, sides: &Shape) -> Result<[usize; 2]> {
    match *sides.dims() {
        [side] if side > 0 => Ok([side, side]),
        [height, width] if height > 0 && width > 0 => Ok([height, width]),
        _ => {
            let expected = phrase!(
                "one whole number for both sides, such as 3, or two, such as [3, 3], each at least 1",
                "eine ganze Zahl für beide Seiten, etwa 3, oder zwei, etwa [3, 3], jede mindestens 1"
            );
            Err(Error::bad_setting(setting, sides, expected))
        }
    }
}

/// Height, width and channels of what comes, or how to mend that it is no picture.
pub(crate) fn picture(layer: &Phrase, position: usize, input: &Shape) -> Result<[usize; 3]> {
    let (sides, is_first) = (input.dims(), position == 1);
    let square = |values: usize| match values.isqrt() {
        side if side * side == values => [side, side],
        _ => [28, 28],
    };
    let remedy = match *sides {
        [height, width, channels] => return Ok([height, width, channels]),
        [height, width] if is_first => start_with([height, width]),
        [values] if is_first => start_with(square(values)),
        _ => phrase!(
            "put it before the Flatten and the Dense layers",
            "setz sie vor das Flatten und die Dense-Schichten"
        ),
    };
    let expected = phrase!(
        "pictures of shape (height, width, channels)",
        "Bilder der Form (Höhe, Breite, Kanäle)"
    );
    Err(does_not_fit(layer, input, expected, remedy))
}

fn start_with([height, width]: [usize; 2]) -> Phrase {
    phrase!(
        "start with Input::new([{height}, {width}, 1]), 1 for grey, and bring the data into that \
         shape with x.reshape([n, {height}, {width}, 1])?",
        "beginn mit Input::new([{height}, {width}, 1]), 1 für Grau, und bring die Daten mit \
         x.reshape([n, {height}, {width}, 1])? in diese Form"
    )
}

impl Window {
    /// The sides of the picture behind it, unless it is too large for the one before it.
    pub(crate) fn output(self, layer: &Phrase, picture: [usize; 3]) -> Result<[usize; 2]> {
        let sides = [picture[0], picture[1]];
        let most = |side: usize| match self.padding {
            Padding::Valid => side,
            // It reaches over both borders, but no further out than the picture is long.
            Padding::Same => side.saturating_mul(2).saturating_add(1),
        };
        if self.size[0] > most(sides[0]) || self.size[1] > most(sides[1]) {
            return Err(NetworkProblem::WindowTooLarge {
                layer: layer.clone(),
                window: Shape::from(self.size),
                got: Shape::from(picture),
            }
            .into());
        }
        Ok(self.places(sides))
    }

    /// How many windows lie one below the other, and how many side by side.
    pub(crate) fn places(self, sides: [usize; 2]) -> [usize; 2] {
        std::array::from_fn(|side| match self.padding {
            Padding::Valid => (sides[side] - self.size[side]) / self.strides[side] + 1,
            Padding::Same => sides[side].div_ceil(self.strides[side]),
        })
    }

    /// How many zeros stand before and behind each side; of an odd number, the one more behind.
    pub(crate) fn padding(self, sides: [usize; 2]) -> [(usize, usize); 2] {
        std::array::from_fn(|side| match self.padding {
            Padding::Valid => (0, 0),
            Padding::Same => {
                let last_window =
                    (sides[side].div_ceil(self.strides[side]) - 1) * self.strides[side];
                let missing = (last_window + self.size[side]).saturating_sub(sides[side]);
                (missing / 2, missing - missing / 2)
            }
        })
    }

    /// The same on such a picture, with strides that lie on it: one that leads beyond the picture leads
    /// nowhere, however long it is.
    pub(crate) fn on(self, picture: [usize; 3]) -> Window {
        let strides = std::array::from_fn(|side| self.strides[side].min(picture[side]));
        Window { strides, ..self }
    }

    /// As it is written: `3 x 3`.
    pub(crate) fn text(self) -> String {
        format!("{} x {}", self.size[0], self.size[1])
    }
}
