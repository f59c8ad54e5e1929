//! The manifests of `envoy/`, with one's own names in them.
//!
//! They are the repository's own files, so what is written is what the project's tests run. A value of one's own takes
//! the place of the file's, wherever that stands.

mod names;
mod template;

pub use names::{Address, host, module, path, sha256, variable, word};
pub use template::{Kind, Values};
