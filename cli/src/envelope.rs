//! Which envelope seals or opens a body: the configuration's, or one of the options'.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use kyc_gate::config::Config;
use kyc_gate::crypto::{BodyEncoding, CipherSpec, Envelope, EnvelopeParts, Iv, JsonMembers, Key, KeyEncoding};
use kyc_gate::payload::{Document, Limits};
use serde_json::Value;
use zeroize::Zeroizing;

use crate::failure::Failure;
use crate::gate;
use crate::secret::Secret;

/// The largest body that any configuration takes (`limits.maxBodyBytes`).
pub const MAX_BODY_BYTES: u64 = 256 << 20;

/// How a body is encrypted.
#[derive(clap::Args)]
#[command(group(clap::ArgGroup::new("how").required(true).args(["config", "cipher"])))]
pub struct Encryption {
    /// A configuration, whose requestEncryption counts.
    #[arg(long, short, value_name = "FILE", conflicts_with_all = ["cipher", "key"])]
    config: Option<PathBuf>,
    /// Use the configuration's responseDecryption instead: what goes back to REL-ID.
    #[arg(long, requires = "config")]
    response: bool,
    /// The cipher, as in cipherSpec: AES/GCM/NoPadding, AES/CBC/PKCS5Padding, …
    #[arg(long, value_name = "SPEC", value_parser = parse_cipher, requires = "key")]
    cipher: Option<CipherSpec>,
    /// The key: env:NAME or file:PATH.
    #[arg(long, value_name = "SECRET")]
    key: Option<Secret>,
    /// How the key is written, where its length leaves that open: base64, hex or utf8.
    #[arg(long, value_name = "ENCODING", value_parser = parse_word::<KeyEncoding>, conflicts_with = "config")]
    key_encoding: Option<KeyEncoding>,
    /// The IV: prefix (before the ciphertext), an encoded one, or env:NAME.
    #[arg(long, value_name = "IV", default_value = "prefix", conflicts_with = "config")]
    iv: String,
    /// Bytes of the IV: 16 for a GCM sender that doesn't take 12.
    #[arg(long, value_name = "BYTES", conflicts_with = "config")]
    iv_bytes: Option<usize>,
    /// 1 for CFB8 padded to single bytes.
    #[arg(long, value_name = "BYTES", conflicts_with = "config")]
    block_size: Option<usize>,
    /// How the ciphertext is written: base64, base64url, hex, raw, jsonString, or
    /// '{"ciphertext":"/data","iv":"/iv","tag":"/tag"}'.
    #[arg(long, value_name = "ENCODING", default_value = "base64", conflicts_with = "config")]
    body_encoding: String,
}

/// An envelope, and the configuration that it belongs to, if any.
pub enum Chosen {
    /// Of a configuration.
    OfConfig {
        /// The configuration.
        config: Rc<Config>,
        /// Whether `responseDecryption` counts.
        response: bool,
    },
    /// Of the options.
    OfOptions(Envelope),
}

impl Chosen {
    /// Returns the envelope; `None` where the configuration has none.
    #[must_use]
    pub fn envelope(&self) -> Option<&Envelope> {
        match self {
            Self::OfConfig { config, response: false } => config.request_encryption.as_ref(),
            Self::OfConfig { config, response: true } => config.response_encryption.as_ref(),
            Self::OfOptions(envelope) => Some(envelope),
        }
    }
}

impl Encryption {
    /// Returns the envelope that is asked for.
    ///
    /// # Errors
    /// A configuration that the gate refuses, options that don't fit one another, or a secret that can't be read.
    pub fn choose(&self) -> Result<Chosen, Failure> {
        if let Some(path) = &self.config {
            return Ok(Chosen::OfConfig { config: gate::load(Some(path))?, response: self.response });
        }
        self.of_options().map(Chosen::OfOptions)
    }

