//! The `console` blocks of a page.

/// A fenced block.
pub struct Block {
    pub commands: Vec<Command>,
}

/// A command and what it should print.
pub struct Command {
    /// Line of its `$`, from 1.
    pub line: usize,
    /// Lines from its first to the last of its output.
    pub lines: usize,
    /// What stands before each of its lines: the block's indentation.
    pub indent: String,
    pub text: String,
    pub status: i32,
    pub output: Vec<String>,
}

impl Command {
    /// Returns whether lines behind a `>` belong to it: those of a here-document.
    pub fn has_document(&self) -> bool {
        self.text.contains("<<")
    }
}

/// Returns the blocks in their order.
pub fn all(text: &str) -> Vec<Block> {
    let lines: Vec<&str> = text.lines().collect();
    let mut blocks = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let Some(kind) = lines[at].trim_start().strip_prefix("```") else {
            at += 1;
            continue;
        };
        let indent = &lines[at][..lines[at].len() - kind.len() - 3];
        let length = lines[at + 1..].iter().position(|line| line.trim() == "```").expect("a block is not closed");
        if kind == "console" {
            blocks.push(Block { commands: commands(&lines[at + 1..at + 1 + length], at + 2, indent) });
        }
        at += length + 2;
    }
    blocks
}

fn commands(lines: &[&str], first: usize, indent: &str) -> Vec<Command> {
    let mut commands: Vec<Command> = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let line = line.strip_prefix(indent).unwrap_or_default();
        if let Some(text) = line.strip_prefix("$ ") {
            let (line, indent, text) = (first + at, indent.to_owned(), text.to_owned());
            commands.push(Command { line, lines: 1, indent, text, status: 0, output: Vec::new() });
            continue;
        }
        let command = commands.last_mut().unwrap_or_else(|| panic!("line {}: output before a command", first + at));
        command.lines += 1;
        if command.output.is_empty() && command.text.ends_with('\\') {
            command.text = format!("{}\n{line}", command.text);
        } else if let (true, true, Some(line)) =
            (command.output.is_empty(), command.has_document(), line.strip_prefix('>'))
        {
            command.text = format!("{}\n{}", command.text, line.strip_prefix(' ').unwrap_or(line));
        } else if let (true, Some(status)) = (command.output.is_empty(), line.strip_prefix("? ")) {
            command.status = status.parse().expect("an exit status");
        } else {
            command.output.push(line.to_owned());
        }
    }
    commands
}
