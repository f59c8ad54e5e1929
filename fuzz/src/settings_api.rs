//! Calls to the settings API: nobody without the token gets in, and what was taken is in force.

use std::rc::Rc;

use arbitrary::Arbitrary;
use kyc_gate::http::LocalReply;
use kyc_gate::http::MemoryBudget;
use kyc_gate::scoring::Settings;
use kyc_gate::settings_api::{Head, Registry, Request, RequestStart, SettingsApi, UpdateStart};
use sha2::{Digest, Sha256};

use super::shared::Table;

const TOKEN: &str = "token";

#[derive(Arbitrary, Debug)]
struct Input<'a> {
    method: u8,
    authorization: Option<&'a [u8]>,
    if_match: Option<&'a [u8]>,
    header: ([u8; 12], [u8; 12]),
    cuts: [u16; 3],
    body: &'a [u8],
}

/// Makes one call.
pub fn run(data: &[u8]) {
    let Some(input) = super::read::<Input<'_>>(data) else { return };
    let api = Rc::new(SettingsApi {
        path: "/kyc-settings".to_owned(),
        bearer_sha256: Sha256::digest(TOKEN).into(),
        store: None,
    });
    let initial = Rc::new(Settings::default());
    let registry = Registry::new(Rc::clone(&api), "x-kyc-", Some(Rc::clone(&initial)), b"p", Table::default());
    let bearer = format!("Bearer {TOKEN}");
    let authorization = input.authorization.unwrap_or(bearer.as_bytes());
    let method: &[u8] = [&b"PUT"[..], b"GET", b"POST", b"HEAD"][usize::from(input.method) % 4];
    let mut headers =
        vec![(&b":method"[..], method), (b"authorization", authorization), (&input.header.0, &input.header.1)];
    headers.extend(input.if_match.map(|value| (&b"If-Match"[..], value)));
    match Request::open(&api, Head::read(headers.into_iter()), MemoryBudget::default().reserve(usize::MAX)) {
        RequestStart::Reply(reply) => refused(&reply),
        RequestStart::Show => {
            assert!(is_token(authorization));
            assert_eq!(registry.show().status, 200);
        }
        RequestStart::Read(request) => {
            assert!(is_token(authorization) && method == b"PUT");
            update(&input, request, &registry, &initial);
        }
    }
}

fn update(input: &Input<'_>, mut request: Request, registry: &Registry<Table>, initial: &Settings) {
    for chunk in super::chunks(input.body, &input.cuts) {
        if let Err(reply) = request.take(chunk) {
            return refused(&reply);
        }
    }
    let update = match request.finish() {
        Ok(update) => update,
        Err(reply) => return refused(&reply),
    };
    let wanted = update.settings.revision().to_owned();
    let UpdateStart::Reply(reply) = registry.update(&update, 0) else { panic!("there is no store") };
    let in_force = registry.settings().unwrap();
    if reply.status == 200 {
        assert_eq!(in_force.revision(), wanted);
    } else {
        assert_eq!(in_force.revision(), initial.revision());
        refused(&reply);
    }
}

fn is_token(authorization: &[u8]) -> bool {
    let text = String::from_utf8_lossy(authorization);
    text.to_ascii_lowercase().starts_with("bearer ") && text[7..].trim() == TOKEN
}

fn refused(reply: &LocalReply) {
    assert!((400..500).contains(&reply.status), "{}", reply.status);
    serde_json::from_slice::<serde_json::Value>(&reply.body).unwrap();
    let is_clean = |value: &String| value.bytes().all(|byte| (b' '..0x7f).contains(&byte));
    assert!(reply.headers.iter().all(|(name, value)| is_clean(name) && is_clean(value)));
}
