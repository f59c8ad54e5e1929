//! Runs the commands of a page in one shell.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command as Process, Stdio};

use crate::block::Command;
use crate::pages::root;

/// Begins the line that tells a command's exit status; no command prints it.
const MARK: char = '\u{1e}';

/// What a command printed, and its exit status.
pub struct Run {
    pub status: i32,
    pub output: Vec<String>,
}

/// Runs the commands one after the other; variables and files of one are there for the next.
pub fn run(page: &str, commands: &[&Command]) -> Vec<Run> {
    let folder = Folder::new(page);
    let script: String =
        commands.iter().map(|command| format!("{}\nprintf '\\n{MARK}%d\\n' $?\n", command.text)).collect();
    let binary = Path::new(env!("CARGO_BIN_EXE_kyc-gate"));
    let path = format!("{}:{}", binary.parent().unwrap().display(), std::env::var("PATH").unwrap());
    let done = Process::new("bash")
        .args(["-c", &format!("exec 2>&1\n{script}")])
        .current_dir(&folder.0)
        .env_clear()
        .envs([("PATH", path.as_str()), ("HOME", "/nonexistent"), ("LC_ALL", "C.UTF-8"), ("COLUMNS", "100")])
        .stdin(Stdio::null())
        .output()
        .expect("bash");
    let text = String::from_utf8(done.stdout).expect("output in UTF-8");
    let mut runs = Vec::new();
    let mut output = Vec::new();
    for line in text.lines() {
        match line.strip_prefix(MARK) {
            None => output.push(line.to_owned()),
            Some(status) => {
                // The line break before the mark: a command may leave its last line open.
                if output.last().is_some_and(String::is_empty) {
                    output.pop();
                }
                runs.push(Run { status: status.parse().unwrap(), output: std::mem::take(&mut output) });
            }
        }
    }
    assert_eq!(runs.len(), commands.len(), "{page}: the shell ended early: {}", output.join("\n"));
    runs
}

/// A folder with the repository's files in it, removed on drop.
struct Folder(PathBuf);

impl Folder {
    fn new(page: &str) -> Self {
        let name = format!("{}-{}", page.replace('/', "-"), std::process::id());
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&folder).unwrap();
        for entry in fs::read_dir(root()).unwrap().map(Result::unwrap) {
            let name = entry.file_name();
            if !name.to_string_lossy().starts_with('.') && name != "target" {
                symlink(entry.path(), folder.join(name)).unwrap();
            }
        }
        Self(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
