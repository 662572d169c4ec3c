//! `cargo lab course mark`: runs what learners handed in, and says what it is worth.
//!
//! Each hand-in has a kernel of its own, which can neither reach anything of others nor take more
//! than its share; what a learner wrote is run and not trusted. `docs/marking.md` tells teachers
//! what that does and does not protect from.
//!
//! Over 300 lines: the options of the command, and the way of a hand-in from file to report.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use serde_json::Value;

use crate::base::failure::{Explain, Failure, Result, fail};
use crate::base::files;
use crate::base::language::Language;
use crate::base::layout::Layout;
use crate::base::plain::temporary_folder;
use crate::base::spoken::{Spoken, say, seconds, spoken, tell};
use crate::course::course;
use crate::course::map;
use crate::course::source::Source;
use crate::kernel::launch;
use crate::kernel::stage::LARGEST_OUTPUT;
use crate::marking::class_page::class_page;
use crate::marking::collect::{collect, files_beside};
use crate::marking::compose::{self, Composition};
use crate::marking::confine::{self, Confinement};
use crate::marking::hand_in::HandIn;
use crate::marking::limits::Limits;
use crate::marking::mark::{Mark, Status};
use crate::marking::nbgrader;
use crate::marking::page;
use crate::marking::private_folder;
use crate::marking::processes;
use crate::marking::recognise;
use crate::marking::sample_class;
use crate::marking::session;
use crate::marking::supervisor::{FileName, Job, Outcome};
use crate::marking::table;
use crate::marking::visible::one_line;
use crate::notebooks::numbers::at_least_one;
use crate::notebooks::run::{in_repository, place_for};
use crate::setup::setup::{self, Verbosity};

/// What a teacher can choose.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// The folder with the notebooks that were handed in, best one folder for each learner
    folder: PathBuf,
    /// Where the marks and reports go
    #[arg(long, default_value = ".zunder/marks")]
    output: PathBuf,
    /// Seconds that one cell may take
    #[arg(long, default_value_t = 120, value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    time: u64,
    /// Seconds that all cells of a notebook may take together
    #[arg(long, default_value_t = 900, value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    total: u64,
    /// Megabytes of memory that a notebook may use
    #[arg(long, default_value_t = 3000, value_parser = clap::value_parser!(u64).range(1000..=1_000_000))]
    memory: u64,
    /// Processes that a notebook may have at once, compilers among them
    #[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u64).range(16..=100_000))]
    processes: u64,
    /// Kilobytes that one cell may print
    #[arg(long, default_value_t = LARGEST_OUTPUT as u64 / 1000, value_parser = clap::value_parser!(u64).range(1..=10_000_000))]
    output_limit: u64,
    /// How many notebooks are run at once
    #[arg(long, default_value_t = 1, value_parser = at_least_one::<u64>)]
    jobs: u64,
    /// The folder is `submitted` of an nbgrader course: bring the points into its gradebook
    #[arg(long)]
    nbgrader: bool,
    /// Run them even where this system cannot confine them
    #[arg(long)]
    without_sandbox: bool,
}

impl Options {
    fn limits(&self) -> Limits {
        Limits {
            cell_seconds: self.time,
            total_seconds: self.total,
            memory: self.memory,
            processes: usize::try_from(self.processes).unwrap_or(usize::MAX),
            output: self.output_limit,
        }
    }
}

