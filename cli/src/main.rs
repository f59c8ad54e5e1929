//! The entry: arguments in, exit status out.

use std::process::ExitCode;

use kyc_gate_cli::args::Args;
use kyc_gate_cli::commands;

fn main() -> ExitCode {
    let args = match Args::read() {
        Ok(args) => args,
        Err(status) => return status,
    };
    args.color.write_global();
    commands::run(args.command).unwrap_or_else(|failure| {
        failure.report();
        ExitCode::from(failure.status())
    })
}
