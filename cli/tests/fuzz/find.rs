//! The finder of configurations, and all that is said about what it finds: any bytes give findings that point into the
//! file, and every format can write them.

use std::path::Path;

use kyc_gate_cli::check::{self, Code, Options, Severity};
use kyc_gate_cli::report::{self, Format};

const FORMATS: [Format; 5] = [Format::Text, Format::Json, Format::Sarif, Format::Junit, Format::Github];

/// Checks these bytes as a file.
pub fn run(data: &[u8]) {
    let options = Options { envoy: "1.36".parse().ok(), ..Options::default() };
    let report = check::check(Path::new("file"), data, &options);
    let length = report.text.len();
    for finding in &report.findings {
        assert!(finding.at.start <= finding.at.end, "{finding:?}");
        assert!(finding.at.start <= length, "{finding:?} is beyond {length}");
        assert!(!finding.message.is_empty() && !finding.remedy.is_empty());
    }
    if report.gates.is_empty() {
        assert!(report.count(Severity::Error) > 0, "neither a gate nor a reason");
    }
    assert_eq!(std::str::from_utf8(data).is_err(), report.findings.iter().any(|one| one.code == Code::NotUtf8));
    for format in FORMATS {
        let mut written = Vec::new();
        report::write(format, std::slice::from_ref(&report), &mut written).unwrap();
        assert!(std::str::from_utf8(&written).is_ok());
    }
}
