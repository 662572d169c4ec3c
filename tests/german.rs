//! The language is chosen for a whole process: what needs German runs in a process of its own.

use std::process::Command;

use zunder::prelude::*;

/// Runs one test of this program again, in German.
pub(crate) fn run_in_german(test: &str) {
    let program = std::env::current_exe().unwrap();
    let mut command = Command::new(program);
    command.args([test, "--exact", "--include-ignored"]).env("ZUNDER_LANGUAGE", "de");
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
}

#[test]
fn a_program_that_starts_in_german_speaks_german() {
    run_in_german("german::in_a_process_of_its_own");
}

#[test]
#[ignore = "it changes the language of the whole process; the test above runs it in one of its own"]
fn in_a_process_of_its_own() {
    let x = Array::zeros([4, 2]);
    let reason = || x.reshape([3, 3]).unwrap_err().to_string();
    assert!(reason().starts_with("reshape kann aus der Form (shape) (4, 2)"), "{}", reason());

    let network = Sequential::new().add(Input::new(2)).add(Dense::new(2).activation(Softmax));
    let mut model = network.compile(SparseCategoricalCrossentropy, Adam::default(), []).unwrap();
    let bad = model.fit(&x, &Array::from([0, 1, 0, 1]), Fit::new().batch_size(0)).unwrap_err();
    assert_eq!(bad.to_string(), "batch_size ist 0, erlaubt ist mindestens 1");
    let pixels = Array::from([[0, 255], [255, 0], [10, 200], [190, 30]]);
    let history = model.fit(&pixels, &Array::from([0, 1, 0, 1]), Fit::new().verbose(0)).unwrap();
    let note = history.notes()[0].to_string();
    assert!(note.contains("reichen von 0 bis 255") && note.contains("x / 255.0"), "{note}");
    assert!(history.plot("loss").svg().unwrap().contains("Verlust (loss) in jeder Epoche"));
    // The names of Keras stay.
    assert_eq!(history.names(), ["loss"]);
    assert!(
        model
            .evaluate(&pixels, &Array::from([0, 1, 0, 1]))
            .unwrap()
            .to_string()
            .starts_with("loss")
    );

    zunder::language("en").unwrap();
    assert!(reason().starts_with("cannot reshape"), "{}", reason());
    assert!(history.plot("loss").svg().unwrap().contains("loss in each epoch"));
    zunder::language("de").unwrap();
    assert!(reason().starts_with("reshape kann"), "{}", reason());
}
