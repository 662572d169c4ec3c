//! What to do about errors of the compiler and words of evcxr that do not say it.

use crate::base::language::Language;

impl Language {
    /// What to do about an error of the compiler that does not say it, or says it for programs and not for notebooks.
    pub(crate) fn remedy(self, error: &str) -> Option<&'static str> {
        let says = |words: &str| error.contains(words);
        let (english, german) = if says("unused `Result` that must be used") {
            (
                "Write a `?` in front of the `;`: without it, an error would be passed over in silence.",
                "Schreib ein `?` vor das `;`: Ohne das Fragezeichen bliebe ein Fehler unbemerkt.",
            )
        } else if says("unused `Verdict` that must be used") {
            (
                "Take away the `;` at the end: then the cell shows what the check says.",
                "Nimm das `;` am Ende weg: Dann zeigt die Zelle, was die Prüfung sagt.",
            )
        } else if says("that must be used") {
            (
                "This line makes something and lets it go: keep it, as in `let name = ...;`.",
                "Diese Zeile macht etwas und lässt es wieder fallen: Heb es auf, etwa mit `let name = ...;`.",
            )
        } else if says("is a closure, which cannot be persisted") || says("borrowed data escapes") {
            (
                "Simpler than a box, and what a check takes: a function, as in `fn relu(x: f32) -> f32 { ... }`.",
                "Einfacher als eine Box, und das, was eine Prüfung nimmt: eine Funktion, etwa \
                 `fn relu(x: f32) -> f32 { ... }`.",
            )
        } else if says("doesn't implement `Debug`") {
            (
                "To show it, write `#[derive(Debug)]` above its `struct` or `enum`.",
                "Um es zu zeigen, schreib `#[derive(Debug)]` über sein `struct` oder `enum`.",
            )
        } else if says("closing delimiter") || says("unclosed delimiter") {
            (
                "Each bracket that a cell opens, ( [ or {, it must also close: one of them is missing here, or too \
                 many.",
                "Jede Klammer, die eine Zelle öffnet, ( [ oder {, muss sie auch schließen: Hier fehlt eine, oder es \
                 ist eine zu viel.",
            )
        } else if says("conflicting implementations") || says("duplicate definitions") {
            (
                "If it stands twice in this cell, take one of them out. If an earlier cell has it: in a notebook the old \
                 `impl` stays in force, so keep a `struct` and its `impl` in one cell, and give it another name now, or \
                 restart the kernel.",
                "Steht es zweimal in dieser Zelle, nimm eines davon heraus. Hat es schon eine frühere Zelle: In einem \
                 Notebook bleibt das alte `impl` gültig, also lass ein `struct` und sein `impl` in einer Zelle, und gib \
                 ihm jetzt einen anderen Namen, oder starte den Kernel neu.",
            )
        } else if says("no matching package named") {
            (
                "The kernel is offline, so that it starts quickly: for other crates run `:offline 0` first.",
                "Der Kernel ist offline, damit er schnell startet: Für andere Crates führe erst `:offline 0` aus.",
            )
        } else {
            return None;
        };
        Some(self.either(english, german))
    }

    /// When a type of the learner's own has the name of that of a variable.
    pub(crate) fn type_is_new(self, variable: &str) -> String {
        self.either(
            format!(
                "The variable {variable} is lost, as its type has been defined anew: give your own type another \
                 name, restart the kernel, and run the notebook from the top."
            ),
            format!(
                "Die Variable {variable} ist verloren, denn ihr Typ wurde neu definiert: Gib deinem eigenen Typ \
                 einen anderen Namen, starte den Kernel neu, und führe das Notebook von oben aus."
            ),
        )
    }

    /// In place of evcxr's `:clear`.
    pub(crate) fn restart_instead(self) -> &'static str {
        self.either(
            "To begin anew, choose Kernel > Restart Kernel in the menu. Nothing was run.",
            "Um neu anzufangen, wähle im Menü „Kernel“ den Neustart des Kernels. Nichts wurde ausgeführt.",
        )
    }
}
