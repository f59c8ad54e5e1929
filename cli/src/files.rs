//! The files that arguments name, directories searched.

use std::fs;
use std::path::{Path, PathBuf};

use crate::failure::Failure;

/// Most files of a directory.
const MAX_FILES: usize = 10_000;
/// Deepest directory below the one that is named.
const MAX_DEPTH: usize = 32;
const EXTENSIONS: [&str; 3] = ["yaml", "yml", "json"];

/// A file to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Where it is; `-` for stdin.
    pub path: PathBuf,
    /// Whether it was named itself, rather than found in a directory.
    pub is_named: bool,
}

/// Returns the files that arguments name; in directories those that are called `*.yaml`, `*.yml` or `*.json`, by their
/// names. Links to directories and hidden ones aren't followed.
///
/// # Errors
/// A directory that can't be read, or with too many files.
pub fn named(arguments: &[PathBuf]) -> Result<Vec<Named>, Failure> {
    let mut found = Vec::new();
    for path in arguments {
        if path.is_dir() {
            search(path, MAX_DEPTH, &mut found)?;
        } else {
            found.push(Named { path: path.clone(), is_named: true });
        }
    }
    Ok(found)
}

fn search(directory: &Path, depth: usize, found: &mut Vec<Named>) -> Result<(), Failure> {
    let failure = |error| Failure::Read { path: directory.to_owned(), error };
    let entries = fs::read_dir(directory).map_err(failure)?;
    let mut entries = entries.collect::<Result<Vec<_>, _>>().map_err(failure)?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        let kind = entry.file_type().map_err(failure)?;
        let is_hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
        if kind.is_dir() && !is_hidden && depth > 0 {
            search(&path, depth - 1, found)?;
        } else if path.is_file() && EXTENSIONS.iter().any(|known| path.extension().is_some_and(|own| own == *known)) {
            found.push(Named { path, is_named: false });
        }
        if found.len() > MAX_FILES {
            let message = format!("{}: more than {MAX_FILES} files", directory.display());
            return Err(Failure::Usage(message));
        }
    }
    Ok(())
}
