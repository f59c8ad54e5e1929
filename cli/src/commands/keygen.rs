//! `kyc-gate keygen`: a fresh key, IV or token.

use std::io::Write as _;
use std::process::ExitCode;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::SigningKey;
use kyc_gate::crypto::{Key, KeyError};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::failure::Failure;
use crate::{hex, terminal};

/// The letters and digits of a key that is its own text: 64 of them, six bits each.
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._";

/// Makes a fresh key, as text for a Secret.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  kyc-gate keygen                      an AES key for requestEncryption.key
  kyc-gate keygen hmac                 a key for signature.key or audit.userIdKey
  kyc-gate keygen ed25519              a private key; the public one, for the backend, goes to stderr
  kyc-gate keygen token                a bearer token; its digest, for tokenSha256, goes to stderr
  kubectl create secret generic kyc-gate --from-literal=KYC_AES_KEY=\"$(kyc-gate keygen)\"

The secret goes to stdout and nowhere else.")]
pub struct Keygen {
    /// What is made.
    #[arg(value_enum, default_value_t = Purpose::Aes)]
    purpose: Purpose,
    /// Length of an AES key [default: 256].
    #[arg(long, value_name = "BITS", value_parser = ["128", "192", "256"])]
    bits: Option<String>,
    /// How it is written [default: base64, a token in hex].
    #[arg(long, value_enum)]
    encoding: Option<Encoding>,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Purpose {
    /// An AES key.
    Aes,
    /// A static IV of 16 bytes, for a sender that knows no other way.
    Iv,
    /// A key for HMAC-SHA-256, of 32 bytes.
    Hmac,
    /// An Ed25519 key pair.
    Ed25519,
    /// A token of 32 bytes, for `authorization` or the settings API; in hex.
    Token,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Encoding {
    /// RFC 4648 section 4.
    Base64,
    /// RFC 4648 section 8.
    Hex,
    /// Letters, digits, `.` and `_`, whose own bytes are the key: 6 bits of randomness a byte.
    Utf8,
}

impl Keygen {
    /// Writes the secret to stdout, and what belongs to it to stderr.
    ///
    /// # Errors
    /// Options that don't fit the purpose, no randomness, or stdout can't be written.
    pub fn run(&self) -> Result<ExitCode, Failure> {
        if self.bits.is_some() && self.purpose != Purpose::Aes {
            return Err(Failure::Usage("--bits is for AES keys: all else has one length".to_owned()));
        }
        let bytes = match (self.purpose, self.bits.as_deref()) {
            (Purpose::Aes, Some("128")) | (Purpose::Iv, _) => 16,
            (Purpose::Aes, Some("192")) => 24,
            _ => 32,
        };
        let mut key = Zeroizing::new(vec![0; bytes]);
        getrandom::fill(&mut key).map_err(|error| Failure::Usage(error.to_string()))?;
        let text = self.text(&mut key)?;
        writeln!(anstream::stdout(), "{}", *text)?;
        self.tell(&key, &text);
        Ok(ExitCode::SUCCESS)
    }

    fn encoding(&self) -> Encoding {
        let usual = if self.purpose == Purpose::Token { Encoding::Hex } else { Encoding::Base64 };
        self.encoding.unwrap_or(usual)
    }

    /// Writes the bytes as text; with `utf8`, they become that text's own.
    fn text(&self, key: &mut Zeroizing<Vec<u8>>) -> Result<Zeroizing<String>, Failure> {
        Ok(Zeroizing::new(match (self.purpose, self.encoding()) {
            (_, Encoding::Hex) => hex(key),
            (Purpose::Token, _) => return Err(Failure::Usage("a token is written in hex".to_owned())),
            (Purpose::Ed25519, Encoding::Utf8) => {
                return Err(Failure::Usage("an Ed25519 key is written in base64 or hex".to_owned()));
            }
            (_, Encoding::Base64) => STANDARD.encode(&**key),
            (_, Encoding::Utf8) => {
                let letters = key.iter().filter_map(|byte| ALPHABET.get(usize::from(byte & 63))).copied();
                let letters: Vec<u8> = letters.collect();
                key.copy_from_slice(&letters);
                letters.into_iter().map(char::from).collect()
            }
        }))
    }

    /// Says what else the configuration or the backend needs.
    fn tell(&self, key: &[u8], text: &str) {
        match self.purpose {
            Purpose::Token => terminal::tell(format_args!("sha256: {}", hex(&Sha256::digest(text)))),
            Purpose::Ed25519 => {
                let Ok(seed) = Zeroizing::new(key.to_vec()).as_slice().try_into().map(Zeroizing::new) else { return };
                let public = SigningKey::from_bytes(&seed).verifying_key();
                terminal::tell(format_args!("public: {}", STANDARD.encode(public.as_bytes())));
            }
            Purpose::Aes if matches!(Key::decode(text, None), Err(KeyError::Ambiguous)) => {
                let encoding = match self.encoding() {
                    Encoding::Base64 => "base64",
                    Encoding::Hex => "hex",
                    Encoding::Utf8 => "utf8",
                };
                terminal::tell(format_args!(
                    "note: set \"keyEncoding\": \"{encoding}\": this text is a key in another one too"
                ));
            }
            Purpose::Aes | Purpose::Iv | Purpose::Hmac => {}
        }
    }
}
