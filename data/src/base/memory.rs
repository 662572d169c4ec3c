//! How much memory this machine has to spare, asked before much of it is taken.
//!
//! A program that asks for more than there is does not get an error: it is ended, and with it all
//! variables of a notebook. So whatever may be large is checked here first.

use std::cell::Cell;
use std::fs;

use crate::base::error::{Error, Result};
use crate::base::phrase::phrase;
use crate::base::shape::Shape;
use crate::base::thread_value::with_value;
use crate::base::too_large::{Large, TooLarge};

/// What always is there: the system is not even asked.
const SMALL: u64 = 100_000_000;

/// Taken for a machine that does not say what it has: a small laptop, or a page in its browser.
const UNKNOWN: u64 = if cfg!(target_family = "wasm") { 1_000_000_000 } else { 6_000_000_000 };

/// As many as NumPy allows; with very many, printing an array would take a very deep stack.
pub const MOST_DIMENSIONS: usize = 64;

/// A product of lengths and sizes, none where no memory could hold so many bytes.
pub fn bytes_of(factors: &[usize]) -> Option<u64> {
    let mut factors = factors.iter().map(|&factor| factor as u128);
    addressable(factors.try_fold(1, u128::checked_mul))
}

/// So many bytes, if any memory could hold them.
pub fn addressable(bytes: Option<u128>) -> Option<u64> {
    bytes.and_then(|bytes| isize::try_from(bytes).ok()).map(|bytes| bytes as u64)
}

/// Refuses what takes more memory than there is to spare; none stands for more than any has.
pub fn check(bytes: Option<u64>, what: impl FnOnce() -> Large) -> Result<()> {
    has_room(bytes).map_err(|most| TooLarge { what: what(), bytes, most }.into())
}

/// Whether there is room for so many bytes, or how many there are at most.
fn has_room(bytes: Option<u64>) -> std::result::Result<(), u64> {
    let unasked = PRETENDED.get().map_or(SMALL, |most| SMALL.min(most));
    if bytes.is_some_and(|bytes| bytes <= unasked) {
        return Ok(());
    }
    let most = most();
    if bytes.is_some_and(|bytes| bytes <= most) { Ok(()) } else { Err(most) }
}

/// Refuses a shape that an array of numbers of so many bytes each cannot have.
pub fn check_shape(shape: &Shape, bytes_each: usize) -> Result<()> {
    if shape.num_dims() > MOST_DIMENSIONS {
        return Err(Error::bad_setting(
            phrase!("the number of dimensions", "die Anzahl der Dimensionen"),
            shape.num_dims(),
            phrase!("at most {MOST_DIMENSIONS}", "höchstens {MOST_DIMENSIONS}"),
        ));
    }
    // A length of 0 makes an array empty, but its other lengths are counted with all the same.
    let lengths = shape.dims().iter().copied().filter(|&length| length > 0);
    let factors: Vec<usize> = lengths.chain([bytes_each]).collect();
    let is_empty = factors.len() <= shape.num_dims();
    let bytes = bytes_of(&factors);
    has_room(bytes).map_err(|most| {
        let bytes = bytes.filter(|_| !is_empty);
        TooLarge { what: Large::Array(shape.clone()), bytes, most }.into()
    })
}

/// Ends a call that has no `Result` to return the error in, such as [`Array::zeros`](crate::Array::zeros).
///
/// As a panic, so that the cell fails and all variables stay. It says the sentence alone: where in
/// this crate's source it was found tells a learner nothing.
pub(crate) fn refuse(error: &Error) -> ! {
    eprintln!("{error}");
    std::panic::resume_unwind(Box::new(error.to_string()))
}

/// How many bytes may be asked for at once: three quarters of what is free.
fn most() -> u64 {
    if let Some(most) = PRETENDED.get() {
        return most;
    }
    free(&|file| fs::read_to_string(file).ok()).unwrap_or(UNKNOWN) / 4 * 3
}

/// What Linux says is free: of the machine, of the container, of what this process may have. None
/// on other systems.
fn free(read: &dyn Fn(&str) -> Option<String>) -> Option<u64> {
    let machine = read("/proc/meminfo").and_then(|text| kilobytes(&text, "MemAvailable:"));
    let container = containers(&read("/proc/self/cgroup").unwrap_or_default());
    let left_in_container = container.iter().filter_map(|[most, used]| {
        let number = |file: &str| read(file)?.trim().parse::<u64>().ok();
        Some(number(most)?.saturating_sub(number(used).unwrap_or(0)))
    });
    let address_space = read("/proc/self/limits").and_then(|text| {
        let line = text.lines().find_map(|line| line.strip_prefix("Max address space"))?;
        line.split_whitespace().next()?.parse::<u64>().ok()
    });
    let taken = read("/proc/self/status").and_then(|text| kilobytes(&text, "VmSize:"));
    let left_for_process = address_space.map(|most| most.saturating_sub(taken.unwrap_or(0)));
    machine.into_iter().chain(left_in_container).chain(left_for_process).min()
}

