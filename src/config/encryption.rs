//! `requestEncryption` and `responseDecryption` (docs/configuration.md#requestencryption-responsedecryption).

use std::rc::Rc;
use std::str::FromStr;

use crate::crypto::{
    BodyEncoding, CipherMode, CipherSpec, Envelope, EnvelopeError, EnvelopeParts, Iv, JsonMembers, Key, KeyEncoding,
};
use crate::payload::Limits;

use super::node::{ConfigNode, ConfigObject};
use super::problem::{Cause, Warning};
use super::secrets::{SecretName, Secrets};
use super::variable::{self, SecretValue};

const KEYS: [&str; 12] = [
    "enable",
    "algorithm",
    "key",
    "ivParamSpec",
    "cipherSpec",
    "blockSizeBytes",
    "ivBytes",
    "keyEncoding",
    "bodyEncoding",
    STATIC_NONCE,
    ALLOW_PLAINTEXT,
    PREVIOUS_KEYS,
];
const STATIC_NONCE: &str = "acceptStaticNonce";
const ALLOW_PLAINTEXT: &str = "allowPlaintext";
const PREVIOUS_KEYS: &str = "previousKeys";
/// Ciphers of which one takes every size that any takes.
const ANY_CIPHER: [&str; 2] = ["AES/GCM/NoPadding", "AES/CFB8/NoPadding"];
/// What only a receiver can do.
const REQUEST_ONLY: [&str; 2] = [ALLOW_PLAINTEXT, PREVIOUS_KEYS];

const ALGORITHM: [(&str, ()); 1] = [("AES", ())];
/// Returns `None` when absent or switched off. A block that is switched off is checked as well, but may leave keys
/// empty and its variables unset. Beside it, what its keys are called.
///
/// `limits` bound a body that is a JSON object around the ciphertext.
pub(super) fn request(
    node: Option<ConfigNode<'_>>,
    limits: Limits,
    secrets: &Secrets<'_>,
) -> (Option<Envelope>, Vec<Rc<str>>) {
    let Some(block) = node.and_then(|node| Block::open(&node, limits, secrets)) else { return (None, Vec::new()) };
    (block.envelope(), block.key_ids())
}

/// As [`request`], without the keys that make sense for a receiver only.
pub(super) fn response(node: Option<ConfigNode<'_>>, secrets: &Secrets<'_>) -> Option<Envelope> {
    // Nothing that comes in is read by it, so no limits matter.
    let block = Block::open(&node?, Limits::default(), secrets)?;
    let misplaced = REQUEST_ONLY.iter().filter_map(|key| block.object.optional(key));
    misplaced.for_each(|node| node.refuse(Cause::RequestOnly));
    block.envelope()
}

struct Block<'c, 'e> {
    object: ConfigObject<'c>,
    enabled: bool,
    limits: Limits,
    secrets: &'e Secrets<'e>,
}

impl<'c, 'e> Block<'c, 'e> {
    fn open(node: &ConfigNode<'c>, limits: Limits, secrets: &'e Secrets<'e>) -> Option<Self> {
        let object = node.object(&KEYS)?;
        let enabled = object.required("enable").and_then(|node| node.boolean()).unwrap_or(true);
        Some(Self { object, enabled, limits, secrets })
    }

    fn envelope(&self) -> Option<Envelope> {
        self.setting("algorithm").and_then(|node| node.one_of(&ALGORITHM));
        let cipher = self.cipher();
        let keys = self.keys(cipher);
        let accept_static_nonce = self.flag(STATIC_NONCE, Warning::StaticNonce);
        if accept_static_nonce && self.enabled && cipher.is_some_and(|cipher| cipher.mode != CipherMode::Gcm) {
            self.object.refuse_at(STATIC_NONCE, Cause::NoNonce);
        }
        let encoding = self.body_encoding(cipher);
        let brings_iv = matches!(&encoding, Some((_, Some(members))) if members.has_iv());
        let iv = if brings_iv { self.no_iv() } else { self.iv(cipher, accept_static_nonce) };
        let allow_plaintext = self.flag(ALLOW_PLAINTEXT, Warning::AllowPlaintext);
        if !self.enabled {
            return None;
        }
        let (body_encoding, json_members) = encoding?;
        let parts = EnvelopeParts {
            cipher: cipher?,
            keys: keys?,
            iv: iv?,
            body_encoding,
            json_members,
            allow_plaintext,
            accept_static_nonce,
        };
        Envelope::new(parts).map_err(|error| self.object.node().refuse(error.into())).ok()
    }

