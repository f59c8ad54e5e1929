//! What `seal` writes, `open` and the gate read, in every cipher, IV and body encoding.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // Tests may fail loudly.

use std::io::Write as _;
use std::process::{Command, Stdio};

const KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
const IV: &str = "101112131415161718191a1b1c1d1e1f";
const NONCE: &str = "101112131415161718191a1b";

fn run(arguments: &[&str], input: &[u8]) -> (i32, Vec<u8>, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_kyc-gate"))
        .args(arguments)
        .env("TEST_KEY", KEY)
        .env("TEST_SHORT_KEY", "0123")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // Whoever refuses its arguments doesn't read.
    let _ = stdin.write_all(input);
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    (output.status.code().unwrap(), output.stdout, String::from_utf8(output.stderr).unwrap())
}

fn payload() -> Vec<u8> {
    run(&["sample", "clean", "--at", "2026-11-29"], b"").1
}

#[test]
fn what_is_sealed_opens_again() {
    let ciphers = [
        ("AES/GCM/NoPadding", NONCE),
        ("AES_256/GCM/NoPadding", NONCE),
        ("AES/256/CBC/PKCS7Padding", IV),
        ("AES/CBC/PKCS5Padding", IV),
        ("AES/CBC/NoPadding", IV),
        ("AES/CFB/NoPadding", IV),
        ("AES/CFB/PKCS5Padding", IV),
        ("AES/CFB8/NoPadding", IV),
        ("AES/CTR/NoPadding", IV),
    ];
    let encodings =
        ["base64", "base64url", "hex", "raw", "jsonString", r#"{"ciphertext":"/data"}"#, r#"{"ciphertext":"/a/b"}"#];
    let payload = payload();
    for (cipher, iv) in ciphers {
        for encoding in encodings {
            for iv in ["prefix", iv] {
                let options = ["--cipher", cipher, "--key", "env:TEST_KEY", "--iv", iv, "--body-encoding", encoding];
                let (code, sealed, told) = run(&[&["seal"], &options[..]].concat(), &payload);
                assert_eq!((code, told.as_str()), (0, ""), "{cipher} {iv} {encoding}");
                let (code, opened, told) = run(&[&["open"], &options[..]].concat(), &sealed);
                assert_eq!((code, told.as_str()), (0, ""), "{cipher} {iv} {encoding}");
                // Without padding, CBC's blocks are filled up with spaces.
                assert_eq!(opened.trim_ascii_end(), payload.trim_ascii_end(), "{cipher} {iv} {encoding}");
            }
        }
    }
}

#[test]
fn the_gate_reads_what_is_sealed_by_its_configuration() {
    let directory = std::env::temp_dir().join(format!("kyc-gate-envelopes-{}", std::process::id()));
    std::fs::create_dir_all(&directory).unwrap();
    let config = directory.join("gate.json");
    for (cipher, encoding) in [
        ("AES/GCM/NoPadding", r#""base64""#),
        ("AES/CBC/PKCS5Padding", r#""jsonString""#),
        ("AES/CTR/NoPadding", r#"{"json":{"ciphertext":"/d","iv":"/iv"}}"#),
    ] {
        let iv = if encoding.contains("iv") { "" } else { r#","ivParamSpec":"prefix""# };
        let block = format!(
            r#"{{"enable":true,"algorithm":"AES","key":"env:TEST_KEY","cipherSpec":"{cipher}","bodyEncoding":{encoding}{iv}}}"#
        );
        std::fs::write(&config, format!(r#"{{"requestEncryption":{block},"responseDecryption":{block}}}"#)).unwrap();
        let config = config.to_str().unwrap();
        let (code, sealed, told) = run(&["seal", "--config", config], &payload());
        assert_eq!((code, told.as_str()), (0, ""), "{cipher}");
        let (code, body, told) = run(&["render", "-", "--config", config, "--at", "2026-11-29"], &sealed);
        assert_eq!((code, told.as_str(), body == payload()), (0, "", true), "{cipher}");
        let (code, answer, _) = run(&["seal", "--config", config, "--response"], b"{\"result\":true}");
        assert_eq!(code, 0);
        let (code, opened, _) = run(&["open", "--config", config, "--response"], &answer);
        assert_eq!((code, &*opened), (0, &b"{\"result\":true}"[..]));
    }
    std::fs::remove_dir_all(directory).unwrap();
}

/// What is told never shows a secret, and nothing is written in its stead.
#[test]
fn wrong_options_are_told_without_the_secret() {
    let sealed = run(&["seal", "--cipher", "AES/GCM/NoPadding", "--key", "env:TEST_KEY"], &payload()).1;
    let rows: [(&[&str], &[u8], &str); 8] = [
        (&["seal", "--cipher", "AES/CBC/PKCS5Padding", "--key", KEY], b"{}", "must be env:NAME or file:PATH"),
        (&["seal", "--cipher", "AES/ECB/PKCS5Padding", "--key", "env:TEST_KEY"], b"{}", "ECB is refused"),
        (&["seal", "--cipher", "AES/GCM/NoPadding", "--key", "env:TEST_SHORT_KEY"], b"{}", "16, 24 or 32 bytes"),
        (&["seal", "--cipher", "AES/GCM/NoPadding", "--key", "env:TEST_UNSET"], b"{}", "TEST_UNSET is not set"),
        (&["seal", "--key", "env:TEST_KEY"], b"{}", "--cipher"),
        (&["open", "--cipher", "AES/GCM/NoPadding", "--key", "env:TEST_KEY"], &sealed[1..], "not written in its"),
        (&["open", "--cipher", "AES/GCM/NoPadding", "--key", "env:TEST_KEY"], &[b'A'; 80], "the tag is wrong"),
        (&["open", "--cipher", "AES/GCM/NoPadding", "--key", "env:TEST_KEY"], b"AAAA", "too short"),
    ];
    for (arguments, input, expected) in rows {
        let (code, stdout, told) = run(arguments, input);
        assert_eq!((code, stdout.is_empty()), (2, true), "{arguments:?}");
        assert!(told.contains(expected) && !told.contains(KEY), "{arguments:?}: {told}");
    }
}
