//! `Figure`: one picture, shown below its cell and saved as SVG.

use std::path::Path;

use crate::base::error::{Error, Result};
use crate::base::files::{ends_in, write_whole};
use crate::base::phrase::phrase;
use crate::base::show::OwnDisplay;

/// One picture.
///
/// Everything that draws gives one, also where it cannot draw: then the figure holds the reason
/// and says it where it would have been shown. So a cell needs no `?` to show a picture:
///
/// ```
/// use zunder::prelude::*;
///
/// let network = Sequential::new().add(Input::new(4)).add(Dense::new(3).activation(Softmax));
/// let figure = network.diagram();
/// assert!(figure.svg()?.contains("softmax"));
///
/// let unfinished = Sequential::new().add(Input::new(4)).diagram();
/// assert!(unfinished.svg().unwrap_err().to_string().contains("no layers to train"));
/// # Ok::<(), zunder::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "it is shown where it ends a cell, without a semicolon"]
pub struct Figure {
    svg: Result<String>,
    _own_display: OwnDisplay,
}

impl Figure {
    /// Takes a drawing that may have failed.
    #[doc(hidden)]
    pub fn new(svg: Result<String>) -> Self {
        Figure { svg, _own_display: OwnDisplay::default() }
    }

    /// The picture as the text of an SVG file.
    ///
    /// # Errors
    ///
    /// The reason why there is none.
    pub fn svg(&self) -> Result<&str> {
        self.svg.as_deref().map_err(Error::clone)
    }

    /// Saves the picture: `figure.save("curves.svg")?`.
    ///
    /// An SVG stays sharp at any size. Every browser shows it, and slides and documents take it.
    ///
    /// # Errors
    ///
    /// When the name ends in something else, when the file cannot be written (one that is there
    /// already then stays as it is), and as [`svg`](Self::svg).
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        let svg = self.svg()?;
        if ends_in(path, "svg") {
            write_whole(path, svg.as_bytes())
        } else {
            let expected = phrase!(
                "one that ends in .svg: pictures are saved as SVG, which every browser shows",
                "einer, der auf .svg endet: Bilder werden als SVG gespeichert, das jeder Browser zeigt"
            );
            Err(Error::bad_file_name(path, expected))
        }
    }

    /// Shows the picture when it ends a notebook cell.
    pub fn evcxr_display(&self) {
        match &self.svg {
            // One call, so that nothing printed at the same time gets between the lines.
            Ok(svg) => {
                println!("EVCXR_BEGIN_CONTENT image/svg+xml\n{svg}\nEVCXR_END_CONTENT");
            }
            Err(reason) => eprintln!("{reason}"),
        }
    }
}
