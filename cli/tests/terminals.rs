//! What a terminal gets to see: lines that fit, colours where they are wanted, and nothing that it would obey.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // Tests may fail loudly.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use kyc_gate_cli::terminal::is_obeyed;
use serde_json::{Value, json};

/// Runs commands in terminals of their own: `[{ columns, arguments, variables }]` in, `[text]` out.
const IN_TERMINALS: &str = r"
import fcntl, json, os, pty, struct, sys, termios
def run(one):
    ready, go = os.pipe()
    child, terminal = pty.fork()
    if child == 0:
        os.read(ready, 1)
        clean = ('COLUMNS', 'NO_COLOR', 'CLICOLOR', 'CLICOLOR_FORCE', 'CI')
        environment = {name: value for name, value in os.environ.items() if name not in clean}
        environment |= {'TERM': 'xterm-256color'} | one['variables']
        os.execve(sys.argv[1], [sys.argv[1], *one['arguments']], environment)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack('HHHH', 24, one['columns'], 0, 0))
    os.write(go, b'.')
    text = b''
    while True:
        try:
            more = os.read(terminal, 65536)
        except OSError:
            break
        if not more:
            break
        text += more
    os.waitpid(child, 0)
    for end in (ready, go, terminal):
        os.close(end)
    return text.decode()
json.dump([run(one) for one in json.load(sys.stdin)], sys.stdout)
";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn in_terminals(runs: &[Value]) -> Vec<String> {
    let mut child = Command::new("python3")
        .args(["-c", IN_TERMINALS, env!("CARGO_BIN_EXE_kyc-gate")])
        .current_dir(root())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(json!(runs).to_string().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    serde_json::from_slice(&output.stdout).unwrap()
}

fn one(columns: usize, arguments: &[&str]) -> Value {
    json!({ "columns": columns, "arguments": arguments, "variables": {} })
}

/// Returns a text without colours: without what is between an escape and the letter that ends it.
fn plain(text: &str) -> String {
    let mut parts = text.split('\u{1b}');
    let first = parts.next().unwrap().to_owned();
    parts.fold(first, |text, part| text + part.split_once(|c: char| c.is_ascii_alphabetic()).unwrap().1)
}

/// Writes files of this test's own and returns their folder.
fn folder(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(&folder).unwrap();
    for (name, content) in files {
        fs::write(folder.join(name), content).unwrap();
    }
    folder
}

fn sample(kind: &str) -> String {
    let output =
        Command::new(env!("CARGO_BIN_EXE_kyc-gate")).args(["sample", kind, "--at", "2026-11-29"]).output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    let files = ["mismatch", "address-proof", "expired"].map(|kind| (kind, sample(kind)));
    let mut named: Vec<(&str, &str)> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
    named.push(("broken", "{\"kyc_info\":"));
    let folder = folder("widths", &named);
    let file = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    let (mismatch, address, expired, broken) =
        (file("mismatch"), file("address-proof"), file("expired"), file("broken"));
    let commands: [&[&str]; 7] = [
        &["explain", &mismatch, "--at", "2026-11-29"],
        &["explain", &mismatch, "--at", "2026-11-29", "--show-data"],
        &["explain", &address, "--at", "2026-11-29", "-c", "tests/data/config-full.json"],
        &["explain", &expired, "--at", "2026-11-29"],
        &["explain", &broken],
        &["sample", "--list"],
        &[
            "replay",
            "--audit",
            "examples/replay/envoy.log.gz",
            "--baseline",
            "examples/replay/gate.json",
            "--settings",
            "examples/replay/proposed.json",
            "--fail-if",
            "reject>+0.5%",
        ],
    ];
    let widths = [20, 40, 80, 200];
    let runs: Vec<Value> =
        widths.iter().flat_map(|columns| commands.iter().map(|arguments| one(*columns, arguments))).collect();
    let mut wide = Vec::new();
    for (run, text) in runs.iter().zip(in_terminals(&runs)) {
        let columns = usize::try_from(run["columns"].as_u64().unwrap()).unwrap();
        assert!(!text.is_empty(), "{run}");
        // Messages are left to the terminal: they are one paragraph each.
        let lines = plain(&text);
        let lines = lines
            .lines()
            .map(str::trim_end)
            .filter(|line| !line.starts_with("kyc-gate: ") && !line.starts_with("error: "));
        wide.extend(lines.filter(|line| line.chars().count() > columns).map(|line| format!("{run}: {line}")));
    }
    assert!(wide.is_empty(), "{wide:#?}");
}

