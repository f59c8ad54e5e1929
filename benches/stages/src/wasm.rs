//! What `stages.mjs` calls. Texts go out as addresses; they end with a NUL and stay for good.

use crate::turns::{self, Effort, HEADING};
use crate::{Stage, all};

#[link(wasm_import_module = "clock")]
unsafe extern "C" {
    /// Nanoseconds from any beginning.
    safe fn nanoseconds() -> f64;
}

fn text(text: String) -> *const u8 {
    (text + "\0").leak().as_ptr()
}

fn stage(index: usize) -> Option<&'static Stage> {
    all().nth(index)
}

/// The name of a stage; empty behind the last.
#[unsafe(no_mangle)]
pub extern "C" fn name(index: usize) -> *const u8 {
    text(stage(index).map_or_else(String::new, |stage| stage.name.to_owned()))
}

/// Whether a stage is to be measured at several lengths.
#[unsafe(no_mangle)]
pub extern "C" fn scales(index: usize) -> bool {
    stage(index).is_some_and(|stage| stage.scales)
}

/// What stands above the lines.
#[unsafe(no_mangle)]
pub extern "C" fn heading() -> *const u8 {
    text(HEADING.to_owned())
}

/// A measurement: a line to read, a line feed, a line of JSON.
#[unsafe(no_mangle)]
pub extern "C" fn measure(index: usize, length: usize, turns: usize, most: f64) -> *const u8 {
    text(stage(index).map_or_else(String::new, |stage| {
        let row = turns::measure(stage, length, Effort { turns, most }, || nanoseconds());
        format!("{}\n{}", row.line(), row.json())
    }))
}
