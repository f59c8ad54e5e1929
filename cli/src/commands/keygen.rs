//! `kyc-gate keygen`: a fresh key.

use std::io::Write as _;
use std::process::ExitCode;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::failure::Failure;

/// Makes a fresh key, as text for a Secret.
#[derive(clap::Args)]
pub struct Keygen {
    /// Length of the key.
    #[arg(long, default_value = "256", value_name = "BITS", value_parser = ["128", "192", "256"])]
    bits: String,
}

impl Keygen {
    /// Writes the key in base64 to stdout.
    ///
    /// # Errors
    /// The system has no randomness, or stdout can't be written.
    pub fn run(&self) -> Result<ExitCode, Failure> {
        let mut key = [0; 32];
        let bytes = match self.bits.as_str() {
            "128" => 16,
            "192" => 24,
            _ => 32,
        };
        let key = key.get_mut(..bytes).unwrap_or_default();
        getrandom::fill(key).map_err(|error| Failure::Usage(error.to_string()))?;
        writeln!(anstream::stdout(), "{}", STANDARD.encode(key))?;
        Ok(ExitCode::SUCCESS)
    }
}
