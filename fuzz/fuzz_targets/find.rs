#![no_main]

#[path = "../../cli/tests/fuzz/find.rs"]
mod find;

libfuzzer_sys::fuzz_target!(|data: &[u8]| find::run(data));
