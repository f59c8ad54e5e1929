//! What holds for every command: its help, its page in docs/cli.md, and how it ends.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::fs;
use std::io::Read as _;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command as Process, Stdio};
use std::thread;
use std::time::Duration;

use clap::{Command, CommandFactory as _};
use kyc_gate_cli::args::Args;

/// Columns of the page, and most of any help.
const WIDTH: usize = 100;
/// Most lines of a short help: a screen.
const LINES: usize = 60;
/// Where the part of the page begins that is made here.
const HEADING: &str = "## Commands\n";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// Every command with its full name, those of others below them; the program itself first.
fn all() -> Vec<(String, Command)> {
    let mut program = Args::command().term_width(WIDTH);
    program.build();
    let mut found = Vec::new();
    collect("kyc-gate".to_owned(), &program, &mut found);
    found
}

fn collect(name: String, command: &Command, found: &mut Vec<(String, Command)>) {
    found.push((name.clone(), command.clone().term_width(WIDTH)));
    let mut inner: Vec<_> =
        command.get_subcommands().filter(|inner| inner.get_name() != "help" || name == "kyc-gate").collect();
    inner.sort_by_key(|inner| inner.get_name().to_owned());
    inner.into_iter().for_each(|inner| collect(format!("{name} {}", inner.get_name()), inner, found));
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(|line| line.trim_end().to_owned()).collect()
}

#[test]
fn help_fits_a_screen() {
    for (name, mut command) in all() {
        let short = lines(&command.render_help().to_string());
        assert!(short.len() <= LINES, "{name} -h: {} lines", short.len());
        for line in lines(&command.render_long_help().to_string()) {
            assert!(line.chars().count() <= WIDTH + 20, "{name}: {line}");
        }
    }
}

/// Whoever has a command of the first level before them sees how it is called.
#[test]
fn every_command_shows_examples() {
    let without: Vec<_> = all()
        .into_iter()
        .filter(|(name, _)| name.split(' ').count() == 2)
        .filter(|(_, command)| !command.get_after_help().is_some_and(|help| help.to_string().contains("kyc-gate ")))
        .map(|(name, _)| name)
        .collect();
    assert!(without.is_empty(), "without examples: {without:?}");
}

/// With `CLI_PAGE=overwrite` in the environment the page is written.
#[test]
fn the_page_shows_the_help_of_every_command() {
    let path = root().join("docs/cli.md");
    let page = fs::read_to_string(&path).unwrap();
    let (head, _) = page.split_once(HEADING).expect("the heading of the commands");
    let mut wanted = format!("{head}{HEADING}");
    for (name, mut command) in all() {
        let help = lines(&command.render_long_help().to_string()).join("\n");
        let level = "#".repeat(2 + name.split(' ').count().clamp(1, 2));
        wanted += &format!("\n{level} {name}\n\n```text\n{}\n```\n", help.trim_end());
    }
    if std::env::var_os("CLI_PAGE").is_some_and(|how| how == "overwrite") {
        fs::write(&path, &wanted).unwrap();
    }
    let page = fs::read_to_string(&path).unwrap();
    let differing = page.lines().zip(wanted.lines()).find(|(page, wanted)| page != wanted);
    assert!(page == wanted, "docs/cli.md isn't the help (CLI_PAGE=overwrite writes it): {differing:?}");
}

/// A reader that goes away ends a command as it ends others, without a word.
#[test]
fn a_closed_pipe_ends_a_command_silently() {
    for arguments in [
        &["schema", "config"][..],
        &["completions", "bash"],
        &["man"],
        &["keygen"],
        &["init", "istio", "-o", "-"],
        &["settings", "diff", "src/scoring/settings/default.json", "tests/data/none.json"],
        &["sample"],
        &["render", "tests/data/relid-v3-passport.json"],
        &["explain", "tests/data/relid-v3-passport.json"],
        &["help", "K0001"],
    ] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = Process::new(env!("CARGO_BIN_EXE_kyc-gate"))
            .args(arguments)
            .current_dir(root())
            .stdout(writer)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
            .wait_with_output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        if arguments[0] == "settings" {
            // Nothing was to be written.
            assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
            continue;
        }
        assert_eq!((output.status.code(), said.as_ref()), (Some(141), ""), "{arguments:?}");
    }
}

/// Runs a command that Ctrl-C ends, also where whoever runs the tests ignores it, as a shell does for what it starts in
/// the background.
const DEFAULT_SIGINT: &str = "import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.write(2, b'.')
os.execv(sys.argv[1], sys.argv[1:])";

