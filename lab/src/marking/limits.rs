//! What a hand-in may take, and what ended it when it took more.

use serde::{Deserialize, Serialize};

/// What a hand-in may take.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
pub(crate) struct Limits {
    /// Seconds for one cell.
    pub(crate) cell_seconds: u64,
    /// Seconds for all cells.
    pub(crate) total_seconds: u64,
    /// Megabytes of memory, for all processes of the kernel together.
    pub(crate) memory: u64,
    /// Processes at once.
    pub(crate) processes: usize,
    /// Kilobytes that one cell may print.
    pub(crate) output: u64,
}

impl Limits {
    /// Threads are cheap, but not free: so many for each process that is allowed.
    pub(crate) const THREADS_EACH: usize = 16;

    /// The largest file, in bytes.
    pub(crate) const FILE: u64 = 500_000_000;

    /// What may be written to the private folder, in bytes.
    pub(crate) const FOLDER: u64 = 1_000_000_000;

    /// How many files and folders may be made.
    pub(crate) const FILES: u64 = 100_000;

    pub(crate) fn memory_bytes(&self) -> u64 {
        self.memory * 1_000_000
    }

    pub(crate) fn output_bytes(&self) -> u64 {
        self.output * 1_000
    }
}

/// Why a run was ended before its last cell.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) enum Stop {
    /// A cell took too long and did not heed the interrupt.
    Time,
    /// All cells together took too long.
    TotalTime,
    Memory,
    Processes,
    Output,
    /// Too much was written to files, or too many of them.
    Files,
    /// The machine itself runs out of memory or disk, and much of it is the hand-in's.
    Machine,
    /// So it does, and the hand-in has less than half of what it may take.
    Neighbours,
    /// The kernel is gone, and none of the above is why.
    Died,
    /// Who asked for this is gone.
    Abandoned,
}

impl Stop {
    /// Whether the machine itself was short of something.
    pub(crate) fn is_shortage(self) -> bool {
        matches!(self, Stop::Machine | Stop::Neighbours)
    }
}
