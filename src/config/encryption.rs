//! `requestEncryption` and `responseDecryption` (gate.md 2.1).

use std::str::FromStr;

use crate::crypto::{BodyEncoding, CipherSpec, Envelope, EnvelopeError, EnvelopeParts, Iv, Key, KeyEncoding, Mode};

use super::node::{Node, Object};
use super::problem::Cause;
use super::variable::{self, Environment};

const KEYS: [&str; 11] = [
    "enable",
    "algorithm",
    "key",
    "ivParamSpec",
    "cipherSpec",
    "blockSizeBytes",
    "keyEncoding",
    "bodyEncoding",
    "acceptStaticNonce",
    ALLOW_PLAINTEXT,
    PREVIOUS_KEYS,
];
const ALLOW_PLAINTEXT: &str = "allowPlaintext";
const PREVIOUS_KEYS: &str = "previousKeys";
/// What only a receiver can do.
const REQUEST_ONLY: [&str; 2] = [ALLOW_PLAINTEXT, PREVIOUS_KEYS];

const ALGORITHM: [(&str, ()); 1] = [("AES", ())];
const KEY_ENCODING: [(&str, KeyEncoding); 3] =
    [("base64", KeyEncoding::Base64), ("hex", KeyEncoding::Hex), ("utf8", KeyEncoding::Utf8)];
const BODY_ENCODING: [(&str, BodyEncoding); 5] = [
    ("base64", BodyEncoding::Base64),
    ("base64url", BodyEncoding::Base64Url),
    ("hex", BodyEncoding::Hex),
    ("raw", BodyEncoding::Raw),
    ("jsonString", BodyEncoding::JsonString),
];

/// `None` when absent or switched off. A block that is switched off is checked as well, but may leave keys empty and
/// its variables unset.
pub(super) fn request(node: Option<Node<'_>>, environment: Environment<'_>) -> Option<Envelope> {
    let block = Block::open(&node?, environment)?;
    block.envelope()
}

/// As [`request`], without the keys that make sense for a receiver only.
pub(super) fn response(node: Option<Node<'_>>, environment: Environment<'_>) -> Option<Envelope> {
    let block = Block::open(&node?, environment)?;
    let misplaced = REQUEST_ONLY.iter().filter_map(|key| block.object.optional(key));
    misplaced.for_each(|node| node.refuse(Cause::RequestOnly));
    block.envelope()
}

struct Block<'c, 'e> {
    object: Object<'c>,
    enabled: bool,
    environment: Environment<'e>,
}

impl<'c, 'e> Block<'c, 'e> {
    fn open(node: &Node<'c>, environment: Environment<'e>) -> Option<Self> {
        let object = node.object(&KEYS)?;
        let enabled = object.required("enable").and_then(|node| node.boolean()).unwrap_or(false);
        Some(Self { object, enabled, environment })
    }

    fn envelope(&self) -> Option<Envelope> {
        self.setting("algorithm").and_then(|node| node.one_of(&ALGORITHM));
        let cipher = self.needed("cipherSpec").and_then(|node| node.parsed(CipherSpec::from_str));
        let mode = cipher.map(|cipher| cipher.mode);
        self.check_block_size(mode);
        let keys = self.keys();
        let iv = self.iv(mode);
        let body_encoding = self.object.optional("bodyEncoding").map(|node| node.one_of(&BODY_ENCODING));
        let allow_plaintext = self.flag(ALLOW_PLAINTEXT);
        let accept_static_nonce = self.flag("acceptStaticNonce");
        if !self.enabled {
            return None;
        }
        let parts = EnvelopeParts {
            cipher: cipher?,
            keys: keys?,
            iv: iv?,
            body_encoding: body_encoding.unwrap_or_else(|| Some(BodyEncoding::default()))?,
            allow_plaintext,
            accept_static_nonce,
        };
        Envelope::new(parts).map_err(|error| self.refuse(error)).ok()
    }

    /// A key whose empty text means absent while the block is switched off: REL-ID's own document has them all.
    fn setting(&self, key: &str) -> Option<Node<'c>> {
        self.object.optional(key).filter(|node| self.enabled || node.value() != "")
    }

    fn needed(&self, key: &str) -> Option<Node<'c>> {
        if self.enabled { self.object.required(key) } else { self.setting(key) }
    }

    fn flag(&self, key: &str) -> bool {
        self.object.optional(key).and_then(|node| node.boolean()).unwrap_or(false)
    }

    fn check_block_size(&self, mode: Option<Mode>) {
        let Some(node) = self.object.optional("blockSizeBytes") else { return };
        let Some(size) = node.integer(1, 16) else { return };
        let is_segment = size == 1 && matches!(mode, None | Some(Mode::Cfb8));
        if size != 16 && !is_segment {
            node.refuse(Cause::BlockSize);
        }
    }

    /// The key in use, then the previous ones.
    fn keys(&self) -> Option<Vec<Key>> {
        let encoding = match self.object.optional("keyEncoding") {
            Some(node) => node.one_of(&KEY_ENCODING).map(Some),
            None => Some(None),
        };
        let previous = self.object.optional(PREVIOUS_KEYS).and_then(|node| node.list()).unwrap_or_default();
        let nodes: Vec<_> = self.needed("key").into_iter().chain(previous).collect();
        let keys: Vec<_> = nodes.iter().map(|node| self.key(node, encoding)).collect();
        keys.into_iter().collect()
    }

    /// `encoding` is `None` when it was refused: then nothing can be said about the text.
    fn key(&self, node: &Node<'_>, encoding: Option<Option<KeyEncoding>>) -> Option<Key> {
        let name = variable::secret(node).filter(|_| self.enabled)?;
        let text = variable::value(name, self.environment).map_err(|cause| node.refuse(cause)).ok()?;
        Key::decode(&text, encoding?).map_err(|error| node.refuse(error.into())).ok()
    }

    /// The lengths of an IV's encodings all differ, so `keyEncoding` doesn't matter here.
    fn iv(&self, mode: Option<Mode>) -> Option<Iv> {
        if mode == Some(Mode::Gcm) && self.setting("ivParamSpec").is_none() {
            return Some(Iv::Prefix);
        }
        let node = self.needed("ivParamSpec")?;
        let text = node.string()?;
        let resolved;
        let text = match variable::named(text) {
            Some(_) if !self.enabled => return None,
            Some(name) => {
                resolved = variable::value(name, self.environment).map_err(|cause| node.refuse(cause)).ok()?;
                resolved.as_str()
            }
            None => text,
        };
        Iv::decode(text, None, mode?).map_err(|error| node.refuse(error.into())).ok()
    }

    fn refuse(&self, error: EnvelopeError) {
        let culprit = match error {
            EnvelopeError::StaticNonce => "ivParamSpec",
        };
        self.object.optional(culprit).unwrap_or_else(|| self.object.node().clone()).refuse(error.into());
    }
}