/// Marks every notebook in a folder.
pub(crate) fn run(layout: &Layout, options: &Options) -> Result<()> {
    let folder = &options.folder;
    let folder =
        folder.canonicalize().explain(|| spoken!("find {}", "{} zu finden", folder.display()))?;
    let output = in_repository(layout, &options.output);
    let sysroot = confine::sysroot(layout)?;
    if !options.without_sandbox {
        confine::is_possible()?;
        refuse_open([&folder, &output, layout.root(), &temporary_folder()], layout, &sysroot)?;
    }
    let sources = course::sources(layout)?;
    let (folder, mut hand_ins) = collect(&folder, &output, &sources)?;
    if hand_ins.is_empty() {
        fail!(
            "there are no notebooks (*.ipynb) in {}",
            "in {} sind keine Notebooks (*.ipynb)",
            folder.display()
        );
    }
    // Before hours of marking.
    if options.nbgrader {
        nbgrader::course_of(&folder)?;
    }
    let _lock = reserve(&output)?;
    keep_earlier(&output)?;
    recognise::name_versions(&mut hand_ins, &sources);
    let mut names: Vec<String> = Vec::new();
    for hand_in in &hand_ins {
        names.push(page::file_name(hand_in, &names));
    }
    recognise::lend_language(&mut hand_ins, &sources, say(Language::English, Language::German));
    setup::run(layout, Verbosity::News)?;
    let (template, reserved) = launch::reserve_template(layout)?;
    let marker = Marker {
        layout,
        folder: &folder,
        sources: &sources,
        template: template.folder().to_owned(),
        sysroot,
        limits: options.limits(),
        sandbox: !options.without_sandbox,
        output,
        names,
    };
    let marked = marker.mark_all(hand_ins, usize::try_from(options.jobs).unwrap_or(1));
    reserved.remove()?;
    let marks = marked?;
    tell!("wrote {}", "geschrieben: {}", marker.output.join("marks.csv").display());
    tell!("wrote {}", "geschrieben: {}", marker.output.join("index.html").display());
    if options.nbgrader {
        let marks: Vec<&Mark> = marks.iter().map(|(_, mark)| mark).collect();
        nbgrader::bring_in(layout, &folder, &marker.output, &marks)?;
    }
    Ok(())
}

/// Refuses places where every hand-in could read: hand-ins there could read each other.
fn refuse_open(places: [&Path; 4], layout: &Layout, sysroot: &Path) -> Result<()> {
    let data = layout.data();
    let is_open = |path: &&Path| confine::open_to_all(path, sysroot, data.as_deref());
    if let Some(open) = places.into_iter().find(is_open) {
        fail!(
            "every hand-in may read {}, as it may the system's programs, the data and what cargo and conda \
             have installed: choose a place elsewhere in your home folder",
            "jede Abgabe darf {} lesen, wie auch die Programme des Systems, die Daten und das, was cargo und \
             conda installiert haben: Wähl eine andere Stelle in deinem Home-Verzeichnis",
            open.display()
        );
    }
    Ok(())
}

/// All that marking takes.
struct Marker<'a> {
    layout: &'a Layout,
    folder: &'a Path,
    sources: &'a [Source],
    template: PathBuf,
    sysroot: PathBuf,
    limits: Limits,
    sandbox: bool,
    output: PathBuf,
    /// The names of the reports, one for each hand-in.
    names: Vec<String>,
}

