//! Every `console` block of the pages is run as a reader would run it, and must print what the page shows.
//!
//! The blocks are those of the README, of `docs/`, of `envoy/` and of `cli/tests/cmd/`. A block looks like this:
//!
//! ```text
//! $ kyc-gate check broken
//! ? 1
//! ...
//! 2 problems in [..]
//! ```
//!
//! `$` is a command, continued behind a `\` or, in a here-document, with `> ` before each line; `? 1` its exit status
//! where that isn't 0; then what it writes to stdout and stderr, in which `...` stands for any lines and `[..]` for
//! anything within a line. The blocks of a page run one after the other in one shell, in a folder of the page's own
//! with the repository's files in it, so that one may use what another has made. Commands that need something else that
//! runs stand in `sh` blocks.
//!
//! `CONSOLE=overwrite cargo test -p kyc-gate-cli --test console` writes into the pages what the commands print now.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::string_slice)]

#[path = "console/block.rs"]
mod block;
#[path = "console/pages.rs"]
mod pages;
#[path = "console/pattern.rs"]
mod pattern;
#[path = "console/session.rs"]
mod session;

use std::thread;

use pages::Page;

#[test]
fn every_console_block_prints_what_the_page_shows() {
    let pages = pages::all();
    let failures: Vec<String> = thread::scope(|scope| {
        let runs: Vec<_> = pages.iter().map(|page| scope.spawn(|| check(page))).collect();
        runs.into_iter().flat_map(|run| run.join().unwrap()).collect()
    });
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

fn check(page: &Page) -> Vec<String> {
    let blocks = block::all(&page.text);
    let commands: Vec<_> = blocks.iter().flat_map(|block| &block.commands).collect();
    if commands.is_empty() {
        return Vec::new();
    }
    let got = session::run(&page.name, &commands);
    if std::env::var_os("CONSOLE").is_some_and(|how| how == "overwrite") {
        page.overwrite(&commands, &got);
        return Vec::new();
    }
    let pairs = commands.iter().zip(&got);
    let differing =
        pairs.filter(|(wanted, got)| wanted.status != got.status || !pattern::matches(&wanted.output, &got.output));
    differing
        .map(|(wanted, got)| {
            let shown = |status: i32, output: &[String]| format!("? {status}\n{}\n", output.join("\n"));
            let (name, line) = (&page.name, wanted.line);
            let (left, right) = (shown(wanted.status, &wanted.output), shown(got.status, &got.output));
            format!("{name}:{line}: $ {}\n--- the page\n{left}--- the command\n{right}", wanted.text)
        })
        .collect()
}
