//! The languages of the course, its notebooks and what is said in them.

/// A language that the course is written in.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) enum Language {
    /// English, the notebooks in `notebooks/`.
    #[default]
    English,
    /// German, the twins in `notebooks/de/`.
    German,
}

impl Language {
    pub(crate) const ALL: [Language; 2] = [Language::English, Language::German];

    /// As the crate reads it: English, unless it is German.
    pub(crate) fn of(code: &str) -> Self {
        if code.trim().to_lowercase().starts_with("de") { Self::German } else { Self::English }
    }

    /// The one of two in this language.
    pub(crate) fn either<T>(self, english: T, german: T) -> T {
        match self {
            Language::English => english,
            Language::German => german,
        }
    }

    /// As in `<!-- en -->`.
    pub(crate) fn code(self) -> &'static str {
        self.either("en", "de")
    }

    /// Where a learner opens the notebooks.
    pub(crate) fn folder(self) -> &'static str {
        self.either("notebooks", "notebooks/de")
    }
}
