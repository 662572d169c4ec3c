//! A value of this thread that another one stands for while something is done.

use std::cell::Cell;
use std::thread::LocalKey;

/// Does a work with this value in the cell, and brings back what was before, also when the work panics.
pub(crate) fn with_value<V: Copy + 'static, T>(
    cell: &'static LocalKey<Cell<V>>,
    value: V,
    work: impl FnOnce() -> T,
) -> T {
    struct Before<V: Copy + 'static>(&'static LocalKey<Cell<V>>, V);

    impl<V: Copy> Drop for Before<V> {
        fn drop(&mut self) {
            self.0.set(self.1);
        }
    }

    let _before = Before(cell, cell.replace(value));
    work()
}
