//! The pages that may have `console` blocks.

use std::fs;
use std::path::{Path, PathBuf};

use crate::block::Command;
use crate::session::Run;

/// Below the root of the repository.
const FOLDERS: [&str; 3] = ["docs", "envoy", "cli/tests/cmd"];

/// A Markdown file.
pub struct Page {
    /// From the root of the repository.
    pub name: String,
    pub text: String,
}

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// Returns every page.
pub fn all() -> Vec<Page> {
    let root = root();
    let mut files = vec![root.join("README.md"), root.join("cli/README.md")];
    files.retain(|file| file.exists());
    let mut folders: Vec<_> = FOLDERS.iter().map(|folder| root.join(folder)).filter(|folder| folder.exists()).collect();
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let (inner, outer): (Vec<_>, Vec<_>) = entries.partition(|path| path.is_dir());
        folders.extend(inner);
        files.extend(outer.into_iter().filter(|path| path.extension().is_some_and(|end| end == "md")));
    }
    files.sort();
    let page = |file: PathBuf| Page {
        name: file.strip_prefix(&root).unwrap().display().to_string(),
        text: fs::read_to_string(file).unwrap(),
    };
    files.into_iter().map(page).collect()
}

impl Page {
    /// Writes what the commands printed in place of what the page shows, where it isn't a pattern that fits.
    pub fn overwrite(&self, commands: &[&Command], runs: &[Run]) {
        let mut lines: Vec<String> = self.text.lines().map(str::to_owned).collect();
        for (command, run) in commands.iter().zip(runs).rev() {
            if command.status == run.status && crate::pattern::matches(&command.output, &run.output) {
                continue;
            }
            let prompt = command.text.lines().enumerate().map(|(at, line)| match (at, command.has_document()) {
                (0, _) => format!("$ {line}"),
                (_, true) => format!("> {line}"),
                (_, false) => line.to_owned(),
            });
            let status = (run.status != 0).then(|| format!("? {}", run.status));
            let block = prompt.chain(status).chain(run.output.iter().cloned());
            let block = block.map(|line| format!("{}{line}", command.indent).trim_end().to_owned());
            let first = command.line - 1;
            lines.splice(first..first + command.lines, block.collect::<Vec<_>>());
        }
        fs::write(root().join(&self.name), lines.join("\n") + "\n").unwrap();
    }
}
