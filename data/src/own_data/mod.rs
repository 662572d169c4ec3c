//! Data of one's own: tables, folders of pictures, folders of texts. Uses `prepare` and `plot`.

pub(crate) mod decode;
pub(crate) mod outside;
pub(crate) mod numbers;
pub(crate) mod dates;
pub(crate) mod no_number;
pub(crate) mod decimals;
pub(crate) mod separator;
pub(crate) mod table;
pub(crate) mod odd_rows;
pub(crate) mod show_table;
pub(crate) mod describe;
pub(crate) mod columns;
pub(crate) mod gaps;
pub(crate) mod categories;
pub(crate) mod read_csv;
pub(crate) mod folder;
pub(crate) mod images;
pub(crate) mod save_img;
pub(crate) mod texts;
