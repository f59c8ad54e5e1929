#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| kyc_gate_fuzz::signature::run(data));
