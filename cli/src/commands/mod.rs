//! The commands: a file each, with its arguments, its work and its output.

pub mod check;
pub mod completions;
pub mod explain;
pub mod help;
pub mod init;
pub mod inspect;
pub mod keygen;
pub mod man;
pub mod open;
pub mod post;
pub mod render;
pub mod replay;
pub mod sample;
pub mod schema;
pub mod seal;
pub mod settings;
pub mod test;

use std::process::ExitCode;

use crate::args::Command;
use crate::failure::Failure;

/// Carries a command out. The exit status is 0, or 1 where there are findings.
///
/// # Errors
/// Why it couldn't be carried out.
pub fn run(command: Command) -> Result<ExitCode, Failure> {
    match command {
        Command::Check(check) => check.run(),
        Command::Completions(completions) => completions.run(),
        Command::Explain(explain) => explain.run(),
        Command::Help(help) => help.run(),
        Command::Init(init) => init.run(),
        Command::Inspect(inspect) => inspect.run(),
        Command::Keygen(keygen) => keygen.run(),
        Command::Man(man) => man.run(),
        Command::Open(open) => open.run(),
        Command::Post(post) => post.run(),
        Command::Render(render) => render.run(),
        Command::Replay(replay) => replay.run(),
        Command::Sample(sample) => sample.run(),
        Command::Schema(schema) => schema.run(),
        Command::Seal(seal) => seal.run(),
        Command::Settings(settings) => settings.run(),
        Command::Test(test) => test.run(),
    }
}
