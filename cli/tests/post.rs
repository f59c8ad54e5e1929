//! `kyc-gate post` against a server that answers as the gate does.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::string_slice)] // Tests may fail loudly.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::process::{Command, Stdio};
use std::thread;

/// Posts to a server that gives one answer; returns exit status, what was told, and the request.
fn post(answer: &str, arguments: &[&str], variables: &[(&str, &str)]) -> (i32, String, String) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let answer = answer.to_owned();
    let server = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = Vec::new();
        let mut chunk = [0; 4096];
        loop {
            let read = stream.read(&mut chunk).unwrap();
            request.extend_from_slice(&chunk[..read]);
            let text = String::from_utf8_lossy(&request).to_lowercase();
            let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
            if body.len() >= length.parse().unwrap() {
                break;
            }
        }
        stream.write_all(answer.as_bytes()).unwrap();
        String::from_utf8_lossy(&request).into_owned()
    });
    let mut child = Command::new(env!("CARGO_BIN_EXE_kyc-gate"))
        .args(["post", &url, "-"])
        .args(arguments)
        .envs(variables.iter().copied())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(b"{\"kyc_info\":{}}").unwrap();
    let output = child.wait_with_output().unwrap();
    let told = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    (output.status.code().unwrap(), told, server.join().unwrap())
}

fn answer(status: &str, kind: &str, body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\ncontent-type: {kind}\r\nserver: envoy\r\ncontent-length: {length}\r\n\r\n{body}")
}

#[test]
fn answers_are_told_in_words() {
    let problem = |code: &str| format!(r#"{{"type":"urn:kyc-gate:{code}","title":"x","status":400}}"#);
    let rows = [
        ("200 OK", r#"{"result":true,"user_id":"maira@example.test"}"#.to_owned(), 0, "A confirmation: REL-ID goes on"),
        ("200 OK", r#"{"result":false,"user_id":"maira@example.test"}"#.to_owned(), 0, "with result false"),
        ("200 OK", r#"{"ok":1}"#.to_owned(), 0, "went through to the backend"),
        ("400 Bad Request", problem("unreadable-body"), 1, "unreadable-body: anything wrong before"),
        ("403 Forbidden", problem("rejected"), 1, "rejected: the decision's action is deny"),
        ("503 Service Unavailable", problem("header-hold-missing"), 1, "header-hold-missing: allow_on_headers"),
        ("502 Bad Gateway", problem("of-tomorrow"), 1, "of-tomorrow: not a code of this version"),
        ("404 Not Found", String::new(), 1, "Not an answer of the gate: Envoy or the backend says so"),
    ];
    for (status, body, code, expected) in rows {
        let (exit, told, request) = post(&answer(status, "application/json", &body), &[], &[]);
        assert_eq!(exit, code, "{told}");
        assert!(told.contains(expected) && told.starts_with(&status[..3]), "{expected}: {told}");
        assert!(!told.contains("maira@"), "{told}");
        assert!(request.starts_with("POST /kyc HTTP/1.1\r\n") && request.contains("content-type: application/json"));
    }
    let confirmation = answer("200 OK", "application/json", r#"{"result":true,"user_id":"maira@example.test"}"#);
    let (_, told, request) = post(
        &confirmation,
        &["--show-data", "--header", "x-claimed-name=Maira", "-H", "content-type: text/plain"],
        &[("KYC_GATE_TOKEN", "t0ken")],
    );
    assert!(told.contains("maira@example.test") && !told.contains("t0ken"), "{told}");
    for line in ["x-claimed-name: Maira\r\n", "authorization: Bearer t0ken\r\n", "content-type: text/plain\r\n"] {
        assert!(request.contains(line), "{request}");
    }
}

/// Headers of a response tell of a person, or hold a session, unless they are known not to.
#[test]
fn headers_of_the_answer_are_masked() {
    let answer = "HTTP/1.1 201 Created\r\ncontent-length: 0\r\nserver: envoy\r\nx-envoy-upstream-service-time: 12\r\n\
                  location: /customers/maira\r\nset-cookie: session=hidden\r\n\r\n";
    let (code, told, _) = post(answer, &[], &[]);
    assert_eq!(code, 0, "{told}");
    assert!(told.contains("server: envoy") && told.contains("x-envoy-upstream-service-time: 12"), "{told}");
    assert!(!told.contains("maira") && !told.contains("hidden"), "{told}");
    let (_, told, _) = post(answer, &["--show-data"], &[]);
    assert!(told.contains("/customers/maira"), "{told}");
}

#[test]
fn no_answer_is_an_error() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    for (url, told) in [
        (format!("http://{free}/kyc"), "refused"),
        ("ftp://127.0.0.1/kyc".to_owned(), "must begin with http"),
        ("http://user:secret@127.0.0.1/kyc".to_owned(), "must not hold credentials"),
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_kyc-gate")).args(["post", &url, "/dev/null"]).output().unwrap();
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{error}");
        assert!(error.to_lowercase().contains(told), "{error}");
    }
}
