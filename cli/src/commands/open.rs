//! `kyc-gate open`: decrypts a body.

use std::path::PathBuf;
use std::process::ExitCode;

use crate::envelope::{self, Encryption};
use crate::failure::Failure;
use crate::{input, terminal};

/// Decrypts a body. What it writes is identity data: that is what it is for.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  kyc-gate open post.bin --config gate.json
  kyc-gate open answer.bin --config gate.json --response
  kyc-gate open post.bin --cipher AES/CBC/PKCS5Padding --key env:KYC_AES_KEY --iv prefix

Without a tag (CBC, CFB, CTR) what comes out counts as right where it is a JSON document.")]
pub struct Open {
    /// The body; - for stdin.
    #[arg(default_value = "-")]
    body: PathBuf,
    #[command(flatten)]
    encryption: Encryption,
}

impl Open {
    /// Writes the payload to stdout.
    ///
    /// # Errors
    /// See [`Encryption::choose`]; a body that can't be opened; or files that can't be read or written.
    pub fn run(&self) -> Result<ExitCode, Failure> {
        let chosen = self.encryption.choose()?;
        let body = input::read(&self.body, envelope::MAX_BODY_BYTES)?;
        let plain = envelope::open(chosen.envelope(), &body, &self.body)?;
        terminal::write_body(&plain)?;
        Ok(ExitCode::SUCCESS)
    }
}