/// A command that waits for its input ends by Ctrl-C.
#[test]
fn an_interrupt_ends_a_command_that_waits() {
    for arguments in [&["check", "-"][..], &["explain", "-"], &["render", "-"], &["settings", "diff", "-", "-"]] {
        let mut child = Process::new("python3")
            .args(["-c", DEFAULT_SIGINT, env!("CARGO_BIN_EXE_kyc-gate")])
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // From here on nothing but the command's own doing keeps an interrupt from ending it.
        child.stderr.as_mut().unwrap().read_exact(&mut [0]).unwrap();
        thread::sleep(Duration::from_millis(500));
        assert!(child.try_wait().unwrap().is_none(), "{arguments:?} didn't wait");
        let sent = Process::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
        assert!(sent.success());
        assert_eq!(child.wait().unwrap().signal(), Some(2), "{arguments:?}");
    }
}

fn run(arguments: &[&str], change: impl FnOnce(&mut Process)) -> (Option<i32>, String, String) {
    let mut command = Process::new(env!("CARGO_BIN_EXE_kyc-gate"));
    command.args(arguments).current_dir(root()).stdin(Stdio::null());
    change(&mut command);
    let output = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

const PASSPORT: &str = "tests/data/relid-v3-passport.json";

/// What can't be written is told, and where that can't be told either, the exit status tells it.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told() {
    let full = || fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let replay = ["replay", "--audit", "examples/replay/envoy.log.gz", "--baseline", "examples/replay/gate.json"];
    let replay = [&replay[..], &["--settings", "examples/replay/proposed.json"]].concat();
    let commands: [&[&str]; 14] = [
        &["--help"],
        &["--version"],
        &["explain", PASSPORT],
        &["explain", PASSPORT, "--json"],
        &["render", PASSPORT],
        &["sample"],
        &["sample", "--list"],
        &["keygen"],
        &["man"],
        &["completions", "bash"],
        &["help", "explain"],
        &replay,
        &[&replay[..], &["--json"]].concat(),
        &[&replay[..], &["--csv"]].concat(),
    ];
    for arguments in commands {
        let (status, _, told) = run(arguments, |command| _ = command.stdout(full()));
        assert!(status == Some(2) && told.contains("can't write: No space left"), "{arguments:?}: {status:?} {told}");
    }
    for arguments in [&["explain", "missing.json"][..], &["explain", "--nonsense"], &["keygen", "iv", "--bits", "128"]]
    {
        let (status, ..) = run(arguments, |command| _ = command.stderr(full()));
        assert_eq!(status, Some(2), "{arguments:?}");
    }
    // A note that nobody can read is no reason to fail.
    let (status, secret, _) = run(&["keygen", "token"], |command| _ = command.stderr(full()));
    assert_eq!((status, secret.len()), (Some(0), 65));
}

/// What would be read twice, or have no effect, is refused, and so is what can't be read.
#[test]
fn arguments_that_make_no_sense_are_refused() {
    let rows: [(&[&str], &str); 21] = [
        (&["explain", "-", "-c", "-"], "stdin can stand for one argument only"),
        (&["seal", "-", "-c", "-"], "stdin can stand for one argument only"),
        (&["test", "-", "-"], "stdin can stand for one argument only"),
        (&["replay", "-", "--baseline", "-", "--config", "-"], "stdin can stand for one argument only"),
        (&["keygen", "hmac", "--bits", "128"], "--bits is for AES keys"),
        (&["keygen", "token", "--encoding", "base64"], "a token is written in hex"),
        (&["keygen", "ed25519", "--encoding", "utf8"], "base64 or hex"),
        (&["replay", "--audit", "x", "--at", "now", "--baseline", "x", "--config", "x"], "cannot be used with"),
        (&["replay", "--audit", "x", "-H", "a=b", "--baseline", "x", "--config", "x"], "cannot be used with"),
        (&["replay", "x", "--any-revision", "--baseline", "x", "--config", "x"], "cannot be used with"),
        (&["explain", PASSPORT, "-c", PASSPORT], "this is a payload, not a configuration"),
        (&["explain", PASSPORT, "-c", "src/scoring/settings/default.json"], "these are settings"),
        (&["explain", PASSPORT, "-H", "novalue"], "NAME=VALUE"),
        (&["explain", PASSPORT, "--at", "tomorrow"], "must be a day"),
        (&["explain", "docs"], "docs: Is a directory"),
        (&["explain", "missing.json"], "missing.json: No such file"),
        (&["post", "http://127.0.0.1:1/", PASSPORT, "-H", "authorization: Bearer x"], "KYC_GATE_TOKEN"),
        (&["post", "http://127.0.0.1:1/", PASSPORT, "-H", ":path=/x"], "is made of the URL"),
        (&["post", "http://127.0.0.1:1/", PASSPORT, "-H", "a b=c"], "\"a b\" is no name of a header"),
        (&["post", "http://127.0.0.1:1/?token=hidden", PASSPORT], "http://127.0.0.1:1/: "),
        (&["test", "docs/benchmarks"], "there are no cases"),
    ];
    for (arguments, expected) in rows {
        let (status, stdout, told) = run(arguments, |_| ());
        assert!(status == Some(2) && told.contains(expected), "{arguments:?}: {status:?} {told}");
        assert!(stdout.is_empty() && !told.contains("hidden"), "{arguments:?}: {stdout} {told}");
    }
}
