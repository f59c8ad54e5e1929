//! `kyc-gate settings` against a server that says whatever a case wants. tests/e2e/test_cli_settings.py has a real
//! gate.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Command, Output};
use std::thread;

use kyc_gate::scoring::Settings;
use kyc_gate_cli::manifest::{Manifest, Revisions};
use kyc_gate_cli::settings::{between, parse};

const TOKEN: &str = "t0ken";

/// Serves these responses, one for each connection, and returns where, and the requests.
fn serve(responses: Vec<String>) -> (String, thread::JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let server = thread::spawn(move || {
        let answer = |response: String| {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = Vec::new();
            let mut chunk = [0; 65_536];
            while !complete(&request) {
                let length = stream.read(&mut chunk).unwrap();
                request.extend_from_slice(&chunk[..length]);
            }
            stream.write_all(response.as_bytes()).unwrap();
            String::from_utf8(request).unwrap()
        };
        responses.into_iter().map(answer).collect()
    });
    (url, server)
}

fn complete(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.to_ascii_lowercase().lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
    body.len() >= length.unwrap_or(0)
}

fn response(status: u16, headers: &str, body: &str) -> String {
    format!("HTTP/1.1 {status} X\r\n{headers}connection: close\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}

fn of(settings: &Settings) -> String {
    let headers = format!("etag: \"{}\"\r\nx-id-settings-durability: process\r\n", settings.revision());
    response(200, &headers, settings.document())
}

fn settings(text: &str) -> Settings {
    parse(text.as_bytes()).unwrap()
}

fn run(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kyc-gate"));
    command.arg("settings").args(arguments).env("KYC_GATE_TOKEN", TOKEN).env_remove("KYC_GATE_USER").output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn file(name: &str, text: &str) -> String {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&path, text).unwrap();
    path.display().to_string()
}

#[test]
fn what_a_server_says_is_told_in_words() {
    let problem = |rest: &str| format!("{{\"type\":\"urn:kyc-gate:x\",\"title\":\"No\",\"status\":400{rest}}}");
    for (name, answer, wanted) in [
        (
            "a wrong token",
            response(401, "", &problem("")),
            "No (401); the credentials in the environment aren't the gate's",
        ),
        ("another path", response(404, "", "not found"), "the gate has no settingsApi, or another path"),
        ("a redirect", response(302, "location: https://elsewhere.test/\r\n", ""), "redirects aren't followed"),
        ("a page", response(200, "", "<html>"), "is this a gate's settings API?"),
        ("other JSON", response(200, "", "{\"weights\":1}"), "is this a gate's settings API?"),
        ("detail", response(503, "", &problem(",\"detail\":\"later\"")), "No: later (503)"),
        ("escapes", response(503, "", &problem(",\"detail\":\"\\u001b[31mred\"")), "No: \\u{1b}[31mred (503)"),
        ("nothing", String::new(), "http://127.0.0.1"),
    ] {
        let (url, server) = serve(vec![answer]);
        let output = run(&["get", &url]);
        assert_eq!(output.status.code(), Some(2), "{name}");
        assert!(said(&output).contains(wanted), "{name}: {}", said(&output));
        assert!(output.stdout.is_empty() && !said(&output).contains(TOKEN), "{name}");
        server.join().unwrap();
    }
}

#[test]
fn an_update_asks_for_the_settings_that_it_was_compared_with() {
    let (old, new) = (settings("{}"), settings("{\"identityProof\":{\"weights\":{\"isTampered\":60}}}"));
    let new_file = file("new.json", new.document());
    let (url, server) = serve(vec![of(&old), of(&new)]);
    let output = run(&["put", &url, &new_file]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let shown = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(shown, "identityProof.weights.isTampered  a failure costs 60 points, 40 less\n");
    let told = format!("revision {} is in force, until Envoy stops: the gate has no store\n", new.revision());
    assert_eq!(said(&output), told);
    let requests = server.join().unwrap();
    assert!(requests[0].starts_with("GET /kyc-settings "), "{}", requests[0]);
    let put = requests[1].to_ascii_lowercase();
    assert!(put.starts_with("put /kyc-settings "), "{put}");
    assert!(put.contains(&format!("if-match: \"{}\"", old.revision())), "{put}");
    assert!(put.contains("authorization: bearer t0ken") && requests[1].ends_with(new.document()), "{put}");
}

#[test]
fn an_update_that_must_not_be_made_changes_nothing() {
    let (old, new) = (settings("{}"), settings("{\"identityProof\":{\"thresholds\":{\"acceptAbove\":85}}}"));
    let other = settings("{\"identityProof\":{\"thresholds\":{\"acceptAbove\":86}}}");
    let new_file = file("accept.json", new.document());
    let report = |name: &str, baseline: &Settings, proposed: &Settings| {
        let of = |settings: &Settings| Revisions { settings: settings.revision().to_owned(), config: String::new() };
        let (baseline, proposed) = (of(baseline), of(proposed));
        let manifest = Manifest {
            version: String::new(),
            command: String::new(),
            input_sha256: String::new(),
            baseline,
            proposed,
        };
        file(name, &format!("<html>{}</html>", manifest.element()))
    };
    let stale = report("stale.html", &other, &new);
    let foreign = report("foreign.html", &old, &other);
    let fitting = report("fitting.html", &old, &new);
    let none = file("none.html", "<html></html>");
    for (name, more, answers, status, wanted) in [
        ("an old report", vec!["--with-report", &stale], 1, 1, "is about a change from settings of revision"),
        ("another's report", vec!["--with-report", &foreign], 1, 1, "is about a proposal of revision"),
        ("no report", vec!["--with-report", &none], 1, 1, "has no manifest"),
        ("another revision", vec!["--if-match", "0123456789abcdef"], 1, 1, "not 0123456789abcdef"),
        ("its report", vec!["--with-report", &fitting], 2, 0, "is in force"),
    ] {
        let responses = [of(&old), of(&new)].into_iter().take(answers).collect();
        let (url, server) = serve(responses);
        let output = run(&[vec!["put", &url, &new_file], more].concat());
        assert_eq!(output.status.code(), Some(status), "{name}: {}", said(&output));
        assert!(said(&output).contains(wanted), "{name}: {}", said(&output));
        server.join().unwrap();
    }
    let (url, server) = serve(vec![of(&old), response(412, "", "{\"title\":\"The settings have changed meanwhile\"}")]);
    let output = run(&["put", &url, &new_file]);
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("nothing has changed: The settings have changed meanwhile"), "{}", said(&output));
    server.join().unwrap();
}

#[test]
fn differences_are_told_in_words() {
    for (old, new, wanted) in [
        ("{}", "{}", vec![]),
        (
            "{}",
            r#"{"identityProof":{"weights":{"isTampered":0,"nationality":10},"thresholds":{"rejectBelow":40,"acceptAbove":90}}}"#,
            vec![
                "identityProof.weights.isTampered: a failure costs nothing any more, 100 points until now",
                "identityProof.weights.nationality: a failure costs 10 points, 5 more",
                "identityProof.thresholds.rejectBelow: more lenient: rejects below 40 points instead of 50",
                "identityProof.thresholds.acceptAbove: stricter: accepts from 90 points instead of 80",
            ],
        ),
        (
            r#"{"identityProof":{"minimumAgeSettings":{"locationOverrides":[{"country":"US","minimumAge":21},{"country":"DE","minimumAge":16}]}}}"#,
            r#"{"identityProof":{"minimumAgeSettings":{"defaultMinimumAge":20,"locationOverrides":[{"country":"US","minimumAge":19},{"country":"US","state":"AL","minimumAge":20}]}},"addressProof":{"weights":{"phone":6}}}"#,
            vec![
                "identityProof.minimumAgeSettings.defaultMinimumAge: older: from 20 years instead of 18",
                "identityProof.minimumAgeSettings.locationOverrides: DE: no limit of its own any more, from 16 years until now",
                "identityProof.minimumAgeSettings.locationOverrides: US: from 19 years instead of 21",
                "identityProof.minimumAgeSettings.locationOverrides: US, AL: from 20 years, no limit of its own until now",
                "addressProof.weights.phone: a failure costs 6 points, 1 more",
            ],
        ),
    ] {
        let changes = between(&settings(old), &settings(new));
        let told: Vec<_> = changes.iter().map(|change| format!("{}: {}", change.path, change.says)).collect();
        assert_eq!(told, wanted);
    }
}
