//! The project's pages, as far as the tests look into them: blocks, sections, tables and words in code font.

use std::fs;
use std::path::{Path, PathBuf};

/// Where pages are, below the root. What lies beside them (`target`, `.venv`) is not ours.
const FOLDERS: [&str; 2] = ["docs", "envoy"];

pub struct Page {
    /// From the root of the repository.
    pub path: String,
    pub text: String,
}

/// A table: its head, and its rows by cells.
pub struct Table {
    pub head: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

/// Every Markdown file.
pub fn pages() -> Vec<Page> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files: Vec<PathBuf> = markdown_in(root);
    let mut folders: Vec<_> = FOLDERS.iter().map(|folder| root.join(folder)).collect();
    while let Some(folder) = folders.pop() {
        files.extend(markdown_in(&folder));
        folders.extend(entries(&folder).into_iter().filter(|path| path.is_dir()));
    }
    let page = |file: &PathBuf| Page {
        path: file.strip_prefix(root).unwrap().display().to_string(),
        text: fs::read_to_string(file).unwrap(),
    };
    files.iter().map(page).collect()
}

pub fn page(path: &str) -> Page {
    pages().into_iter().find(|page| page.path == path).unwrap_or_else(|| panic!("{path} is missing"))
}

fn markdown_in(folder: &Path) -> Vec<PathBuf> {
    entries(folder).into_iter().filter(|path| path.extension().is_some_and(|end| end == "md")).collect()
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
}

impl Page {
    /// The fenced blocks of a language, without the indentation of the list that they stand in.
    pub fn blocks(&self, language: &str) -> Vec<String> {
        let mut blocks = Vec::new();
        let mut lines = self.text.lines();
        while let Some(fence) = lines.next() {
            let Some(opened) = fence.trim_start().strip_prefix("```") else { continue };
            let indent = fence.len() - fence.trim_start().len();
            let body: Vec<_> = lines.by_ref().take_while(|line| line.trim() != "```").collect();
            if opened == language {
                let unindented = body.iter().map(|line| line.get(indent..).unwrap_or_default());
                blocks.push(unindented.map(|line| format!("{line}\n")).collect());
            }
        }
        blocks
    }

    /// What stands below a heading, up to the next one that is no deeper.
    pub fn section(&self, heading: &str) -> &str {
        let (before, rest) =
            self.text.split_once(&format!("{heading}\n")).unwrap_or_else(|| panic!("{}: no {heading}", self.path));
        assert!(before.ends_with('\n'), "{heading} is no line of its own");
        let depth = heading.chars().take_while(|c| *c == '#').count();
        let ends = (1..=depth).filter_map(|depth| rest.find(&format!("\n{} ", "#".repeat(depth))));
        &rest[..ends.min().unwrap_or(rest.len())]
    }
}

/// The tables in a text.
pub fn tables(text: &str) -> Vec<Table> {
    let mut tables: Vec<Table> = Vec::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        if !lines.peek().is_some_and(|next| next.starts_with("|---")) {
            continue;
        }
        lines.next();
        let mut rows = Vec::new();
        while let Some(row) = lines.next_if(|line| line.starts_with('|')) {
            rows.push(cells(row));
        }
        tables.push(Table { head: cells(line), rows });
    }
    tables
}

/// The table that starts with this cell; there must be one.
pub fn table(text: &str, first_cell: &str) -> Table {
    let mut found = tables(text).into_iter().filter(|table| table.head[0] == first_cell);
    let table = found.next().unwrap_or_else(|| panic!("no table of {first_cell}"));
    assert!(found.next().is_none(), "two tables of {first_cell}");
    table
}

fn cells(row: &str) -> Vec<String> {
    // GitHub wants a bar inside of a cell escaped, in code font too.
    let row = row.trim().trim_start_matches('|').trim_end_matches('|').replace("\\|", "\0");
    row.split('|').map(|cell| cell.replace('\0', "|").trim().to_owned()).collect()
}

/// The texts in code font.
pub fn code(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}