impl Marker<'_> {
    fn mark_all(&self, hand_ins: Vec<HandIn>, jobs: usize) -> Result<Vec<(usize, Mark)>> {
        let hand_ins: Vec<_> =
            hand_ins.into_iter().map(|hand_in| Mutex::new(Some(hand_in))).collect();
        let marks: Mutex<Vec<(usize, Mark)>> = Mutex::default();
        let jobs = jobs.min(hand_ins.len());
        let next = AtomicUsize::new(0);
        let worker = || {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                let Some(hand_in) = hand_ins.get(number) else { return };
                let hand_in = hand_in.lock().unwrap_or_else(PoisonError::into_inner).take();
                let Some(hand_in) = hand_in else { continue };
                let start = Instant::now();
                let mut mark = self.mark(hand_in);
                self.write_report(number, &mark);
                // The tables need what it came to. What it printed is written, and may be a lot.
                (mark.steps, mark.cells) = Default::default();
                mark.hand_in.cells = Ok(Vec::new());
                let mut marks = marks.lock().unwrap_or_else(PoisonError::into_inner);
                self.tell(marks.len() + 1, &mark, start);
                let place = marks.partition_point(|(other, _)| *other < number);
                marks.insert(place, (number, mark));
                // Each time, so that nothing is lost when this is broken off.
                if let Err(problem) = self.write_tables(&marks) {
                    eprintln!("zunder: {problem}");
                }
            }
        };
        std::thread::scope(|scope| {
            let workers: Vec<_> = (0..jobs).map(|_| scope.spawn(worker)).collect();
            let ended: Vec<bool> =
                workers.into_iter().map(|worker| worker.join().is_ok()).collect();
            if ended.contains(&false) {
                fail!("a part of the marker failed", "ein Teil des Bewertens ist abgebrochen")
            }
            Ok(())
        })?;
        let marks = marks.into_inner().unwrap_or_else(PoisonError::into_inner);
        self.write_tables(&marks)?;
        files::remove(&self.output.join(UNFINISHED))?;
        Ok(marks)
    }

    fn tell(&self, number: usize, mark: &Mark, start: Instant) {
        let of = mark.of_points().map_or("?".to_owned(), |of| of.to_string());
        println!(
            "[{number}/{}] {:<24} {:<20} {:>3} {} {of:<3} {:>8}  {}",
            self.names.len(),
            one_line(&mark.hand_in.learner),
            one_line(&mark.hand_in.exercise),
            page::points(mark),
            say("of", "von"),
            seconds(start.elapsed().as_secs_f64()),
            one_line(&mark.status.reason(say(Language::English, Language::German))),
        );
    }

    /// One that cannot be written is told, and keeps nobody else from being marked.
    fn write_report(&self, number: usize, mark: &Mark) {
        if let Err(problem) =
            files::write(&self.output.join(&self.names[number]), page::report(mark))
        {
            eprintln!("zunder: {}: {problem}", one_line(&mark.hand_in.learner));
        }
    }

    fn write_tables(&self, marks: &[(usize, Mark)]) -> Result<()> {
        let names: Vec<String> =
            marks.iter().map(|(number, _)| self.names[*number].clone()).collect();
        let marks: Vec<&Mark> = marks.iter().map(|(_, mark)| mark).collect();
        files::write(&self.output.join("index.html"), class_page(&marks, &names))?;
        for (name, separator) in table::FILES {
            files::write(&self.output.join(name), table::csv(&marks, separator)?)?;
        }
        Ok(())
    }

    fn mark(&self, mut hand_in: HandIn) -> Mark {
        let source = recognise::exercise(&hand_in, self.sources);
        let source = source.filter(|source| source.tasks().next().is_some());
        if let Some(source) = source {
            hand_in.remarks.extend(recognise::other_name(&hand_in, source, self.sources));
            hand_in.remarks.extend(recognise::others_inside(&hand_in, source, self.sources));
            hand_in.remarks.extend(recognise::solved_edition(&hand_in, source));
            hand_in.exercise.clone_from(&source.name);
            hand_in.language = recognise::language(&hand_in, source);
        }
        let (cells, source) = match (hand_in.cells.clone(), source) {
            (Err(reason), source) => {
                return Mark::without_run(hand_in, source, Status::Unreadable(reason));
            }
            (_, None) => {
                let name = hand_in.exercise.clone();
                return Mark::without_run(hand_in, None, Status::UnknownExercise(name));
            }
            (Ok(cells), Some(source)) => (cells, source),
        };
        let checks = compose::most_checks(source, &cells);
        let names: Result<Vec<String>> = (0..checks).map(|_| session::random()).collect();
        let Ok(names) = names else {
            let problem = spoken!("there are no random numbers", "es gibt keine Zufallszahlen");
            return Mark::without_run(hand_in, Some(source), Status::NotMarked(problem));
        };
        let mut names = names.into_iter().map(|name| format!("application/x-{name}"));
        let composition = compose::compose(source, &cells, || names.next().unwrap_or_default());
        let files = files_beside(self.folder, &mut hand_in, self.sources);
        match self.run(&hand_in, &composition, files) {
            Ok(outcome) => Mark::of(hand_in, source, composition, outcome),
            Err(failure) => {
                let problem = failure.spoken().clone();
                Mark::without_run(hand_in, Some(source), Status::NotMarked(problem))
            }
        }
    }

    /// Has a supervisor run it.
    fn run(
        &self,
        hand_in: &HandIn,
        composition: &Composition,
        files: Vec<(PathBuf, PathBuf)>,
    ) -> Result<Outcome> {
        let folder = private_folder::create();
        let folder = folder.explain(|| {
            spoken!("create a folder for the kernel", "einen Ordner für den Kernel anzulegen")
        })?;
        let files = files.into_iter().map(|(from, to)| (FileName::new(from), FileName::new(to)));
        let job = Job {
            confinement: Confinement {
                folder: folder.clone(),
                template: self.template.clone(),
                sysroot: self.sysroot.clone(),
                data: self.layout.data(),
                language: hand_in.language.code().to_owned(),
                limits: self.limits,
                group: None,
                ports: Vec::new(),
                sandbox: self.sandbox,
            },
            steps: composition.steps.clone(),
            all: FileName::new(self.folder.to_owned()),
            files: files.collect(),
        };
        let outcome = self.supervise(&job);
        // The supervisor does it, unless it was ended itself. A cell outlives it: only the kernel ends with it.
        if folder.exists() {
            processes::end_all_of(&folder);
            if let Err(problem) = private_folder::remove(&folder) {
                let remove = say("remove it by hand", "entfern ihn selbst");
                eprintln!("zunder: {problem}: {remove}");
            }
        }
        let outcome = outcome?;
        if outcome.left_running {
            let file = one_line(&hand_in.file.display().to_string());
            let left = spoken!(
                "some processes of {file} could not be ended",
                "einige Prozesse von {file} ließen sich nicht beenden"
            );
            eprintln!("zunder: {left}");
        }
        Ok(outcome)
    }

    fn supervise(&self, job: &Job) -> Result<Outcome> {
        use std::os::unix::process::CommandExt;
        let text = serde_json::to_string(job)
            .explain(|| spoken!("describe the hand-in", "die Abgabe zu beschreiben"))?;
        let mut command = Command::new(self.layout.kernel_program());
        command.arg("mark-one").env("ZUNDER_ROOT", self.layout.root()).current_dir("/");
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        command.process_group(0); // it ends by itself, and cleans up, when this program is gone
        let mut child = command
            .spawn()
            .explain(|| spoken!("start the supervisor", "die Aufsicht (supervisor) zu starten"))?;
        // Kept open until the end: closed, it means that nobody waits for the answer.
        let mut input = child.stdin.take();
        let sent = input.as_mut().map(|input| writeln!(input, "{text}"));
        let output = child.stdout.take().map(std::io::read_to_string);
        drop(input);
        let status = child.wait().explain(|| {
            spoken!("wait for the supervisor", "auf die Aufsicht (supervisor) zu warten")
        })?;
        let said = match (sent, output) {
            (Some(Ok(())), Some(Ok(said))) => said,
            _ => fail!(
                "the supervisor ended early ({status})",
                "die Aufsicht (supervisor) war zu früh zu Ende ({status})"
            ),
        };
        let Ok(answer) = serde_json::from_str::<Value>(&said) else {
            fail!(
                "the supervisor ended early ({status})",
                "die Aufsicht (supervisor) war zu früh zu Ende ({status})"
            );
        };
        if let [Some(english), Some(german)] =
            [0, 1].map(|language| answer["problem"][language].as_str())
        {
            return Err(Failure::new(Spoken::new(english, german)));
        }
        serde_json::from_value(answer)
            .explain(|| spoken!("read what came of it", "zu lesen, was dabei herauskam"))
    }
}

