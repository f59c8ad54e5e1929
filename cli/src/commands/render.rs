//! `kyc-gate render`: what the backend would get.

use std::io::{IsTerminal as _, Write as _};
use std::process::ExitCode;

use kyc_gate::exchange::{Body, Command};

use crate::failure::Failure;
use crate::judged::PostArgs;
use crate::words;

/// Writes the body that the backend would get, and nothing else.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  kyc-gate render payload.json --config gate.json | jq .
  kyc-gate render payload.json --config gate.json --headers
  kyc-gate sample address-proof | kyc-gate render - -c gate.json -H x-claimed-name=Maira

The body is identity data: that is what it is for. Exit status 1 says that the backend gets nothing, since the gate \
answers itself; `kyc-gate explain` tells why.")]
pub struct Render {
    #[command(flatten)]
    post: PostArgs,
    /// Write the headers that the gate sets instead of the body.
    #[arg(long)]
    headers: bool,
}

impl Render {
    /// Writes the body, byte for byte, or the headers, to stdout.
    ///
    /// # Errors
    /// See [`PostArgs::read`]; or stdout can't be written.
    pub fn run(&self) -> Result<ExitCode, Failure> {
        let sent = self.post.read()?;
        let Some(judged) = sent.judge()? else {
            anstream::eprintln!("note: {}", words::NO_POST);
            return Ok(ExitCode::FAILURE);
        };
        judged.notes.iter().for_each(|note| anstream::eprintln!("note: {note}"));
        let forward = match &judged.ruling.command {
            Command::Forward(forward) => forward,
            Command::LocalReply(reply) => {
                let code = judged.ruling.record.error.map_or(judged.ruling.record.decision(), |error| error.as_str());
                anstream::eprintln!("note: the backend gets nothing: the gate answers {} ({code})", reply.status);
                anstream::eprintln!("kyc-gate explain tells why");
                return Ok(ExitCode::FAILURE);
            }
        };
        let mut stdout = std::io::stdout().lock();
        if self.headers {
            for (name, value) in &forward.set {
                writeln!(stdout, "{name}: {value}")?;
            }
        } else {
            match &forward.body {
                Body::Original => stdout.write_all(&judged.sent.body)?,
                Body::Replace(chunks) => chunks.iter().try_for_each(|chunk| stdout.write_all(chunk))?,
            }
            if stdout.is_terminal() {
                writeln!(stdout)?;
            }
        }
        stdout.flush()?;
        Ok(ExitCode::SUCCESS)
    }
}
