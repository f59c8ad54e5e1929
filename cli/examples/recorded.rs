//! Makes recorded posts or audit lines of invented people, for benchmarks, tests and pages:
//!
//!   recorded posts|audit NUMBER [BYTES]
//!
//! The same arguments give the same output. Posts come as envelopes, a line each, of about BYTES bytes; audit lines as
//! Envoy logs them, judged by the shipped configuration. `examples/replay/envoy.log.gz` is `audit 400`, compressed by
//! `gzip -9n`; make it again when the shipped configuration gets another revision.

use std::error::Error;
use std::io::{BufWriter, Write};
use std::rc::Rc;

use jiff::{SignedDuration, Timestamp};
use kyc_gate::config::Config;
use kyc_gate_cli::post::{self, Post};
use serde_json::{Value, json};

#[path = "../tests/shared/dice.rs"]
mod dice;

use dice::Dice;

const PASSPORT: &str = include_str!("../../tests/data/relid-v3-passport.json");
const BEGIN: &str = "2026-11-02T06:00:00Z";
const SECONDS_BETWEEN: u64 = 47;
/// Audit lines differ in id and time only, beyond this many.
const MOST_JUDGED: u64 = 2000;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let usage = "recorded posts|audit NUMBER [BYTES]";
    let number: u64 = arguments.get(1).ok_or(usage)?.parse()?;
    let bytes: usize = arguments.get(2).map_or(Ok(0), |bytes| bytes.parse())?;
    let out = BufWriter::new(std::io::stdout().lock());
    match arguments.first().map(String::as_str) {
        Some("posts") => posts(number, bytes, out),
        Some("audit") => audit(number, out),
        _ => Err(usage.into()),
    }
}

fn posts(number: u64, bytes: usize, mut out: impl Write) -> Result<(), Box<dyn Error>> {
    for at in 0..number {
        let (mut payload, came) = (person(at)?, came(at)?);
        let padding = bytes.saturating_sub(payload.to_string().len());
        let image = format!("/9j/{}", "AbCd+/09".repeat(padding / 8));
        set(&mut payload, "/kyc_info/document/document_info/document_images/front_page", image.into());
        writeln!(out, "{}", json!({ "at": came.to_string(), "body": payload }))?;
    }
    Ok(())
}

fn audit(number: u64, mut out: impl Write) -> Result<(), Box<dyn Error>> {
    let config = Rc::new(Config::parse(b"", &|_| None)?);
    let headers = post::headers(&config, &[]);
    let mut lines = Vec::new();
    for at in 0..number.min(MOST_JUDGED) {
        let (payload, came) = (person(at)?.to_string(), came(at)?);
        let ruling = Post { headers: &headers, body: payload.as_bytes(), at: came }.rule(&config);
        let line = ruling.ok_or("no KYC post")?.record.audit_line(400 + at % 300);
        lines.push(line.replace(&came.to_string(), "TIME").replace(&id(at), "ID"));
    }
    for at in 0..number {
        let line = lines.get(usize::try_from(at % MOST_JUDGED)?).ok_or("no line")?;
        let came = came(at)?.to_string();
        let logged = came.replace('T', " ").replace('Z', ".000");
        let line = line.replace("TIME", &came).replace("ID", &id(at));
        writeln!(
            out,
            "[{logged}][27][info][wasm] [source/extensions/common/wasm/context.cc:1195] wasm log kyc_gate: {line}"
        )?;
        if at % 50 == 0 {
            writeln!(
                out,
                "[{logged}][27][info][main] [source/server/drain_manager_impl.cc:208] closing idle connections"
            )?;
        }
    }
    Ok(())
}

fn came(at: u64) -> Result<Timestamp, Box<dyn Error>> {
    let seconds = i64::try_from(at.saturating_mul(SECONDS_BETWEEN))?;
    Ok(BEGIN.parse::<Timestamp>()?.checked_add(SignedDuration::from_secs(seconds))?)
}

fn id(at: u64) -> String {
    let mut dice = Dice(at ^ 0x1d);
    format!("{:08x}-{:04x}-4000-8000-{:012x}", dice.roll(1 << 32), dice.roll(1 << 16), at)
}

/// Returns the post of a person of whom not everything is in order.
fn person(at: u64) -> Result<Value, Box<dyn Error>> {
    let mut dice = Dice(at.wrapping_mul(0x5851_f42d_4c95_7f2d));
    let mut payload: Value = serde_json::from_str(PASSPORT)?;
    let document = "/kyc_info/document";
    let data = format!("{document}/identity_data");
    set(&mut payload, "/request_info/requester_id", id(at).into());
    set(&mut payload, "/request_info/user_id", format!("u{at}@example.test").into());
    let state =
        *dice.pick(&["LVA", "LVA", "LVA", "EST", "LTU", "FIN", "SWE", "POL", "POL", "DEU", "DEU", "UKR", "GBR", "MLT"]);
    set(&mut payload, &format!("{data}/Issuing state code"), state.into());
    remove(&mut payload, &data, "Issuing state name");
    if dice.percent(35) {
        set(&mut payload, &format!("{document}/document_info/document_type_code"), json!([12]));
        set(&mut payload, &format!("{document}/document_info/document_type"), json!(["Identity card"]));
    }
    // The zone and the sources of the sample belong to its own holder.
    remove(&mut payload, &data, "MRZ strings");
    set(&mut payload, &format!("{document}/identity_data_details"), json!({}));
    let year = 1945 + dice.roll(64);
    set(&mut payload, &format!("{data}/Date of birth"), format!("{year}-03-17").into());
    let faults = [(11, "Date of issue"), (14, "Nationality"), (2, "Date of expiry"), (1, "Given name(s)")];
    for (percent, field) in faults {
        if dice.percent(percent) {
            remove(&mut payload, &data, field);
            remove(&mut payload, &data, &format!("{field} code"));
        }
    }
    if dice.percent(2) {
        set(&mut payload, &format!("{data}/Date of expiry"), "2026-01-31".into());
    }
    if dice.percent(6) {
        remove(&mut payload, &format!("{document}/document_info/document_images"), "portrait_image");
    }
    if dice.percent(9) {
        set(&mut payload, "/kyc_info/face_matcher_result/score", json!(1.2));
    }
    if dice.percent(5) {
        let element =
            *dice.pick(&["Black and white photocopy", "Photo manipulation", "MRZ check digit", "Screen capture"]);
        set(&mut payload, &format!("{document}/document_status/error_list"), json!([element]));
    }
    if dice.percent(1) {
        set(&mut payload, &format!("{document}/version"), "2.0".into());
    }
    Ok(payload)
}

fn set(payload: &mut Value, pointer: &str, value: Value) {
    if let Some(slot) = payload.pointer_mut(pointer) {
        *slot = value;
    }
}

fn remove(payload: &mut Value, pointer: &str, member: &str) {
    if let Some(members) = payload.pointer_mut(pointer).and_then(Value::as_object_mut) {
        members.remove(member);
    }
}