/// Lies in the output while the tables there are not whole.
const UNFINISHED: &str = ".unfinished";

/// Puts the tables and the reports of the run before away, in a folder of their own: the new ones begin with nobody in
/// them, and nothing is lost, be it another exercise or a column that a teacher has added.
fn keep_earlier(output: &Path) -> Result<()> {
    let reports = output.join("reports");
    let rights = std::fs::metadata(&reports).ok().map(|data| data.permissions());
    if std::fs::read_dir(&reports).is_ok_and(|mut pages| pages.next().is_none()) {
        std::fs::remove_dir(&reports)
            .explain(|| spoken!("remove {}", "{} zu entfernen", reports.display()))?;
    }
    let tables = table::FILES.map(|(name, _)| name);
    let names = [&tables[..], &["index.html", "reports"]].concat();
    let names: Vec<&str> = names.into_iter().filter(|name| output.join(name).exists()).collect();
    if !names.is_empty() {
        let earlier = place_of_earlier(output)?;
        for name in names {
            let (from, to) = (output.join(name), earlier.join(name));
            std::fs::rename(&from, &to)
                .explain(|| spoken!("rename {}", "{} umzubenennen", from.display()))?;
        }
        let place = earlier.display();
        tell!("the run before is kept in {place}", "der Lauf davor bleibt in {place}");
    }
    files::private_unless_there(&reports)?;
    // What somebody has opened to others stays so.
    if let Some(rights) = rights {
        std::fs::set_permissions(&reports, rights)
            .explain(|| spoken!("open {}", "{} zu öffnen", reports.display()))?;
    }
    files::write(&output.join(UNFINISHED), "")
}

