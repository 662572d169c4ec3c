//! A user's own copies of an installation's notebooks, and of the pages that they link to.
//!
//! What was handed out is remembered by its SHA-256. So a newer installation can renew what the user has not changed, and
//! leave alone what they have.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::base::failure::{Explain, Failure, Result, fail};
use crate::base::files;
use crate::base::layout::{Layout, is_checkout, learners_folder};
use crate::base::spoken::{count, say, spoken, tell};

/// The folders with what is copied, and what stands behind the name of a new file beside one that was changed.
const FOLDERS: [(&str, &str); 3] = [("notebooks", "new"), ("notebooks/de", "neu"), ("docs", "new")];

/// In the user's folder: what was handed out, each file with its SHA-256.
const HANDED_OUT: &str = ".handed-out.json";

/// Brings the notebooks into the user's folder, which it returns: what is missing, and what is new. What the user
/// has changed stays as it is, with the new one beside it.
pub(crate) fn bring(layout: &Layout) -> Result<PathBuf> {
    let home = std::env::home_dir().filter(|home| home.is_dir());
    let Some(home) = home else {
        fail!(
            "there is no home folder for the notebooks: set HOME to one",
            "es gibt keinen Home-Ordner für die Notebooks: Setz HOME auf einen"
        );
    };
    let folder = folder_in(&home, layout.root())?;
    let news = update(layout.root(), &folder)?;
    if news.renewed > 0 {
        let files = count(news.renewed, say("file", "Datei"), say("files", "Dateien"));
        tell!(
            "New from the installation, where you had changed nothing: {files}.",
            "Neu aus der Installation, wo du nichts geändert hattest: {files}."
        );
    }
    for file in news.beside {
        let file = file.display();
        tell!(
            "You have changed an older version; the new one is {file}.",
            "Du hast eine ältere Fassung geändert; die neue ist {file}."
        );
    }
    Ok(folder)
}

/// The user's folder, which must not be the installation's own: what is uninstalled would be their work. Nor a checkout
/// of the project, whose notebooks would be renewed as if they were copies.
fn folder_in(home: &Path, installation: &Path) -> Result<PathBuf> {
    let folder = learners_folder(home);
    if folder.canonicalize().is_ok_and(|real| real == installation) {
        let place = folder.display();
        fail!(
            "your notebooks belong in {place}, and there the installation itself lies, which would take them along \
             when it is removed: have it installed in another folder, such as ~/.local/zunder",
            "deine Notebooks gehören nach {place}, und dort liegt die Installation selbst, die sie beim Entfernen \
             mitnähme: Lass sie in einen anderen Ordner installieren, etwa nach ~/.local/zunder"
        );
    }
    if is_checkout(&folder) {
        let place = folder.display();
        fail!(
            "your notebooks belong in {place}, and there a copy of the whole project lies: move it to another place, \
             or call `cargo lab` in it to work with its own notebooks",
            "deine Notebooks gehören nach {place}, und dort liegt eine Kopie des ganzen Projekts: Verschieb sie an eine \
             andere Stelle, oder ruf in ihr `cargo lab` auf, um mit ihren Notebooks zu arbeiten"
        );
    }
    Ok(folder)
}

/// `zunder notebooks`, as a hub calls it before a user comes.
pub(crate) fn run(layout: &Layout) -> Result<()> {
    if !layout.is_sealed() {
        return Err(Failure::new(spoken!(
            "the notebooks are in {}: only an installation brings each user copies",
            "die Notebooks sind in {}: Nur eine Installation bringt jedem Benutzer eigene",
            layout.root().join("notebooks").display()
        )));
    }
    let folder = bring(layout)?;
    let folder = folder.display();
    tell!("The notebooks are in {folder}", "Die Notebooks sind in {folder}");
    Ok(())
}

/// What an update brought besides what was missing.
#[derive(Debug, Default, PartialEq)]
struct News {
    renewed: usize,
    beside: Vec<PathBuf>,
}

fn update(installation: &Path, user: &Path) -> Result<News> {
    let memory = user.join(HANDED_OUT);
    let text = std::fs::read(&memory).unwrap_or_default();
    // If it is lost, everything counts as changed.
    let mut handed_out: BTreeMap<PathBuf, String> =
        serde_json::from_slice(&text).unwrap_or_default();
    let before = handed_out.clone();
    let mut news = News::default();
    for (folder, new) in FOLDERS {
        files::create_folder(&user.join(folder))?;
        let given = installation.join(folder);
        let given = files::entries(&given)?.map(|entry| entry.path());
        for from in given.filter(|path| path.is_file()) {
            let name = Path::new(folder).join(from.file_name().unwrap_or_default());
            let content = files::read(&from)?;
            let own = user.join(&name);
            let (newest, now) = (files::hash(&content), files::hash_file(&own));
            let known = handed_out.insert(name.clone(), newest.clone());
            let is_update = known.as_ref().is_some_and(|known| *known != newest);
            if !own.exists() {
                files::write(&own, content)?;
            } else if now == newest {
                // It is the new one already.
            } else if is_update && known.as_ref() == Some(&now) {
                files::write(&own, content)?;
                news.renewed += 1;
            } else if is_update {
                let beside = free_name(&own, new);
                files::write(&beside, content)?;
                news.beside.push(beside);
            }
        }
    }
    if handed_out != before {
        let text = serde_json::to_string_pretty(&handed_out).explain(|| {
            spoken!("write the list of the notebooks", "die Liste der Notebooks zu schreiben")
        })?;
        files::write(&memory, text + "\n")?;
    }
    Ok(news)
}

