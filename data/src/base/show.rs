//! What a value shows that ends a notebook cell.

use std::any::Any;
use std::fmt::Debug;
use std::marker::PhantomData;
use std::panic::UnwindSafe;

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

/// Not generic, so that it is compiled here and not in a notebook cell.
fn show(value: &dyn Debug) {
    let text = format!("{value:?}");
    if text == "()" {
        return; // a loop, or a call that only does something: there is nothing to show
    }
    // One call, so that nothing printed at the same time gets between the lines.
    println!("EVCXR_BEGIN_CONTENT text/plain\n{text}\nEVCXR_END_CONTENT");
}

/// A field of types that have an `evcxr_display` of their own and print something else with `{:?}`.
#[derive(Clone, Copy, Default, PartialEq)]
pub struct OwnDisplay(PhantomData<dyn Any + Send + Sync + Unpin + UnwindSafe>);

impl Debug for OwnDisplay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("its own")
    }
}