#[test]
fn colours_are_where_they_are_wanted() {
    let payload = folder("colours", &[("payload.json", &sample("clean"))]).join("payload.json");
    let payload = payload.to_str().unwrap();
    let commands: [&[&str]; 4] = [&["explain", payload], &["--help"], &["help", "explain"], &["explain", "--nonsense"]];
    let rows = [
        (json!({}), None, true),
        (json!({ "NO_COLOR": "1" }), None, false),
        (json!({ "NO_COLOR": "" }), None, true),
        (json!({ "TERM": "dumb" }), None, false),
        (json!({ "CLICOLOR": "0" }), None, false),
        (json!({ "NO_COLOR": "1" }), Some("--color=always"), true),
        (json!({}), Some("--color=never"), false),
    ];
    let mut runs = Vec::new();
    for (variables, option, coloured) in &rows {
        for arguments in commands {
            let arguments: Vec<&str> = option.iter().copied().chain(arguments.iter().copied()).collect();
            runs.push((json!({ "columns": 80, "arguments": arguments, "variables": variables }), *coloured));
        }
    }
    let told: Vec<Value> = runs.iter().map(|(run, _)| run.clone()).collect();
    for ((run, coloured), text) in runs.iter().zip(in_terminals(&told)) {
        assert_eq!(text.contains('\u{1b}'), *coloured, "{run}: {text}");
    }
    // In a pipe there are none, unless they are asked for.
    for (arguments, variable, coloured) in [
        (&["explain", payload][..], None, false),
        (&["explain", payload], Some("CLICOLOR_FORCE"), true),
        (&["explain", payload, "--json"], Some("CLICOLOR_FORCE"), false),
        (&["explain", payload, "--color", "always"], None, true),
        (&["--color", "always", "--help"], None, true),
    ] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kyc-gate"));
        command.args(arguments).env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE").env("TERM", "xterm");
        let output = command.envs(variable.map(|name| (name, "1"))).output().unwrap();
        assert_eq!(output.stdout.contains(&0x1b), coloured, "{arguments:?}");
    }
}

/// Escapes of terminals, also in one byte beyond ASCII, and characters that turn the direction of what follows.
const EVIL: &str = "Evil\u{1b}[2J\u{9b}31m\u{202e}gnp.exe\u{7}\u{200b}\u{2066}x\u{2028}y\u{7f}";

#[test]
fn nothing_that_a_terminal_obeys_is_printed() {
    let mut payload: Value = serde_json::from_str(&sample("mismatch")).unwrap();
    for place in ["/request_info/user_id", "/kyc_info/document/identity_data/Surname"] {
        *payload.pointer_mut(place).unwrap() = EVIL.into();
    }
    payload["kyc_info"][EVIL] = EVIL.into();
    let config = json!({ "requestBody": { "all": "${payload}" }, "decision": { "onReject": "forward" } });
    let case = json!({ "cases": [{
        "name": EVIL, "payload": payload, "at": "2026-11-29", "config": config, "expect": { "body": { "all": EVIL } },
    }] });
    let name = format!("post {EVIL}.json");
    let folder = folder(
        "evil",
        &[
            (&name, &payload.to_string()),
            ("gate.json", &config.to_string()),
            ("cases.json", &case.to_string()),
            ("proposed.json", r#"{ "identityProof": { "thresholds": { "rejectBelow": 0, "acceptAbove": 1 } } }"#),
        ],
    );
    let file = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    let (post, gate, cases, proposed) = (file(&name), file("gate.json"), file("cases.json"), file("proposed.json"));
    let day = ["--at", "2026-11-29"];
    let replay = ["--baseline", &gate, "--settings", &proposed, "--show-data"];
    let commands: Vec<Vec<&str>> = vec![
        [&["explain", &post, "-c", &gate], &day[..]].concat(),
        [&["explain", &post, "-c", &gate, "--show-data"], &day[..]].concat(),
        [&["explain", &post, "-c", &gate, "--json", "--show-data"], &day[..]].concat(),
        vec!["explain", &post, "-c", &post],
        vec!["test", &cases],
        vec!["test", &cases, "--show-data"],
        vec!["test", &cases, "--format", "json"],
        [&["replay", &post], &replay[..], &day].concat(),
        [&["replay", &post, "--json"], &replay[..], &day].concat(),
        [&["replay", &post, "--csv"], &replay[..], &day].concat(),
    ];
    let is_bad = |text: &str| text.chars().any(|c| !matches!(c, '\n' | '\t') && is_obeyed(c));
    for arguments in &commands {
        let output = Command::new(env!("CARGO_BIN_EXE_kyc-gate")).args(arguments).output().unwrap();
        let told = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
        assert!(!told.concat().is_empty() && !told.iter().any(|text| is_bad(text)), "{arguments:?}: {told:?}");
    }
    // What is for programs goes byte for byte into pipes, but not to a terminal.
    let runs = [one(80, &[&["render", &post, "-c", &gate], &day[..]].concat()), one(80, &["seal", &post, "-c", &gate])];
    for text in in_terminals(&runs) {
        assert!(text.contains("\\u009b") && !is_bad(&plain(&text).replace('\r', "")), "{text:?}");
    }
    // Whose name is the file's is shown in the report too.
    let report = file("report.html");
    let arguments = [&["replay", &post, "--html", &report], &replay[..], &day].concat();
    let output = Command::new(env!("CARGO_BIN_EXE_kyc-gate")).args(&arguments).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert!(!is_bad(&fs::read_to_string(report).unwrap()));
}
