//! `cargo lab course mark`: runs what learners handed in, and says what it is worth.
//!
//! Each hand-in has a kernel of its own, which can neither reach anything of others nor take more
//! than its share; what a learner wrote is run and not trusted. `docs/marking.md` tells teachers
//! what that does and does not protect from.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use serde_json::Value;

use crate::base::failure::{Explain, Failure, Result, fail};
use crate::base::files;
use crate::base::layout::Layout;
use crate::course::course;
use crate::course::language::Language;
use crate::course::source::Source;
use crate::kernel::launch;
use crate::marking::compose;
use crate::marking::confine::{self, Confinement};
use crate::marking::hand_in::{self, HandIn};
use crate::marking::limits::Limits;
use crate::marking::mark::{Mark, Status};
use crate::marking::page;
use crate::marking::supervisor::{self, Job, Outcome};
use crate::marking::table;
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
    #[arg(long, default_value_t = 120)]
    time: u64,
    /// Seconds that all cells of a notebook may take together
    #[arg(long, default_value_t = 900)]
    total: u64,
    /// Megabytes of memory that a notebook may use
    #[arg(long, default_value_t = 3000, value_parser = clap::value_parser!(u64).range(1000..))]
    memory: u64,
    /// Processes that a notebook may have at once, compilers among them
    #[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u64).range(16..))]
    processes: u64,
    /// Kilobytes that one cell may print
    #[arg(long, default_value_t = 1000)]
    output_limit: u64,
    /// How many notebooks are run at once
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..))]
    jobs: u64,
    /// Run them even where this system cannot confine them
    #[arg(long)]
    without_sandbox: bool,
}

/// Marks every notebook in a folder.
pub(crate) fn run(layout: &Layout, options: &Options) -> Result<()> {
    let folder = &options.folder;
    let folder = folder.canonicalize().explain(|| format!("find {}", folder.display()))?;
    if !options.without_sandbox {
        confine::is_possible()?;
        if let Some(open) =
            [&folder, layout.root()].into_iter().find(|path| confine::open_to_all(path))
        {
            fail!("every program may read {}: move it to your home folder first", open.display());
        }
    }
    let hand_ins = hand_in::collect(&folder)?;
    if hand_ins.is_empty() {
        fail!("there are no notebooks (*.ipynb) in {}", folder.display());
    }
    let sources = course::sources(layout)?;
    setup::run(layout, Verbosity::News)?;
    let (template, reserved) = launch::reserve_template(layout)?;
    let limits = Limits {
        cell_seconds: options.time,
        total_seconds: options.total,
        memory: options.memory,
        processes: usize::try_from(options.processes).unwrap_or(usize::MAX),
        output: options.output_limit,
    };
    let marker = Marker {
        layout,
        folder: &folder,
        sources: &sources,
        template: template.folder().to_owned(),
        sysroot: confine::sysroot(layout)?,
        limits,
        sandbox: !options.without_sandbox,
        output: crate::notebooks::run::in_repository(layout, &options.output),
        all: hand_ins.len(),
    };
    let marked = marker.mark_all(hand_ins, usize::try_from(options.jobs).unwrap_or(1));
    reserved.remove()?;
    marked?;
    println!("wrote {}", marker.output.join("marks.csv").display());
    println!("wrote {}", marker.output.join("index.html").display());
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
    all: usize,
}

