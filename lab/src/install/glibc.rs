//! The version of glibc that programs need: each says so for every function that it takes from there.

use std::path::PathBuf;

use crate::base::failure::Result;
use crate::base::files;

const WORD: &[u8] = b"GLIBC_2.";

/// The lowest version with which all of these run, such as `2.34`.
pub(crate) fn needed(programs: &[PathBuf]) -> Result<String> {
    let mut most = 17; // the oldest with which Rust's own programs run
    for program in programs {
        let bytes = files::read(program)?;
        most = most.max(minor_version(&bytes));
    }
    Ok(format!("2.{most}"))
}

fn minor_version(program: &[u8]) -> u32 {
    let found = program.windows(WORD.len()).enumerate().filter(|(_, window)| *window == WORD);
    let number = |at: usize| {
        let digits = program[at + WORD.len()..].iter().take_while(|byte| byte.is_ascii_digit());
        digits.take(4).fold(0, |number, digit| number * 10 + u32::from(digit - b'0'))
    };
    found.map(|(at, _)| number(at)).max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_function_decides() {
        assert_eq!(minor_version(b"\0GLIBC_2.2.5\0GLIBC_2.34\0GLIBC_2.17\0GLIBC_PRIVATE\0"), 34);
        assert_eq!(minor_version(b"static"), 0);
        assert_eq!(needed(&[]).ok().as_deref(), Some("2.17"));
    }
}
