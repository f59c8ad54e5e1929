//! Tables: a test each, which checks every row and tells of all that are wrong.
#![allow(dead_code, unused_macros, reason = "some tests take only a part")]

use std::any::Any;
use std::fmt::{self, Debug, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Rows are named by their beginning.
const NAME_CHARACTERS: usize = 100;

/// Makes a test of each function, natively and in node.
macro_rules! tables {
    ($($name:ident),+ $(,)?) => {
        mod tests {
            $(
                #[cfg_attr(not(target_arch = "wasm32"), test)]
                #[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
                fn $name() {
                    super::$name();
                }
            )+
        }
    };
}

/// Checks every row, then fails with the name of each that is wrong and what is wrong with it. WebAssembly can't go on
/// after a panic: there the first wrong row ends the table.
#[track_caller]
pub fn each<R: Debug>(rows: impl IntoIterator<Item = R>, mut check: impl FnMut(R)) {
    let (mut count, mut wrong) = (0, Vec::new());
    for row in rows {
        count += 1;
        let name = name(&row);
        if let Err(why) = catch_unwind(AssertUnwindSafe(|| check(row))) {
            wrong.push(format!("{name}: {}", message(why.as_ref())));
        }
    }
    assert!(count > 0, "a table without rows");
    assert!(wrong.is_empty(), "{} of {count} rows are wrong:\n{}", wrong.len(), wrong.join("\n"));
}

fn name(row: &impl Debug) -> String {
    let mut name = Beginning(String::new());
    // An error is the end of the name.
    let _ = write!(name, "{row:?}");
    name.0
}

struct Beginning(String);

impl Write for Beginning {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let free = NAME_CHARACTERS.saturating_sub(self.0.chars().count());
        self.0.extend(text.chars().take(free));
        if free > 0 { Ok(()) } else { Err(fmt::Error) }
    }
}

fn message(why: &(dyn Any + Send)) -> &str {
    let text = why.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| why.downcast_ref::<&str>().copied()).unwrap_or("a panic without a message")
}
