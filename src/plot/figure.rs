//! `Figure`: one picture, shown below its cell and saved as SVG or PNG.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::fontdb::Database;
use resvg::usvg::{Options, Tree};

use crate::base::error::{Error, Result};
use crate::base::files::write_whole;
use crate::base::language::either;

/// How many pixels of a PNG stand for one unit of the SVG, along each side.
const FINENESS: f32 = 2.0;

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
pub struct Figure {
    svg: Result<String, Arc<Error>>,
}

impl Figure {
    /// Takes a drawing that may have failed.
    pub(crate) fn new(svg: Result<String>) -> Self {
        Figure { svg: svg.map_err(Arc::new) }
    }

    /// The picture as the text of an SVG file.
    ///
    /// # Errors
    ///
    /// [`Error::NoPicture`] with the reason why there is none.
    pub fn svg(&self) -> Result<&str> {
        match &self.svg {
            Ok(svg) => Ok(svg),
            Err(reason) => Err(Error::NoPicture { reason: Arc::clone(reason) }),
        }
    }

    /// Saves the picture: `figure.save("curves.svg")?` or `figure.save("curves.png")?`.
    ///
    /// An SVG stays sharp at any size, and a browser shows it with its own fonts. A PNG holds two
    /// pixels for each unit along both sides, and looks the same everywhere.
    ///
    /// # Errors
    ///
    /// [`Error::BadSetting`] when the name ends in something else, [`Error::CannotWrite`] when the
    /// file cannot be written (one that is there already then stays as it is), and as
    /// [`svg`](Self::svg).
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        let svg = self.svg()?;
        let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
        match ending.as_deref() {
            Some("svg") => write_whole(path, svg.as_bytes()),
            Some("png") => write_whole(path, &png(svg)?),
            _ => Err(Error::BadSetting {
                setting: either("the name of the file", "der Dateiname"),
                value: format!("{:?}", path.display().to_string()),
                expected: either(
                    "one that ends in .svg or .png",
                    "einer, der auf .svg oder .png endet",
                ),
            }),
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

/// Draws the pixels of an SVG, with this crate's own fonts.
fn png(svg: &str) -> Result<Vec<u8>> {
    let cannot = |problem: String| Error::CannotDraw { problem };
    let options = Options { fontdb: fonts(), ..Options::default() };
    let tree = Tree::from_str(svg, &options).map_err(|problem| cannot(problem.to_string()))?;
    let [width, height] =
        [tree.size().width(), tree.size().height()].map(|side| (side * FINENESS).ceil() as u32);
    let mut pixels = Pixmap::new(width, height).ok_or_else(|| {
        cannot(format!(
            "{width} x {height} {}",
            either("pixels are too many for one picture", "Pixel sind zu viele für ein Bild")
        ))
    })?;
    resvg::render(&tree, Transform::from_scale(FINENESS, FINENESS), &mut pixels.as_mut());
    pixels.encode_png().map_err(|problem| cannot(problem.to_string()))
}

/// The fonts of all PNGs: those of the machine would make pictures look different everywhere.
fn fonts() -> Arc<Database> {
    static FONTS: OnceLock<Arc<Database>> = OnceLock::new();
    let load = || {
        let mut fonts = Database::new();
        fonts.load_font_data(dejavu::sans::regular().to_vec());
        fonts.load_font_data(dejavu::sans::bold().to_vec());
        fonts.set_sans_serif_family("DejaVu Sans");
        Arc::new(fonts)
    };
    Arc::clone(FONTS.get_or_init(load))
}