    /// Reads a key whose empty text means absent while the block is switched off: REL-ID's own document has them all.
    fn setting(&self, key: &str) -> Option<ConfigNode<'c>> {
        self.object.optional(key).filter(|node| self.enabled || node.value() != "")
    }

    fn needed(&self, key: &str) -> Option<ConfigNode<'c>> {
        if self.enabled { self.object.required(key) } else { self.setting(key) }
    }

    /// Reads a switch that is probably not meant to be on.
    fn flag(&self, key: &str, warning: Warning) -> bool {
        let Some(node) = self.object.optional(key) else { return false };
        let on = node.boolean().unwrap_or(false);
        if on && self.enabled {
            node.warn(warning);
        }
        on
    }

    /// Reads `cipherSpec` and the keys that add to it.
    fn cipher(&self) -> Option<CipherSpec> {
        let cipher = self.needed("cipherSpec").and_then(|node| node.parsed(CipherSpec::from_str));
        let cipher = self.sized("blockSizeBytes", cipher, CipherSpec::with_block_size, Cause::BlockSize);
        self.sized("ivBytes", cipher, CipherSpec::with_iv_bytes, Cause::IvBytes)
    }

    /// Reads a size. Without a sound cipher, it only has to suit any; a wrong one is left out, so that what depends on
    /// the cipher is checked all the same.
    fn sized(
        &self,
        key: &str,
        cipher: Option<CipherSpec>,
        with: impl Fn(CipherSpec, usize) -> Option<CipherSpec>,
        cause: Cause,
    ) -> Option<CipherSpec> {
        let Some(node) = self.object.optional(key) else { return cipher };
        let Some(bytes) = node.integer(1, 16) else { return cipher };
        let any = || ANY_CIPHER.iter().filter_map(|spec| spec.parse().ok()).find_map(|cipher| with(cipher, bytes));
        let sized = cipher.map_or_else(any, |cipher| with(cipher, bytes));
        if sized.is_none() {
            node.refuse(cause);
        }
        cipher.and(sized.or(cipher))
    }

    fn key_nodes(&self) -> impl Iterator<Item = ConfigNode<'c>> {
        let previous = self.object.optional(PREVIOUS_KEYS).and_then(|node| node.value().as_array().and(node.list()));
        self.setting("key").into_iter().chain(previous.unwrap_or_default())
    }

    /// Returns the names of the keys, in the order of [`Self::keys`].
    fn key_ids(&self) -> Vec<Rc<str>> {
        self.key_nodes()
            .filter_map(|node| node.value().as_str().and_then(SecretName::of))
            .map(|name| name.as_str().into())
            .collect()
    }

    /// Returns the key in use, then the previous ones.
    fn keys(&self, cipher: Option<CipherSpec>) -> Option<Vec<Key>> {
        let encoding = match self.object.optional("keyEncoding") {
            Some(node) => node.word().map(Some),
            None => Some(None),
        };
        let previous = self.object.optional(PREVIOUS_KEYS).and_then(|node| node.list()).unwrap_or_default();
        let nodes = self.needed("key").into_iter().chain(previous);
        let keys: Vec<_> = nodes.map(|node| self.key(&node, encoding, cipher)).collect();
        keys.into_iter().collect()
    }

    /// `encoding` is `None` when it was refused: then nothing can be said about the text.
    fn key(
        &self,
        node: &ConfigNode<'_>,
        encoding: Option<Option<KeyEncoding>>,
        cipher: Option<CipherSpec>,
    ) -> Option<Key> {
        let name = variable::secret(node, self.secrets).filter(|_| self.enabled)?;
        let value = variable::value(&name, self.secrets).map_err(|cause| node.refuse(cause)).ok()?;
        let bits = cipher.and_then(|cipher| cipher.key_bits);
        let fits = |key: &Key| bits.is_none_or(|bits| bits == key.bits());
        let decode = |text: &str, encoding| {
            let key = Key::decode(text, encoding).map_err(Cause::from)?;
            // A stand-in is one of several; of a key that came, it is told what is wrong.
            let passes = matches!(value, SecretValue::Text(_)) || fits(&key);
            if passes { Ok(key) } else { Err(Cause::from(EnvelopeError::KeyBits)) }
        };
        let key = variable::decoded(node, &name, &value, encoding?, decode)?;
        if !fits(&key) {
            node.refuse(EnvelopeError::KeyBits.into());
            return None;
        }
        Some(key)
    }

    /// Reads `bodyEncoding`: a word, or an object that tells where in a JSON body the ciphertext stands.
    fn body_encoding(&self, cipher: Option<CipherSpec>) -> Option<(BodyEncoding, Option<JsonMembers>)> {
        let Some(node) = self.object.optional("bodyEncoding") else { return Some((BodyEncoding::default(), None)) };
        if !node.value().is_object() {
            return Some((node.word()?, None));
        }
        let json = node.object(&["json"])?.required("json")?;
        let block = json.object(&["ciphertext", "iv", "tag"])?;
        let ciphertext = block.required("ciphertext").and_then(|node| node.string());
        let text = |key| block.optional(key).map_or(Some(None), |node| node.string().map(Some));
        let (iv, mut tag) = (text("iv")?, text("tag")?);
        if cipher.is_some_and(|cipher| cipher.mode != CipherMode::Gcm) && tag.take().is_some() {
            block.refuse_at("tag", EnvelopeError::TagUnused.into());
        }
        let members = JsonMembers::new(ciphertext?, iv, tag).map_err(|error| json.refuse(error.into())).ok()?;
        Some((BodyEncoding::default(), Some(members.within(self.limits))))
    }

    /// Handles a body that brings its IV along in a member of its own.
    fn no_iv(&self) -> Option<Iv> {
        if let Some(node) = self.setting("ivParamSpec") {
            node.refuse(EnvelopeError::IvTwice.into());
        }
        Some(Iv::Prefix)
    }

    /// Returns the lengths of an IV's encodings all differ, so `keyEncoding` doesn't matter here.
    fn iv(&self, cipher: Option<CipherSpec>, accept_static_nonce: bool) -> Option<Iv> {
        let is_gcm = cipher.is_some_and(|cipher| cipher.mode == CipherMode::Gcm);
        if is_gcm && self.setting("ivParamSpec").is_none() {
            return Some(Iv::Prefix);
        }
        let node = self.needed("ivParamSpec")?;
        let iv = self.iv_value(&node, cipher)?;
        if is_gcm && iv != Iv::Prefix && !accept_static_nonce {
            node.refuse(EnvelopeError::StaticNonce.into());
            return None;
        }
        Some(iv)
    }

    fn iv_value(&self, node: &ConfigNode<'_>, cipher: Option<CipherSpec>) -> Option<Iv> {
        let text = node.string()?;
        let decode = |text: &str, cipher| Iv::decode(text, None, cipher).map_err(Cause::from);
        let Some(name) = variable::named(text, self.secrets) else {
            return decode(text, cipher?).map_err(|cause| node.refuse(cause)).ok();
        };
        if !self.enabled {
            return None;
        }
        let value = variable::value(&name, self.secrets).map_err(|cause| node.refuse(cause)).ok()?;
        let cipher = cipher?;
        match &value {
            SecretValue::Text(text) => decode(text, cipher).map_err(|cause| node.refuse(cause)).ok(),
            SecretValue::Pending => variable::decoded(node, &name, &value, None, |text, _| decode(text, cipher)),
        }
    }
}
