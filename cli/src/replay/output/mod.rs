//! What a replay prints: text for a terminal, JSON and CSV for other programs.

mod csv;
mod json;
mod text;

pub use csv::write as write_csv;
pub use json::write as write_json;
pub use text::write as write_text;
