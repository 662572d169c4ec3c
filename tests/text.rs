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

/// Made by `reference/make_keras_further.py`.
#[derive(Deserialize)]
struct Further {
    sequences: Sequences,
}

#[derive(Deserialize)]
struct Sequences {
    adapt: Vec<String>,
    apply: Vec<String>,
    cases: Vec<SequenceCase>,
}

#[derive(Deserialize)]
struct SequenceCase {
    split: String,
    ngrams: usize,
    max_tokens: Option<usize>,
    length: usize,
    vocabulary: Vec<String>,
    rows: Vec<Vec<f32>>,
}

#[test]
fn sequences_of_words_are_those_of_keras() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/reference/keras_further.json");
    let text = std::fs::read_to_string(file).unwrap();
    let Sequences { adapt, apply, cases } =
        serde_json::from_str::<Further>(&text).unwrap().sequences;
    assert_eq!(cases.len(), 4);
    for case in cases {
        let split = if case.split == "whitespace" { Whitespace } else { zunder::Split::Character };
        let mut settings = TextVectorization::new().split(split).ngrams(case.ngrams);
        if let Some(max_tokens) = case.max_tokens {
            settings = settings.max_tokens(max_tokens);
        }
        let vectorizer = settings.output_sequence_length(case.length).adapt(&adapt).unwrap();
        assert_eq!(vectorizer.vocabulary(), case.vocabulary, "{}", case.split);
        let rows = vectorizer.apply(&apply).unwrap();
        assert_eq!(rows.shape(), [apply.len(), case.length]);
        assert_eq!(rows.to_vec(), case.rows.concat(), "{} {}", case.split, case.ngrams);
    }
    let words = TextVectorization::new().split(Whitespace);
    let refused = words.clone().output_sequence_length(0).adapt(&adapt).unwrap_err().to_string();
    assert!(refused.contains("output_sequence_length is 0"), "{refused}");
    let refused =
        words.output_sequence_length(3).max_tokens(2).adapt(&adapt).unwrap_err().to_string();
    assert!(refused.contains("at least 3"), "{refused}");
}
