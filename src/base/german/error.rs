//! What can go wrong, in German.

use std::fmt;
use std::io::{self, ErrorKind};

use crate::base::error::Error;
use crate::base::numbers::thousands;

impl Error {
    /// The sentence of `Display` in German.
    pub(crate) fn german(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::CannotReshape { from, to, asked } => match asked {
                Some(asked) => write!(
                    f,
                    "reshape kann aus der Form (shape) {from} nicht {to} machen: Die erste hat \
                     {} Werte, die zweite {asked}; die Anzahl der Werte muss gleich bleiben, etwa \
                     {}",
                    from.num_values(),
                    from.flattened()
                ),
                None => write!(
                    f,
                    "reshape kann aus der Form (shape) {from} nicht {to} machen: Erlaubt sind \
                     Längen ab 0 und höchstens eine -1, deren Länge ohne Rest aufgehen muss; etwa \
                     {}",
                    from.flattened()
                ),
            },
            Error::WrongNumberOfValues { shape, values } => write!(
                f,
                "ein Array der Form (shape) {shape} hat {} Werte, gekommen sind aber {values}: \
                 Gib genau so viele Werte an, wie die Form verlangt",
                shape.num_values()
            ),
            Error::ShapesDiffer { operation, left, right } => write!(
                f,
                "Arrays der Formen (shapes) {left} und {right} lassen sich nicht {operation}: \
                 Forme eines um (reshape), sodass beide Formen gleich sind"
            ),
            Error::OutOfRange { index, shape } => write!(
                f,
                "{index} gibt es nicht in einem Array der Form (shape) {shape}: Gezählt wird ab \
                 0, die letzte Zeile ist also {}",
                shape.first().saturating_sub(1)
            ),
            Error::WrongDimensions { operation, expected, got } => write!(
                f,
                "{operation} erwartet {expected}, bekam aber die Form (shape) {got}: Forme das \
                 Array vorher um (reshape)"
            ),
            Error::NoData { what } => {
                write!(f, "{what} enthält keine Beispiele (samples): Mindestens eines ist nötig")
            }
            Error::SamplesDiffer { x, y } => write!(
                f,
                "x hat {} Beispiele (Form {x}), y aber {} (Form {y}): Zu jedem Beispiel (sample) \
                 gehört genau ein Label, nimm also für beide dieselben Zeilen",
                x.first(),
                y.first()
            ),
            Error::LabelOutOfRange { label, row, num_classes } => write!(
                f,
                "das Label {label} in Zeile {row} ist keine der {num_classes} Klassen 0 bis {}: \
                 Prüfe die Labels oder die Anzahl der Klassen",
                num_classes.saturating_sub(1)
            ),
            Error::LabelsNotOneHot { got, num_classes } => write!(
                f,
                "dieser Verlust (loss) erwartet One-hot-Labels der Form (n, {num_classes}), y hat \
                 aber die Form (shape) {got}: Nimm to_categorical(&y, {num_classes})?, oder lass \
                 die Klassennummern und kompiliere mit SparseCategoricalCrossentropy"
            ),
            Error::LabelsNotClassNumbers { got } => write!(
                f,
                "SparseCategoricalCrossentropy erwartet Klassennummern der Form (n,), y hat aber \
                 die Form (shape) {got}: Lass to_categorical weg, oder kompiliere mit \
                 CategoricalCrossentropy"
            ),
            Error::LabelsUnlikeOutput { got, output } => write!(
                f,
                "das Netz gibt {output} aus, y hat aber die Form (shape) {got}: Gib der letzten \
                 Schicht eine Einheit (unit) für jeden Wert eines Labels, oder forme y um (reshape)"
            ),
            Error::WrongInput { expected, got } => write!(
                f,
                "das Netz erwartet Beispiele (samples) der Form {expected}, x hat aber die Form \
                 (shape) {got}: Forme x zuerst mit reshape({}) um",
                got.with_sample_shape(expected)
            ),
            Error::NotFinite { what, row, value } => write!(
                f,
                "{what}: In Zeile {row} steht der Wert {value}; ersetze oder entferne vor dem \
                 Training alle Werte, die keine Zahl oder unendlich sind"
            ),
            Error::NoLayers => write!(
                f,
                "das Netz hat keine Schichten (layers), die lernen können: Füge ein Input und \
                 mindestens eine Dense-Schicht hinzu"
            ),
            Error::NoInput { first } => write!(
                f,
                "das Netz beginnt mit {first}, darum ist die Form (shape) eines Beispiels nicht \
                 bekannt: Beginne mit .add(Input::new(784))"
            ),
            Error::InputNotFirst { position } => write!(
                f,
                "an Position {position} steht ein Input: Es muss am Anfang stehen, und nur einmal"
            ),
            Error::LayerDoesNotFit { layer, expected, got, remedy } => write!(
                f,
                "{layer} erwartet {expected}, die Schicht (layer) davor liefert aber {got}: \
                 {remedy}"
            ),
            Error::WindowTooLarge { layer, window, got } => write!(
                f,
                "{layer} sieht durch ein Fenster von {window}, die Schicht (layer) davor liefert \
                 aber Bilder von nur {got}: Wähle ein kleineres Fenster, oder lass davor eine \
                 Pooling-Schicht weg"
            ),
            Error::EndsWithPictures { output } => write!(
                f,
                "das Netz endet für jedes Beispiel (sample) mit {output}, Labels sind aber Reihen \
                 von Zahlen: Füge ein Flatten an und dann eine Dense-Schicht mit einer Einheit \
                 (unit) für jede Klasse"
            ),
            Error::OneUnitCrossentropy { loss } => write!(
                f,
                "die letzte Schicht (layer) hat nur eine Einheit (unit), {loss:?} vergleicht aber \
                 Klassen und braucht eine Einheit für jede: Nimm \
                 Dense::new(2).activation(Softmax) für zwei Klassen, oder kompiliere mit \
                 MeanSquaredError, wenn die eine Ausgabe eine Zahl ist"
            ),
            Error::BadSetting { setting, value, expected } => {
                write!(f, "{setting} ist {value}, erlaubt ist {expected}")
            }
            Error::EmptySplit { validation_split, samples } => write!(
                f,
                "validation_split({validation_split}) von {samples} Beispielen (samples) lässt \
                 für das Training oder für die Validierung keines übrig: Nimm einen Anteil wie \
                 0.2, oder mehr Beispiele"
            ),
            Error::TwoValidations => write!(
                f,
                "validation_split und validation_data sind beide angegeben: Behalte eines davon"
            ),
            Error::LossNotFinite { epoch, batch, learning_rate } => write!(
                f,
                "der Verlust (loss) ist in Epoche {epoch}, Batch {batch}, keine Zahl mehr: Das \
                 Training ist aus dem Ruder gelaufen, meist weil die Lernrate (learning rate) von \
                 {learning_rate} zu groß ist oder die Eingaben nicht skaliert sind; das Modell \
                 behält seine Gewichte von vor dieser Epoche, kompiliere also neu mit einem \
                 Zehntel der Lernrate"
            ),
            Error::UnknownMetric { name, known } => write!(
                f,
                "{name:?} gibt es hier nicht, nur {}: Prüfe die Schreibweise, oder nenne die \
                 Metrik (metric) bei compile, etwa [Accuracy]",
                known.iter().map(|n| format!("{n:?}")).collect::<Vec<_>>().join(", ")
            ),
            Error::WrongWeights { what, expected, got } => write!(
                f,
                "{what}: Die Form (shape) ist {expected}, gekommen sind aber Gewichte (weights) \
                 der Form {got}; nimm sie aus einem Netz mit denselben Schichten"
            ),
            Error::BackendNotBuilt { backend } => write!(
                f,
                "das Backend {backend} ist nicht eingebaut: Baue das Programm mit `--features \
                 {backend}`, oder lass die Auswahl weg"
            ),
            Error::DataNotFetched { dataset, folder, missing, damaged, failures } => {
                for (path, damage) in damaged {
                    write!(f, "{} ist beschädigt ({damage}); ", path.display())?;
                }
                write!(f, "{dataset} konnte nicht geladen werden: ")?;
                for failure in failures {
                    write!(f, "{failure}; ")?;
                }
                write!(
                    f,
                    "verbinde den Rechner mit dem Internet und versuche es noch einmal, oder lege \
                     {} (auch mit der Endung .gz) in den Ordner {}",
                    missing.join(", "),
                    folder.display()
                )
            }
            Error::CannotKeepData { dataset, folder, bytes, source } => write!(
                f,
                "{dataset} kann nicht in {} gespeichert werden: {}; dort sind {} MB Platz und das \
                 Recht zu schreiben nötig: Schaffe Platz, oder setze die Umgebungsvariable \
                 ZUNDER_DATA auf einen anderen Ordner",
                folder.display(),
                from_system(source),
                bytes.div_ceil(1_000_000)
            ),
            Error::DataFolderIsFile { path } => write!(
                f,
                "Datensätze liegen in einem Ordner, {} ist aber eine Datei: Setze die \
                 Umgebungsvariable ZUNDER_DATA auf einen Ordner",
                path.display()
            ),
            Error::NoDataFolder => write!(
                f,
                "dieses System nennt keinen Ordner, in dem Datensätze liegen können: Setze die \
                 Umgebungsvariable ZUNDER_DATA auf einen Ordner"
            ),
            Error::Stopped { what } => write!(
                f,
                "{what} ist angehalten, wie du es wolltest; alle Variablen sind noch da, und wenn \
                 du die Zelle noch einmal ausführst, geht es weiter"
            ),
            Error::CannotWrite { path, source } => write!(
                f,
                "{} lässt sich nicht schreiben: {}; wähle einen Ordner, in den du schreiben \
                 darfst und in dem Platz ist",
                path.display(),
                from_system(source)
            ),
            Error::CannotRead { path, source } => write!(
                f,
                "{} lässt sich nicht lesen: {}; prüfe den Namen und den Ordner",
                path.display(),
                from_system(source)
            ),
            Error::CannotLoad { path, problem } => {
                write!(f, "{} lässt sich nicht laden: {problem}", path.display())
            }
            Error::NotAPicture { path, reason } => write!(
                f,
                "{} ist kein Bild, das sich lesen lässt ({reason}): Speichere es als PNG oder JPEG",
                path.display()
            ),
            Error::PictureTooLarge { path, width, height, most } => write!(
                f,
                "{} hat {width} x {height} Pixel, gelesen werden höchstens {} Millionen: \
                 Verkleinere das Bild zuerst, 1000 Pixel auf jeder Seite sind reichlich",
                path.display(),
                most / 1_000_000
            ),
            Error::NoInk { path } => write!(
                f,
                "in {} hebt sich keine Ziffer vom Papier ab: Schreibe sie groß mit einem dunklen \
                 Stift, und fotografiere sie bei gleichmäßigem Licht",
                path.display()
            ),
            Error::NotForDrawings { input } => write!(
                f,
                "auf der Zeichenfläche (playground) entstehen Bilder mit 28 x 28 Pixeln, dieses \
                 Netz erwartet aber Beispiele (samples) der Form {input}: Es braucht \
                 Input::new(784)"
            ),
            Error::TooLargeForPage { parameters, most } => write!(
                f,
                "die Zeichenfläche (playground) legt alle Gewichte (weights) in die Seite, dieses \
                 Netz hat aber {}, und höchstens {} passen: Nimm Schichten mit weniger Einheiten \
                 (units)",
                thousands(*parameters),
                thousands(*most)
            ),
            Error::CannotDraw { problem } => write!(f, "das lässt sich nicht zeichnen: {problem}"),
            Error::NoPicture { reason } => fmt::Display::fmt(reason, f),
            Error::NoEpochs => write!(
                f,
                "die History enthält noch keine Epoche: Rufe fit auf, und lass mindestens eine \
                 Epoche zu Ende laufen"
            ),
        }
    }
}

/// What the system says, in German where it is one of the usual things.
fn from_system(error: &io::Error) -> String {
    let usual = match error.kind() {
        ErrorKind::NotFound => "Datei oder Ordner nicht gefunden",
        ErrorKind::PermissionDenied => "keine Berechtigung",
        ErrorKind::StorageFull => "der Datenträger ist voll",
        ErrorKind::ReadOnlyFilesystem => "der Datenträger ist schreibgeschützt",
        ErrorKind::IsADirectory => "das ist ein Ordner",
        ErrorKind::NotADirectory => "ein Teil des Pfads ist kein Ordner",
        _ => return error.to_string(),
    };
    usual.to_owned()
}
