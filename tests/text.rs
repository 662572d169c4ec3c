//! Texts as numbers, against what Keras's TextVectorization makes of them.

use serde::Deserialize;
use zunder::prelude::*;

/// Made by `reference/make_text_reference.py`.
#[derive(Deserialize)]
struct Reference {
    adapt: Vec<String>,
    apply: Vec<String>,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    ngrams: usize,
    max_tokens: Option<usize>,
    vocabulary: Vec<String>,
    counts: Vec<Vec<f32>>,
}

#[test]
fn vocabulary_and_counts_are_those_of_keras() {
    let text = include_str!("reference/text_reference.json");
    let reference: Reference = serde_json::from_str(text).unwrap();
    assert!(!reference.cases.is_empty());
    for case in reference.cases {
        let name = format!("{} {:?}", case.ngrams, case.max_tokens);
        let mut settings = TextVectorization::new().ngrams(case.ngrams);
        if let Some(max_tokens) = case.max_tokens {
            settings = settings.max_tokens(max_tokens);
        }
        let vectorizer = settings.adapt(&reference.adapt).unwrap();
        assert_eq!(vectorizer.vocabulary(), case.vocabulary, "{name}");
        let counts = vectorizer.apply(&reference.apply).unwrap();
        assert_eq!(counts.shape(), [case.counts.len(), case.vocabulary.len()], "{name}");
        assert_eq!(counts.to_vec(), case.counts.concat(), "{name}");
    }
}
