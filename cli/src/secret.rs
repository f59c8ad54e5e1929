//! Secrets that an option names: never on the command line itself, where every process can read them.

use std::convert::Infallible;
use std::path::PathBuf;
use std::str::FromStr;

use crate::failure::Failure;
use crate::input;

/// Most bytes of a secret in a file.
const MAX_BYTES: u64 = 64 << 10;

/// Where a secret is: `env:NAME` or `file:PATH`.
#[derive(Clone)]
pub enum Secret {
    /// An environment variable.
    Variable(String),
    /// A file, whose last line break doesn't count.
    File(PathBuf),
    /// Neither: perhaps a secret, so it isn't kept, and no message shows it.
    Literal,
}

impl FromStr for Secret {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(match text.split_once(':') {
            Some(("env", name)) if !name.is_empty() => Self::Variable(name.to_owned()),
            Some(("file", path)) if !path.is_empty() => Self::File(path.into()),
            _ => Self::Literal,
        })
    }
}

impl Secret {
    /// Reads the secret.
    ///
    /// # Errors
    /// A variable that isn't set, a file that can't be read, or a secret that stands in the option itself.
    pub fn read(&self) -> Result<String, Failure> {
        match self {
            Self::Variable(name) => std::env::var(name)
                .ok()
                .filter(|value| !value.is_empty())
                .ok_or_else(|| Failure::Usage(format!("the environment variable {name} is not set"))),
            Self::File(path) => {
                let text = String::from_utf8(input::read(path, MAX_BYTES)?);
                let text = text.map_err(|_| Failure::Usage(format!("{}: not UTF-8", path.display())))?;
                Ok(text.trim_end_matches(['\r', '\n']).to_owned())
            }
            Self::Literal => {
                Err(Failure::Usage("a secret must be env:NAME or file:PATH, never the secret itself".to_owned()))
            }
        }
    }
}