/// A number of a file of lines such as `MemAvailable:   22934388 kB`, in bytes.
fn kilobytes(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    let number: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(number.saturating_mul(1024))
}

/// The files with the limit and the use of each container that this process is in: its own group
/// and those around it, by either version of Linux's control groups.
fn containers(groups: &str) -> Vec<[String; 2]> {
    let mut files = Vec::new();
    for line in groups.lines() {
        let parts: Vec<&str> = line.splitn(3, ':').collect();
        let (root, names) = match parts[..] {
            ["0", "", _] => ("/sys/fs/cgroup", ["memory.max", "memory.current"]),
            [_, "memory", _] => {
                ("/sys/fs/cgroup/memory", ["memory.limit_in_bytes", "memory.usage_in_bytes"])
            }
            _ => continue,
        };
        let mut group = parts[2].trim_end_matches('/');
        loop {
            files.push(names.map(|name| format!("{root}{group}/{name}")));
            let Some((outer, _)) = group.rsplit_once('/') else { break };
            group = outer;
        }
    }
    files
}

thread_local! {
    /// How much memory a test pretends that there is. It is asked in the crate that is shipped,
    /// too: for the tests of `zunder`, which stands on this one, it is compiled as for everybody.
    /// Beside what is checked here, the question costs nothing.
    static PRETENDED: Cell<Option<u64>> = const { Cell::new(None) };
}

/// Lets a test have a small machine, also one of the crate that stands on this one.
pub mod for_tests {
    use super::{PRETENDED, with_value};

    /// Runs a test on a machine that has so many bytes to spare.
    pub fn with_memory<T>(bytes: u64, test: impl FnOnce() -> T) -> T {
        with_value(&PRETENDED, Some(bytes), test)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A machine by its files.
    fn free_of(files: &[(&str, &str)]) -> Option<u64> {
        free(&|name| files.iter().find(|(file, _)| *file == name).map(|(_, text)| (*text).into()))
    }

    const MEMINFO: (&str, &str) = ("/proc/meminfo", "MemTotal: 9000 kB\nMemAvailable:   8000 kB\n");

    #[test]
    fn the_tightest_limit_counts() {
        assert_eq!(free_of(&[]), None);
        assert_eq!(free_of(&[MEMINFO]), Some(8_192_000));
        let version_2 = [
            MEMINFO,
            ("/proc/self/cgroup", "0::/user.slice/kernel\n"),
            ("/sys/fs/cgroup/user.slice/kernel/memory.max", "max\n"),
            ("/sys/fs/cgroup/user.slice/memory.max", "5000000\n"),
            ("/sys/fs/cgroup/user.slice/memory.current", "1000000\n"),
        ];
        assert_eq!(free_of(&version_2), Some(4_000_000));
        let version_1 = [
            MEMINFO,
            ("/proc/self/cgroup", "9:name=systemd:/\n4:memory:/docker\n"),
            ("/sys/fs/cgroup/memory/memory.limit_in_bytes", "3000000\n"),
        ];
        assert_eq!(free_of(&version_1), Some(3_000_000));
        let limited = |limit| {
            free_of(&[
                MEMINFO,
                ("/proc/self/limits", limit),
                ("/proc/self/status", "VmPeak: 9 kB\nVmSize:  1000 kB\n"),
            ])
        };
        assert_eq!(limited("Max address space  2048000  unlimited bytes\n"), Some(1_024_000));
        assert_eq!(limited("Max address space  unlimited  unlimited bytes\n"), Some(8_192_000));
    }

    #[test]
    fn this_machine_has_something_to_spare() {
        assert!(most() > SMALL, "{}", most());
    }

    #[test]
    fn what_is_larger_than_the_memory_is_refused() {
        let says = |shape: &[usize]| {
            for_tests::with_memory(1_000_000, || check_shape(&Shape::from(shape), 4))
                .map_err(|error| error.to_string())
        };
        assert_eq!(says(&[500, 500]), Ok(()));
        let refused = says(&[500, 501]).unwrap_err();
        assert!(refused.contains("(500, 501) takes 1,002 KB") && refused.contains("1,000 KB"));
        for beyond in
            [&[usize::MAX, 2][..], &[0, usize::MAX, 2], &[0, 1_000_000], &[usize::MAX / 4]]
        {
            let refused = says(beyond).unwrap_err();
            assert!(refused.contains("is too large for any memory"), "{refused}");
        }
        assert!(says(&[1; 65]).unwrap_err().contains("dimensions is 65"));
        assert_eq!(says(&[0, 1_000, 3]), Ok(()));
    }
}
