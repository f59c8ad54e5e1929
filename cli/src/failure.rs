//! Why a command couldn't be carried out: exit status 2.

use std::io::{self, Write as _};
use std::path::PathBuf;

use kyc_gate::config::Problems;

use crate::terminal;

/// Why a command couldn't be carried out. Never holds identity data or keys.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// A file that can't be read.
    #[error("{}: {error}", .path.display())]
    Read {
        /// The file; `-` for stdin.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// A file that is larger than any of its kind may be.
    #[error("{}: larger than {most} bytes", .path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Most bytes that are read.
        most: u64,
    },
    /// What can't be written.
    #[error("can't write: {0}")]
    Write(#[from] io::Error),
    /// A file that can't be written.
    #[error("{}: {error}", .path.display())]
    WriteFile {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// A settings document that the gate refuses.
    #[error("{}: not a settings document{problems}", .path.display())]
    Settings {
        /// The file.
        path: PathBuf,
        /// All that is wrong with it, a line each.
        problems: String,
    },
    /// A call that got no response.
    #[error("{url}: {}", cause(.error))]
    Call {
        /// Where to.
        url: String,
        /// What went wrong.
        error: Box<ureq::Error>,
    },
    /// A gate that answered, but not with what was asked for.
    #[error("{url}: {message}")]
    Gate {
        /// Which one.
        url: String,
        /// What it said, or what that means.
        message: String,
    },
    /// A configuration that the gate refuses.
    #[error("{}: {problems}{}", .path.display(), other_document(.problems))]
    Config {
        /// The file.
        path: PathBuf,
        /// All that is wrong with it.
        problems: Problems,
    },
    /// A file without a configuration of the gate.
    #[error("{}: holds no configuration of the gate", .path.display())]
    NoGate {
        /// The file.
        path: PathBuf,
    },
    /// A file with several, and nobody said which.
    #[error("{0}: holds several configurations; pick one with {0}#NAME: {1}", .path.display(), .names.join(", "))]
    SeveralGates {
        /// The file.
        path: PathBuf,
        /// What they are called.
        names: Vec<String>,
    },
    /// A file with others than the one that was picked.
    #[error("{}: holds no configuration {name:?}, but {}", .path.display(), .names.join(", "))]
    NoSuchGate {
        /// The file.
        path: PathBuf,
        /// What was picked.
        name: String,
        /// What is there.
        names: Vec<String>,
    },
    /// An argument that clap couldn't judge.
    #[error("{0}")]
    Usage(String),
}

impl Failure {
    /// Returns the exit status: 2, or what a shell shows of a program that `SIGPIPE` ends.
    #[must_use]
    pub fn status(&self) -> u8 {
        if self.is_broken_pipe() { 141 } else { 2 }
    }

    fn is_broken_pipe(&self) -> bool {
        matches!(self, Self::Write(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }

    /// Writes it to stderr. A reader that went away is no failure worth a message.
    pub fn report(&self) {
        if self.is_broken_pipe() {
            return;
        }
        let error = terminal::styled(terminal::BAD.bold(), "error:");
        // Names of files and the like may be anybody's. Where stderr can't be written, the exit status remains.
        let _ = writeln!(anstream::stderr(), "{error} {}", terminal::inert(&self.to_string()));
    }
}

/// Returns what to add where another document was given in place of a configuration.
fn other_document(problems: &Problems) -> &'static str {
    let has = |keys: [&str; 2]| problems.0.iter().any(|problem| keys.contains(&problem.path.as_str()));
    if has(["identityProof", "addressProof"]) {
        "\nthese are settings: they stand in kycSettings (explain, render and replay also take them by --settings)"
    } else if has(["request_info", "kyc_info"]) {
        "\nthis is a payload, not a configuration"
    } else {
        ""
    }
}

/// Returns why a call failed, without the word by which the library files what the system says.
fn cause(error: &ureq::Error) -> String {
    match error {
        ureq::Error::Io(error) => error.to_string(),
        ureq::Error::Timeout(_) => "no whole answer within the time of --timeout".to_owned(),
        ureq::Error::Protocol(error) => format!("no answer in HTTP: {error}"),
        error => error.to_string(),
    }
}
