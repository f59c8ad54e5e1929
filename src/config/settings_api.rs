//! `settingsApi`: who may see and replace the settings, and the service behind the gate that keeps them.

use std::rc::Rc;

use zeroize::Zeroizing;

use crate::settings_api::{SettingsApi, Store};

use super::matching;
use super::node::{ConfigNode, ConfigObject};
use super::problem::Cause;
use super::secrets::Secrets;
use super::upstream;
use super::variable;

const STORE_KEYS: [&str; 3] = ["bearer", "apiKey", "pollSeconds"];
const MAX_POLL_SECONDS: u32 = 3_600;
const DEFAULT_POLL_SECONDS: u32 = 30;
const DEFAULT_TIMEOUT_MS: u32 = 5_000;

/// `kyc_paths` are those of `match`: a call to the API is no KYC post.
pub(super) fn read(
    node: Option<ConfigNode<'_>>,
    kyc_paths: &[String],
    secrets: &Secrets<'_>,
) -> Option<Rc<SettingsApi>> {
    let block = node?.object(&["path", "bearerSha256", "store"])?;
    let path = match block.optional("path") {
        Some(node) => node.parsed(matching::path),
        None => Some("/kyc-settings".to_owned()),
    };
    if path.as_ref().is_some_and(|path| kyc_paths.contains(path)) {
        block.refuse_at("path", Cause::KycPath);
    }
    let bearer_sha256 = block.required("bearerSha256").and_then(|node| node.parsed(sha256));
    let store = match block.optional("store") {
        Some(node) => Some(store(&node, secrets)?),
        None => None,
    };
    Some(Rc::new(SettingsApi { path: path?, bearer_sha256: bearer_sha256?, store }))
}

/// Reads a digest in hex.
pub(super) fn sha256(text: &str) -> Result<[u8; 32], Cause> {
    let mut digest = [0; 32];
    match base16ct::mixed::decode(text, &mut digest) {
        Ok(bytes) if bytes.len() == 32 => Ok(digest),
        _ => Err(Cause::Sha256),
    }
}

fn store(node: &ConfigNode<'_>, secrets: &Secrets<'_>) -> Option<Store> {
    let block = node.object(&[&upstream::KEYS[..], &STORE_KEYS].concat())?;
    let upstream = upstream::read(&block, DEFAULT_TIMEOUT_MS);
    let poll_seconds = upstream::integer(&block, "pollSeconds", 1, MAX_POLL_SECONDS, DEFAULT_POLL_SECONDS);
    let bearer = credential(&block, "bearer", "authorization", "Bearer ", secrets);
    let api_key = credential(&block, "apiKey", "reb-apikey", "", secrets);
    Some(Store {
        upstream: upstream?,
        poll_seconds: poll_seconds?,
        credentials: [bearer?, api_key?].into_iter().flatten().collect(),
    })
}

type Header = (&'static str, Zeroizing<String>);

/// Reads a header with a secret in it; `Some(None)` when the key is absent, `None` when it is refused.
fn credential(
    block: &ConfigObject<'_>,
    key: &str,
    header: &'static str,
    scheme: &str,
    secrets: &Secrets<'_>,
) -> Option<Option<Header>> {
    let Some(node) = block.optional(key) else { return Some(None) };
    let name = variable::secret(&node, secrets)?;
    let value = variable::plain_value(&name, secrets).and_then(|secret| {
        let printable = secret.bytes().all(|byte| byte.is_ascii_graphic());
        if printable { Ok(secret) } else { Err(Cause::UnprintableVariable(name.clone())) }
    });
    let secret = value.map_err(|cause| node.refuse(cause)).ok()?;
    Some(Some((header, Zeroizing::new([scheme, &secret].concat()))))
}
