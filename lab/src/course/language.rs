//! The languages of the course.

/// A language that the course is written in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Language {
    /// English, the notebooks in `notebooks/`.
    English,
    /// German, the twins in `notebooks/de/`.
    German,
}

impl Language {
    pub(crate) const ALL: [Language; 2] = [Language::English, Language::German];

    /// As in `<!-- en -->`.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Language::English => "en",
            Language::German => "de",
        }
    }

    /// Where a learner opens the notebooks.
    pub(crate) fn folder(self) -> &'static str {
        match self {
            Language::English => "notebooks",
            Language::German => "notebooks/de",
        }
    }
}