/// A new folder, `earlier/3` behind `earlier/2`; of a run that was broken off, `earlier/3-unfinished`.
fn place_of_earlier(output: &Path) -> Result<PathBuf> {
    let all = output.join("earlier");
    files::private_unless_there(&all)?;
    let number = |entry: std::fs::DirEntry| -> Option<u64> {
        entry.file_name().to_str()?.split('-').next()?.parse().ok()
    };
    let last = files::entries(&all)?.filter_map(number).max().unwrap_or(0);
    let ending = if output.join(UNFINISHED).exists() { "-unfinished" } else { "" };
    let place = all.join(format!("{}{ending}", last + 1));
    files::create_private_folder(&place)?;
    Ok(place)
}

/// Makes sure that the tables and the reports can be written, by nobody else at the same time. Folders that
/// are made for them are this user's alone; what somebody has opened to others stays so.
fn reserve(output: &Path) -> Result<File> {
    for folder in [output, &output.join("reports")] {
        files::private_unless_there(folder)?;
        place_for(folder)?;
    }
    files::lock_exclusively(&output.join(".lock"), || {
        tell!(
            "another `mark` writes to {}: waiting for its end",
            "ein anderes `mark` schreibt nach {}: Danach geht es hier weiter",
            output.display()
        );
    })
}

/// Writes a class to try this with.
pub(crate) fn sample(
    layout: &Layout,
    folder: &Path,
    exercise: &str,
    learners: usize,
) -> Result<()> {
    let sources = map::exercises(course::sources(layout)?, &[exercise.to_owned()])?;
    if folder.is_dir() && files::entries(folder)?.next().is_some() {
        fail!(
            "there are other things in {}: name a new folder",
            "in {} liegt schon etwas: Nenn einen neuen Ordner",
            folder.display()
        );
    }
    for source in &sources {
        sample_class::write(source, folder, learners)?;
    }
    tell!(
        "wrote {learners} hand-ins into {}",
        "Abgaben geschrieben: {learners}, in {}",
        folder.display()
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn what_the_run_before_wrote_stays() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = |name: &str| folder.path().join(name);
        let run = |said: &str| {
            reserve(folder.path()).expect("it can be written");
            keep_earlier(folder.path()).expect("there is room");
            for name in ["marks.csv", "marks.de.csv", "reports/anna.html"] {
                std::fs::write(file(name), said).expect("there is room");
            }
        };
        let end = || std::fs::remove_file(file(UNFINISHED)).expect("it was begun");
        let earlier = |run: &str| {
            let names = ["marks.csv", "marks.de.csv", "reports/anna.html"];
            let read = |name| std::fs::read_to_string(file("earlier").join(run).join(name));
            names.map(|name| read(name).unwrap_or_default())
        };
        run("first");
        assert!(!file("earlier").exists());
        end();
        let opened = std::fs::Permissions::from_mode(0o750);
        std::fs::set_permissions(file("reports"), opened).expect("it is ours");
        run("broken off");
        run("third");
        end();
        std::fs::remove_file(file("reports/anna.html")).expect("it is there");
        run("last");
        assert_eq!(earlier("1"), ["first"; 3]);
        assert_eq!(earlier("2-unfinished"), ["broken off"; 3]);
        assert_eq!(earlier("3"), ["third", "third", ""]);
        let rights = |name: &str| file(name).metadata().expect("it is there").permissions().mode();
        assert_eq!((rights("reports") & 0o777, rights("earlier") & 0o777), (0o750, 0o700));
    }

    #[test]
    fn an_output_that_cannot_be_written_is_known_at_once() {
        let folder = tempfile::tempdir().expect("a folder");
        let output = folder.path().join("a/marks");
        let lock = reserve(&output).expect("it can be written");
        assert!(output.join("reports").is_dir());
        let mode = |folder: &Path| folder.metadata().expect("it is there").permissions().mode();
        assert_eq!((mode(&output) & 0o777, mode(&output.join("reports")) & 0o777), (0o700, 0o700));
        let second = || files::lock_file(&output.join(".lock")).expect("a file").try_lock();
        assert!(second().is_err(), "two would write at once");
        drop(lock);
        second().expect("nobody writes any more");
        let file = folder.path().join("file");
        std::fs::write(&file, "").expect("a file");
        let problem = reserve(&file.join("marks")).expect_err("it lies in a file");
        assert!(problem.to_string().contains("create the folder"), "{problem}");
    }
}
