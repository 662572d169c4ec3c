//! The crate's own engine in a web page: the first chapter of the book trains with it.
//!
//! The page's worker (`lab/src/chapter/worker.js`) writes bytes where [`room`] says, and then calls one of the
//! other functions, which answers through [`tell`] and [`keep`]. It needs no other tool and no glue: what goes
//! over the border is bytes, and JSON in UTF-8.
#![allow(
    unsafe_code,
    reason = "the page knows these functions by their names alone, which nobody can check"
)]

mod chapter;
mod settings;

use std::cell::RefCell;

use chapter::{Chapter, Request};

#[link(wasm_import_module = "env")]
unsafe extern "C" {
    /// Takes one message as JSON.
    safe fn tell(text: *const u8, length: usize);
    /// Takes the weights after an epoch, as `float32`.
    safe fn keep(bytes: *const u8, length: usize);
}

thread_local! {
    static INBOX: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    static CHAPTER: RefCell<Chapter> = RefCell::default();
}

/// Makes room for what the page will write there before its next call.
#[unsafe(no_mangle)]
pub extern "C" fn room(length: usize) -> *mut u8 {
    INBOX.with_borrow_mut(|inbox| {
        *inbox = vec![0; length];
        inbox.as_mut_ptr()
    })
}

/// Takes the pictures and labels: so many to train with, so many for the test.
#[unsafe(no_mangle)]
pub extern "C" fn bring(training: usize, test: usize) {
    let bytes = INBOX.take();
    answer(CHAPTER.with_borrow_mut(|chapter| chapter.bring(&bytes, training, test)));
}

/// Does what the JSON asks for, and answers.
#[unsafe(no_mangle)]
pub extern "C" fn ask() {
    let bytes = INBOX.take();
    let done = serde_json::from_slice(&bytes).map_err(|problem| problem.to_string());
    let done = done.and_then(|request: Request| {
        CHAPTER.with_borrow_mut(|chapter| chapter.answer(request, &say, &hand_out))
    });
    answer(done);
}

/// Gives the model the weights that [`keep`] took.
#[unsafe(no_mangle)]
pub extern "C" fn restore() {
    let bytes = INBOX.take();
    answer(CHAPTER.with_borrow_mut(|chapter| chapter.restore(&bytes)));
}

fn answer(done: Result<serde_json::Value, String>) {
    match done {
        Ok(value) => say(&serde_json::json!({ "done": value })),
        Err(sentence) => say(&serde_json::json!({ "error": sentence })),
    }
}

fn say(value: &serde_json::Value) {
    let text = value.to_string();
    tell(text.as_ptr(), text.len());
}

fn hand_out(weights: &[u8]) {
    keep(weights.as_ptr(), weights.len());
}
