//! What `seal` writes, `open` and the gate read, in every cipher, IV and body encoding.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // Tests may fail loudly.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::process::{Command, Stdio};
use std::thread;

use serde_json::{Value, json};

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
    let encodings =
        ["base64", "base64url", "hex", "raw", "jsonString", r#"{"ciphertext":"/data"}"#, r#"{"ciphertext":"/a/b"}"#];
    let payload = payload();
    for (cipher, iv) in CIPHERS {
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

/// Every cipher, with the IV of a static configuration.
const CIPHERS: [(&str, &str); 9] = [
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

/// Returns the encryption blocks of a cipher: each way to write a body with a fresh IV, and one with a static one.
fn blocks(cipher: &str, iv: &str) -> Vec<Value> {
    let is_gcm = cipher.contains("GCM");
    let mut encodings = ["base64", "base64url", "hex", "raw", "jsonString"].map(Value::from).to_vec();
    encodings.push(json!({ "json": { "ciphertext": "/a/data" } }));
    let block = |encoding: &Value, iv: Option<&str>| {
        let mut block = json!({
            "enable": true, "algorithm": "AES", "key": "env:TEST_KEY", "cipherSpec": cipher, "bodyEncoding": encoding,
        });
        if let Some(iv) = iv {
            block["ivParamSpec"] = iv.into();
        }
        block
    };
    let mut blocks: Vec<Value> = encodings.iter().map(|encoding| block(encoding, Some("prefix"))).collect();
    blocks.push(block(&json!({ "json": { "ciphertext": "/data", "iv": "/iv" } }), None));
    if is_gcm {
        blocks.push(block(&json!({ "json": { "ciphertext": "/data", "iv": "/iv", "tag": "/tag" } }), None));
    }
    let mut fixed = block(&"base64".into(), Some(iv));
    if is_gcm {
        fixed["acceptStaticNonce"] = true.into();
    }
    blocks.push(fixed);
    blocks
}

/// `sample | seal | explain`, `render`, `open` and `post`, by every cipher and in every envelope of a configuration.
#[test]
fn the_gate_reads_what_is_sealed_by_its_configuration() {
    let directory = std::env::temp_dir().join(format!("kyc-gate-envelopes-{}", std::process::id()));
    std::fs::create_dir_all(&directory).unwrap();
    let path = directory.join("gate.json");
    let config = path.to_str().unwrap();
    let at = ["--config", config, "--at", "2026-11-29"];
    let (payload, answer) = (payload(), b"{\"result\":true,\"user_id\":\"maira\"}");
    let mut tried = 0;
    for (cipher, iv) in CIPHERS {
        for block in blocks(cipher, iv) {
            std::fs::write(&path, json!({ "requestEncryption": block, "responseDecryption": block }).to_string())
                .unwrap();
            let (code, sealed, told) = run(&["seal", "--config", config], &payload);
            assert_eq!((code, told.as_str()), (0, ""), "{block}");
            let (code, explained, told) = run(&[&["explain", "-", "--json", "--as-sent"], &at[..]].concat(), &sealed);
            assert_eq!((code, told.as_str()), (0, ""), "{block}");
            let explained: Value = serde_json::from_slice(&explained).unwrap();
            assert_eq!((&explained["decision"], &explained["score"]), (&json!("accept"), &json!(100)), "{block}");
            let (code, body, told) = run(&[&["render", "-", "--as-sent"], &at[..]].concat(), &sealed);
            assert_eq!((code, told.as_str()), (0, ""), "{block}");
            // Without padding, CBC's blocks are filled up with spaces.
            assert_eq!(body.trim_ascii_end(), payload.trim_ascii_end(), "{block}");
            let (code, reply, told) = run(&["seal", "--config", config, "--response"], answer);
            assert_eq!((code, told.as_str()), (0, ""), "{block}");
            let (posted, told) = post(config, &payload, reply);
            assert!(told.contains("The answer was encrypted") && told.contains("A confirmation"), "{block}: {told}");
            let (code, opened, told) = run(&["open", "--config", config], &posted);
            assert_eq!((code, told.as_str()), (0, ""), "{block}");
            assert_eq!(opened.trim_ascii_end(), payload.trim_ascii_end(), "{block}");
            tried += 1;
        }
    }
    assert_eq!(tried, 9 * 8 + 2);
    std::fs::remove_dir_all(directory).unwrap();
}

/// Posts to a server that gives one answer; returns the body that it got, and what was told.
fn post(config: &str, payload: &[u8], answer: Vec<u8>) -> (Vec<u8>, String) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let server = thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        let mut reader = BufReader::new(stream);
        let (mut line, mut length) = (String::new(), 0);
        while line != "\r\n" {
            line.clear();
            reader.read_line(&mut line).unwrap();
            if let Some(value) = line.to_lowercase().strip_prefix("content-length: ") {
                length = value.trim().parse().unwrap();
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).unwrap();
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", answer.len());
        reader.get_mut().write_all(&[head.as_bytes(), &answer].concat()).unwrap();
        body
    });
    let (code, told, error) = run(&["post", &url, "-", "--config", config], payload);
    assert_eq!(code, 0, "{error}");
    (server.join().unwrap(), String::from_utf8(told).unwrap())
}

/// What is told never shows a secret, and nothing is written in its stead.
#[test]
fn wrong_options_are_told_without_the_secret() {
    let sealed = run(&["seal", "--cipher", "AES/GCM/NoPadding", "--key", "env:TEST_KEY"], &payload()).1;
    let rows: [(&[&str], &[u8], &str); 10] = [
        (&["seal", "--cipher", "AES/CBC/PKCS5Padding", "--key", KEY], b"{}", "must be env:NAME or file:PATH"),
        (&["seal", "--cipher", "AES/ECB/PKCS5Padding", "--key", "env:TEST_KEY"], b"{}", "ECB is refused"),
        (&["seal", "--cipher", "AES/GCM/NoPadding", "--key", "env:TEST_SHORT_KEY"], b"{}", "16, 24 or 32 bytes"),
        (&["seal", "--cipher", "AES/GCM/NoPadding", "--key", "env:TEST_UNSET"], b"{}", "TEST_UNSET is not set"),
        (&["seal", "--key", "env:TEST_KEY"], b"{}", "--cipher"),
        (&["seal", "--config", "gate.json", "--iv", "prefix"], b"{}", "cannot be used with"),
        (&["open", "--config", "gate.json", "--body-encoding", "hex"], b"{}", "cannot be used with"),
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