/// `01-new.ipynb` beside `01.ipynb`; if that is there, `01-new-2.ipynb`.
pub(crate) fn free_name(file: &Path, new: &str) -> PathBuf {
    let part =
        |part: Option<&std::ffi::OsStr>| part.unwrap_or_default().to_string_lossy().into_owned();
    let (stem, extension) = (part(file.file_stem()), part(file.extension()));
    let name = |number: usize| {
        let number = if number > 1 { format!("-{number}") } else { String::new() };
        file.with_file_name(format!("{stem}-{new}{number}.{extension}"))
    };
    (1..).map(name).find(|path| !path.exists()).unwrap_or_else(|| name(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_update_renews_what_is_as_it_was_handed_out_and_keeps_what_was_changed() -> Result<()> {
        let around = tempfile::tempdir().explain(|| "make a folder".to_owned())?;
        let (from, to) = (around.path().join("from"), around.path().join("to"));
        let install = |name: &str, text: &str| files::write(&from.join(name), text);
        let read = |name: &str| std::fs::read_to_string(to.join(name)).unwrap_or_default();
        let pages = ["docs/compiler-errors.md"];
        for name in ["notebooks/01.ipynb", "notebooks/02.ipynb", "notebooks/de/01.ipynb"]
            .iter()
            .chain(&pages)
        {
            install(name, "first")?;
        }
        assert_eq!(update(&from, &to)?, News::default());
        assert_eq!([read("notebooks/de/01.ipynb"), read(pages[0])], ["first"; 2]);
        // The learner works on two of them and throws one away; nothing is new, so nothing happens but its return.
        files::write(&to.join("notebooks/01.ipynb"), "mine")?;
        files::write(&to.join("notebooks/de/01.ipynb"), "meines")?;
        std::fs::remove_file(to.join("notebooks/02.ipynb")).explain(|| "remove it".to_owned())?;
        assert_eq!(update(&from, &to)?, News::default());
        assert_eq!([read("notebooks/01.ipynb"), read("notebooks/02.ipynb")], ["mine", "first"]);
        // A newer installation, with one notebook more.
        for name in [
            "notebooks/01.ipynb",
            "notebooks/02.ipynb",
            "notebooks/de/01.ipynb",
            "notebooks/03.ipynb",
        ] {
            install(name, "second")?;
        }
        let beside =
            ["notebooks/01-new.ipynb", "notebooks/de/01-neu.ipynb"].map(|name| to.join(name));
        assert_eq!(update(&from, &to)?, News { renewed: 1, beside: beside.to_vec() });
        assert_eq!([read("notebooks/01.ipynb"), read("notebooks/de/01.ipynb")], ["mine", "meines"]);
        assert_eq!([read("notebooks/01-new.ipynb"), read("notebooks/02.ipynb")], ["second"; 2]);
        assert_eq!(read("notebooks/03.ipynb"), "second");
        // Only once, and never over what is there.
        assert_eq!(update(&from, &to)?, News::default());
        files::write(&to.join("notebooks/01-new.ipynb"), "mine too")?;
        install("notebooks/01.ipynb", "third")?;
        let beside = vec![to.join("notebooks/01-new-2.ipynb")];
        assert_eq!(update(&from, &to)?, News { renewed: 0, beside });
        assert_eq!(read("notebooks/01-new.ipynb"), "mine too");
        Ok(())
    }

    #[test]
    fn an_installation_in_the_place_of_the_copies_is_refused() -> Result<()> {
        let around = tempfile::tempdir().explain(|| "make a folder".to_owned())?;
        let home = around.path().canonicalize().explain(|| "find it".to_owned())?;
        let elsewhere = home.join(".local/zunder");
        assert_eq!(folder_in(&home, &elsewhere)?, home.join("zunder"));
        files::create_folder(&home.join("zunder"))?;
        assert_eq!(folder_in(&home, &elsewhere)?, home.join("zunder"));
        let refusal = folder_in(&home, &home.join("zunder")).err().map(|error| error.to_string());
        assert!(refusal.is_some_and(|said| said.contains("~/.local/zunder")));
        Ok(())
    }

    #[test]
    fn a_checkout_in_the_place_of_the_copies_is_refused() -> Result<()> {
        let home = tempfile::tempdir().explain(|| "make a folder".to_owned())?;
        for name in ["Cargo.toml", "lab/Cargo.toml"] {
            files::write(&home.path().join("zunder").join(name), "")?;
        }
        let refusal = folder_in(home.path(), Path::new("/opt/zunder"));
        let refusal = refusal.err().map(|error| error.to_string());
        assert!(refusal.is_some_and(|said| said.contains("move it to another place")));
        Ok(())
    }

    #[test]
    fn copies_of_an_installation_that_remembered_nothing_count_as_changed() -> Result<()> {
        let around = tempfile::tempdir().explain(|| "make a folder".to_owned())?;
        let (from, to) = (around.path().join("from"), around.path().join("to"));
        files::write(&from.join("notebooks/01.ipynb"), "second")?;
        files::create_folder(&from.join("notebooks/de"))?;
        files::create_folder(&from.join("docs"))?;
        files::write(&to.join("notebooks/01.ipynb"), "first, or changed")?;
        files::write(&to.join(HANDED_OUT), "half a fi")?;
        assert_eq!(update(&from, &to)?, News::default());
        files::write(&from.join("notebooks/01.ipynb"), "third")?;
        assert_eq!(update(&from, &to)?.beside.len(), 1);
        let kept = std::fs::read_to_string(to.join("notebooks/01.ipynb"));
        assert_eq!(kept.ok().as_deref(), Some("first, or changed"));
        Ok(())
    }
}
