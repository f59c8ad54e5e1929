//! The JSON scanner: its tables of cases.

#[path = "tables/document.rs"]
mod document;
#[path = "tables/scanner.rs"]
mod scanner;

#[test]
fn judges() {
    scanner::run();
}

#[test]
fn tells() {
    document::run();
}