    fn of_options(&self) -> Result<Envelope, Failure> {
        let option = |name: &str, cause: &dyn std::fmt::Display| Failure::Usage(format!("--{name}: {cause}"));
        let (Some(cipher), Some(key)) = (self.cipher, &self.key) else {
            return Err(Failure::Usage("--config, or --cipher and --key".to_owned()));
        };
        let cipher = match self.block_size {
            Some(bytes) => {
                cipher.with_block_size(bytes).ok_or_else(|| option("block-size", &"not with this cipher"))?
            }
            None => cipher,
        };
        let cipher = match self.iv_bytes {
            Some(bytes) => cipher.with_iv_bytes(bytes).ok_or_else(|| option("iv-bytes", &"not with this cipher"))?,
            None => cipher,
        };
        let text = Zeroizing::new(key.read()?);
        let key = Key::decode(&text, self.key_encoding).map_err(|error| option("key", &error))?;
        let iv = match self.iv.strip_prefix("env:") {
            Some(name) => Secret::Variable(name.to_owned()).read()?,
            None => self.iv.clone(),
        };
        let iv = Iv::decode(&iv, None, cipher).map_err(|error| option("iv", &error))?;
        let (body_encoding, json_members) = self.body_encoding().map_err(|cause| option("body-encoding", &cause))?;
        // Test traffic may be as bad as the sender that it stands for.
        let (allow_plaintext, accept_static_nonce) = (false, true);
        let parts = EnvelopeParts {
            cipher,
            keys: vec![key],
            iv,
            body_encoding,
            json_members,
            allow_plaintext,
            accept_static_nonce,
        };
        Envelope::new(parts).map_err(|error| Failure::Usage(error.to_string()))
    }

    fn body_encoding(&self) -> Result<(BodyEncoding, Option<JsonMembers>), String> {
        if !self.body_encoding.starts_with('{') {
            return Ok((parse_word(&self.body_encoding)?, None));
        }
        let members: Value = serde_json::from_str(&self.body_encoding).map_err(|error| error.to_string())?;
        let members = members.get("json").unwrap_or(&members);
        let text = |name: &str| members.get(name).and_then(Value::as_str);
        let ciphertext = text("ciphertext").ok_or("the object needs \"ciphertext\", a JSON pointer")?;
        let members = JsonMembers::new(ciphertext, text("iv"), text("tag")).map_err(|error| error.to_string())?;
        Ok((BodyEncoding::default(), Some(members)))
    }
}

/// Encrypts a body.
///
/// # Errors
/// No randomness, or a body that is too long for the cipher.
pub fn seal(envelope: &Envelope, plain: &[u8]) -> Result<Vec<u8>, Failure> {
    let sealed = envelope.seal(plain, random()?);
    sealed.ok_or_else(|| Failure::Usage("the body is too long for this cipher".to_owned()))
}

/// Returns 16 random bytes.
///
/// # Errors
/// The system has none.
pub fn random() -> Result<[u8; 16], Failure> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| Failure::Usage(error.to_string()))?;
    Ok(bytes)
}

/// Decrypts a body; without an envelope, it has to be in the clear.
///
/// # Errors
/// Why no JSON document comes out, in words.
pub fn open(envelope: Option<&Envelope>, body: &[u8], path: &Path) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let Some(envelope) = envelope else { return Ok(Zeroizing::new(body.to_vec())) };
    let mut decoder = envelope.decoder();
    decoder.push(body);
    let read = envelope.read(decoder, |plain| match Document::scan(&plain, LIMITS) {
        Ok(_) => Ok(Zeroizing::new(plain.to_vec())),
        Err(_) => Err(plain.unreadable_cause()),
    });
    read.map_err(|cause| Failure::Usage(format!("{}: can't be opened: {}", path.display(), crate::words::of(cause))))
}

/// Far above any payload's.
const LIMITS: Limits = Limits { max_depth: 512, max_fields: 10_000_000 };

fn parse_cipher(text: &str) -> Result<CipherSpec, String> {
    text.parse().map_err(|error: kyc_gate::crypto::CipherSpecError| error.to_string())
}

fn parse_word<W: kyc_gate::words::Word>(text: &str) -> Result<W, String> {
    let all = || W::WORDS.iter().map(|word| word.word());
    W::from_word(text).ok_or_else(|| {
        let meant = kyc_gate::words::meant(text, all()).map(|word| format!(", such as {word}"));
        format!("must be one of {}{}", all().collect::<Vec<_>>().join(", "), meant.unwrap_or_default())
    })
}
