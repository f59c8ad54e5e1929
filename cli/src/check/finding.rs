//! What there is to say about a file.

use std::borrow::Cow;
use std::ops::Range;

use super::code::Code;

/// One thing to say about a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What it is about.
    pub code: Code,
    /// Where, in bytes of the file.
    pub at: Range<usize>,
    /// What is wrong there.
    pub message: String,
    /// What to write instead.
    pub remedy: Cow<'static, str>,
    /// Path of the key in the plugin configuration, if that is where it is.
    pub path: Option<String>,
    /// Which of the files, if it isn't the one that was looked at.
    pub file: Option<usize>,
}

impl Finding {
    /// Returns a finding with the code's own remedy.
    #[must_use]
    pub fn new(code: Code, at: Range<usize>, message: impl Into<String>) -> Self {
        Self { code, at, message: message.into(), remedy: code.remedy().into(), path: None, file: None }
    }

    /// Replaces what to write instead.
    #[must_use]
    pub fn instead(self, remedy: impl Into<Cow<'static, str>>) -> Self {
        Self { remedy: remedy.into(), ..self }
    }
}
