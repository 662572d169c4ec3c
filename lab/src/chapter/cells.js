// The cells of the notebook that do what is set in the page.
"use strict";

/** The code of each cell by its name, in the order of the notebook. */
function cells(settings, comments) {
  const dense = settings.layers.map(
    ([units, activation]) => `    .add(Dense::new(${units}).activation(${activation}))\n`,
  );
  return {
    start: ':dep zunder = { path = ".." }\nuse zunder::prelude::*;',
    load:
      "let ((x_train, y_train), (x_test, y_test)) = mnist::load_data()?;\n" +
      `${comments.few}\n` +
      "let (x_train, y_train) = (x_train.rows(0..15_000)?, y_train.rows(0..15_000)?);\n" +
      "let (x_test, y_test) = (x_test.rows(0..2_000)?, y_test.rows(0..2_000)?);\n" +
      'println!("training: pictures {}, labels {}", x_train.shape(), y_train.shape());',
    look: "plot::samples(&x_train, &y_train, 10)",
    prepare:
      "let x_train = x_train.reshape([x_train.len(), 784])? / 255.0;\n" +
      "let x_test = x_test.reshape([x_test.len(), 784])? / 255.0;\n" +
      "let y_train = to_categorical(&y_train, 10)?;\n" +
      "let y_test = to_categorical(&y_test, 10)?;",
    define:
      "let network = Sequential::new()\n" +
      `    .seed(${settings.seed}) ${comments.seed}\n` +
      "    .add(Input::new(784))\n" +
      dense.join("") +
      "    .add(Dense::new(10).activation(Softmax));\n" +
      "network.diagram()",
    compile:
      `let optimizer = Adam::new().learning_rate(${fraction(settings.learning_rate)});\n` +
      "let mut model =\n    network.compile(CategoricalCrossentropy, optimizer, [Accuracy])?;",
    fit:
      "let settings = Fit::new()\n" +
      `    .batch_size(${settings.batch_size})\n    .epochs(${settings.epochs})\n` +
      `    .validation_split(0.2)\n    .seed(${settings.seed});\n` +
      "let history = model.fit(&x_train, &y_train, settings)?;",
    evaluate: "model.evaluate(&x_test, &y_test)?",
    mistakes: "plot::mistakes(&x_test, &y_test, &model.predict(&x_test)?, 6)",
    draw: "model.playground()",
  };
}

/** A number that Rust takes for one with a fraction. */
function fraction(number) {
  const text = String(number);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}
