//! `kyc-gate render`: what the backend would get.

use std::process::ExitCode;

use kyc_gate::exchange::{Body, Command};

use crate::failure::Failure;
use crate::judged::PostArgs;
use crate::{terminal, words};

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
            terminal::tell(format_args!("note: {}", words::NO_POST));
            return Ok(ExitCode::FAILURE);
        };
        judged.notes.iter().for_each(|note| terminal::tell(format_args!("note: {note}")));
        let forward = match &judged.ruling.command {
            Command::Forward(forward) => forward,
            Command::LocalReply(reply) => {
                let code = judged.ruling.record.error.map_or(judged.ruling.record.decision(), |error| error.as_str());
                terminal::tell(format_args!(
                    "note: the backend gets nothing: the gate answers {} ({code})",
                    reply.status
                ));
                terminal::tell(format_args!("kyc-gate explain tells why"));
                return Ok(ExitCode::FAILURE);
            }
        };
        if self.headers {
            let lines = forward.set.iter().map(|(name, value)| format!("{name}: {value}\n"));
            terminal::write_body(lines.collect::<String>().as_bytes())?;
        } else {
            match &forward.body {
                Body::Original => terminal::write_body(&judged.sent.body)?,
                Body::Replace(chunks) => terminal::write_body(&chunks.concat())?,
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}
