//! `kyc-gate seal`: encrypts a payload.

use std::path::PathBuf;
use std::process::ExitCode;

use crate::envelope::{self, Encryption};
use crate::failure::Failure;
use crate::{input, terminal};

/// Encrypts a payload as REL-ID would.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  kyc-gate sample clean | kyc-gate seal --config gate.json > post.bin
  kyc-gate seal payload.json --cipher AES/GCM/NoPadding --key env:KYC_AES_KEY
  kyc-gate seal payload.json --cipher AES/CBC/PKCS5Padding --key file:key.txt --body-encoding hex")]
pub struct Seal {
    /// The payload; - for stdin.
    #[arg(default_value = "-")]
    payload: PathBuf,
    #[command(flatten)]
    encryption: Encryption,
}

impl Seal {
    /// Writes the encrypted body to stdout.
    ///
    /// # Errors
    /// See [`Encryption::choose`]; or files that can't be read or written.
    pub fn run(&self) -> Result<ExitCode, Failure> {
        let chosen = self.encryption.choose()?;
        let payload = zeroize::Zeroizing::new(input::read(&self.payload, envelope::MAX_BODY_BYTES)?);
        match chosen.envelope() {
            Some(envelope) => terminal::write_body(&envelope::seal(envelope, &payload)?)?,
            None => {
                terminal::tell(format_args!(
                    "note: the configuration has no encryption; the payload goes out as it is"
                ));
                terminal::write_body(&payload)?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}