impl Marker<'_> {
    fn mark_all(&self, hand_ins: Vec<HandIn>, jobs: usize) -> Result<()> {
        let hand_ins: Vec<_> =
            hand_ins.into_iter().map(|hand_in| Mutex::new(Some(hand_in))).collect();
        let marks: Mutex<Vec<(usize, Mark)>> = Mutex::default();
        let next = AtomicUsize::new(0);
        let worker = || -> Result<()> {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                let Some(hand_in) = hand_ins.get(number) else { return Ok(()) };
                let hand_in = hand_in.lock().unwrap_or_else(PoisonError::into_inner).take();
                let Some(hand_in) = hand_in else { continue };
                let start = Instant::now();
                let mark = self.mark(hand_in);
                let mut marks = marks.lock().unwrap_or_else(PoisonError::into_inner);
                self.tell(marks.len() + 1, &mark, start);
                let place = marks.partition_point(|(other, _)| *other < number);
                marks.insert(place, (number, mark));
                // Each time, so that nothing is lost when this is broken off.
                self.write(&marks)?;
            }
        };
        std::thread::scope(|scope| {
            let workers: Vec<_> = (0..jobs).map(|_| scope.spawn(worker)).collect();
            for worker in workers {
                worker
                    .join()
                    .unwrap_or_else(|_| Err(Failure::new("a part of the marker failed")))?;
            }
            Ok(())
        })
    }

    fn tell(&self, number: usize, mark: &Mark, start: Instant) {
        let of = mark.of_points().map_or("?".to_owned(), |of| of.to_string());
        println!(
            "[{number}/{}] {:<24} {:<20} {:>3} of {of:<3} {:6.1} s  {}",
            self.all,
            one_line(&mark.hand_in.learner),
            one_line(&mark.hand_in.exercise),
            mark.points(),
            start.elapsed().as_secs_f64(),
            one_line(&mark.status.reason(Language::English)),
        );
    }

    fn write(&self, marks: &[(usize, Mark)]) -> Result<()> {
        let mut names: Vec<String> = Vec::new();
        for (_, mark) in marks {
            let name = page::file_name(mark, &names);
            files::write(&self.output.join(&name), page::report(mark))?;
            names.push(name);
        }
        let marks: Vec<&Mark> = marks.iter().map(|(_, mark)| mark).collect();
        files::write(&self.output.join("index.html"), page::index(&marks, &names))?;
        files::write(&self.output.join("marks.csv"), table::csv(&marks)?)
    }

    fn mark(&self, mut hand_in: HandIn) -> Mark {
        // A second download is called "03_shapes (1)".
        let known = |name: &str| self.sources.iter().find(|source| source.name == name);
        let stem = hand_in.exercise.split([' ', '(']).next().unwrap_or_default().to_owned();
        let source = known(&hand_in.exercise).or_else(|| known(&stem));
        let source = source.filter(|source| source.tasks().next().is_some());
        if let Some(source) = source {
            hand_in.exercise.clone_from(&source.name);
        }
        let cells = match (hand_in.cells.clone(), source) {
            (Err(reason), source) => {
                return Mark::without_run(hand_in, source, Status::Unreadable(reason));
            }
            (_, None) => {
                let name = hand_in.exercise.clone();
                return Mark::without_run(hand_in, None, Status::UnknownExercise(name));
            }
            (Ok(cells), Some(source)) => (cells, source),
        };
        let (cells, source) = cells;
        let names: Result<Vec<String>> = cells.iter().map(|_| supervisor::random()).collect();
        let more: Result<Vec<String>> = source.parts.iter().map(|_| supervisor::random()).collect();
        let (Ok(names), Ok(more)) = (names, more) else {
            let problem = "there are no random numbers".to_owned();
            return Mark::without_run(hand_in, Some(source), Status::NotMarked(problem));
        };
        let mut names = names.into_iter().chain(more).map(|name| format!("application/x-{name}"));
        let composition = compose::compose(source, &cells, || names.next().unwrap_or_default());
        match self.run(&hand_in, &composition) {
            Ok(outcome) => Mark::of(hand_in, source, composition, outcome),
            Err(problem) => {
                Mark::without_run(hand_in, Some(source), Status::NotMarked(problem.to_string()))
            }
        }
    }

    /// Has a supervisor run it.
    fn run(&self, hand_in: &HandIn, composition: &compose::Composition) -> Result<Outcome> {
        use std::os::unix::process::CommandExt;
        let private = tempfile::Builder::new().prefix("zunder-mark-").tempdir();
        let private = private.explain(|| "create a folder for the kernel".to_owned())?;
        let place =
            private.path().canonicalize().explain(|| "find the kernel's folder".to_owned())?;
        let job = Job {
            confinement: Confinement {
                folder: place,
                template: self.template.clone(),
                sysroot: self.sysroot.clone(),
                data: self.layout.data(),
                language: hand_in.language.code().to_owned(),
                limits: self.limits,
                sandbox: self.sandbox,
            },
            steps: composition.steps.clone(),
            files: hand_in::files_beside(self.folder, &hand_in.file),
        };
        let text = serde_json::to_string(&job).explain(|| "describe the hand-in".to_owned())?;
        let mut command = Command::new(self.layout.kernel_program());
        command.arg("mark-one").env("ZUNDER_ROOT", self.layout.root()).current_dir("/");
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        command.process_group(0); // it ends by itself, and cleans up, when this program is gone
        let mut child = command.spawn().explain(|| "start the supervisor".to_owned())?;
        // Kept open until the end: closed, it means that nobody waits for the answer.
        let mut input = child.stdin.take();
        let sent = input.as_mut().map(|input| writeln!(input, "{text}"));
        let output = child.stdout.take().map(std::io::read_to_string);
        drop(input);
        let status = child.wait().explain(|| "wait for the supervisor".to_owned())?;
        let answer = match (sent, output) {
            (Some(Ok(())), Some(Ok(answer))) => answer,
            _ => fail!("the supervisor ended early ({status})"),
        };
        let answer: Value = serde_json::from_str(&answer)
            .map_err(|_| Failure::new(format!("the supervisor ended early ({status})")))?;
        if let Some(problem) = answer["problem"].as_str() {
            fail!("{problem}");
        }
        let outcome: Outcome =
            serde_json::from_value(answer).explain(|| "read what came of it".to_owned())?;
        if outcome.left_running {
            eprintln!("zunder: some processes of {} could not be ended", hand_in.file.display());
        }
        if std::env::var_os("ZUNDER_MARK_FIGURES").is_some() {
            println!(
                "    start {:.1} s, all {:.1} s, at most {} in {} processes",
                outcome.start_seconds,
                outcome.seconds,
                files::megabytes(outcome.memory),
                outcome.processes
            );
        }
        Ok(outcome)
    }
}

/// Names come from learners, and a terminal obeys some characters.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
