//! Words and numbers in the chosen language, for crates that speak along with this one, as that of
//! the course does. A notebook needs none of it.

pub use crate::base::language::{either, in_german, is_german};
pub use crate::base::lines::{in_even_lines, in_short_lines};
pub use crate::base::numbers::{decimal, percent, thousands};
pub use crate::base::phrase::told;
