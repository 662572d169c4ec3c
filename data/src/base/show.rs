//! What a value shows that ends a notebook cell.

use std::any::Any;
use std::fmt::{Debug, Write};
use std::marker::PhantomData;
use std::panic::UnwindSafe;

use crate::base::language::either;

/// Gives every value the method that evcxr asks for first. Where there is none, it compiles the cell a
/// second time, to print the value with `{:?}`; so here that is done at once.
///
/// Types with a method of their own keep it: Rust prefers it. It would not for a `&&Figure`, which is a
/// type of another kind; so what is [shown in its own way](OwnDisplay) is left out by the second bound:
/// a reference is `UnwindSafe` only when what it leads to is `RefUnwindSafe`.
pub trait EvcxrDisplay {
    #[doc(hidden)]
    fn evcxr_display(&self);
}

impl<T: Debug + UnwindSafe + ?Sized> EvcxrDisplay for T {
    fn evcxr_display(&self) {
        show(&self);
    }
}

/// More bytes than that are no help to anybody; three million numbers are 26 MB in the notebook's file.
const LONGEST: usize = 20_000;

/// A text that takes no more when it is full.
struct Short(String);

impl Write for Short {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        let end = text.floor_char_boundary(LONGEST - self.0.len());
        self.0.push_str(&text[..end]);
        if end == text.len() { Ok(()) } else { Err(std::fmt::Error) }
    }
}

/// Not generic, so that it is compiled here and not in a notebook cell.
fn show(value: &dyn Debug) {
    let text = shown(value);
    if text == "()" {
        return; // a loop, or a call that only does something: there is nothing to show
    }
    // One call, so that nothing printed at the same time gets between the lines.
    println!("EVCXR_BEGIN_CONTENT text/plain\n{text}\nEVCXR_END_CONTENT");
}

fn shown(value: &dyn Debug) -> String {
    let mut text = Short(String::new());
    if write!(text, "{value:?}").is_ok() {
        return text.0;
    }
    let cut = either(
        "... (cut off here; println!(\"{:?}\", ...) prints all)",
        "... (hier abgeschnitten; println!(\"{:?}\", ...) gibt alles aus)",
    );
    format!("{}\n{cut}", text.0)
}

/// A field of types that have an `evcxr_display` of their own and print something else with `{:?}`.
#[derive(Clone, Copy, Default, PartialEq)]
#[doc(hidden)]
pub struct OwnDisplay(PhantomData<dyn Any + Send + Sync + Unpin + UnwindSafe>);

impl Debug for OwnDisplay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("its own")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_very_long_is_cut_off() {
        assert_eq!(shown(&[1, 2]), "[1, 2]");
        let many = shown(&vec![4711; 3_000_000]);
        assert!(many.starts_with("[4711, 4711") && many.len() < LONGEST + 100, "{}", many.len());
        assert!(many.contains("\n... (cut off here; println!"), "{}", &many[LONGEST..]);
        assert!(shown(&"ä".repeat(LONGEST)).starts_with("\"ää"));
    }
}
