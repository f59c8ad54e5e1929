//! `docs/configuration.md` against the configuration that the gate takes.

use std::collections::BTreeSet;

use kyc_gate::config::{Cause, Config};
use kyc_gate::crypto::CipherSpec;
use kyc_gate::scoring::{AddressCheck, CheckId, CheckOutcome, IdentityCheck, Settings};
use kyc_gate::template::HeaderTemplate;
use serde_json::{Map, Value, json};

use crate::load;
use crate::markdown::{Page, Table, code, page, table, tables};
use crate::post::{IDENTITY, Post};

const FULL: &str = include_str!("../data/config-full.json");
const BLOCKS_WITH_DEFAULTS: [&str; 6] = ["match", "evidence", "decision", "limits", "audit", "replay"];
const INVENTED: &str = "no-such-key";

pub fn run() {
    let reference = page("docs/configuration.md");
    every_key_is_known(&reference);
    no_key_is_left_out(&reference);
    the_page_names_every_block(&reference);
    defaults_are_right(&reference);
    settings_are_right(&reference);
    weights_are_right(&reference);
    ciphers_and_macros_are_known(&reference);
    reserved_headers_are_refused(&reference);
    the_problems_are_told_like_this(&reference);
}

/// The blocks that a heading of the reference names, with what stands below it.
fn blocks(reference: &Page) -> Vec<(&str, &str)> {
    let headings = reference.text.lines().filter(|line| line.starts_with("## `"));
    headings.flat_map(|heading| code(heading).into_iter().map(|block| (block, reference.section(heading)))).collect()
}

fn key_tables(section: &str) -> impl Iterator<Item = Table> {
    tables(section).into_iter().filter(|table| table.head[0] == "key")
}

/// The paths of a table's first column: `claims.{a, b}`, `…[].country` and `.acceptAbove` written out.
fn paths(table: &Table) -> Vec<(Vec<String>, Vec<String>)> {
    let (mut last, mut list) = (String::new(), String::new());
    let mut found = Vec::new();
    for row in &table.rows {
        let mut keys = Vec::new();
        for key in code(&row[0]) {
            let key = match (key.strip_prefix("…[]"), key.strip_prefix('.')) {
                (Some(rest), _) => format!("{list}{rest}"),
                (None, Some(rest)) => format!("{}.{rest}", last.rsplit_once('.').unwrap().0),
                (None, None) => key.to_owned(),
            };
            if key.ends_with("[]") {
                list = key.clone();
            }
            last = key.clone();
            keys.extend(expand(&key));
        }
        found.push((keys, row.clone()));
    }
    found
}

fn expand(key: &str) -> Vec<String> {
    let Some((before, rest)) = key.split_once('{') else { return vec![key.to_owned()] };
    let (inside, after) = rest.split_once('}').unwrap();
    let key = |check: CheckId| match check {
        CheckId::Identity(check) if before.starts_with("identityProof") => Some(check.as_str().to_owned()),
        CheckId::Address(check) if before.starts_with("addressProof") => Some(check.as_str().to_owned()),
        _ => before.starts_with("onMissing").then(|| check.to_string()),
    };
    let names: Vec<String> = match inside {
        "check" => CheckId::all().filter_map(key).collect(),
        names => names.split(',').map(|name| name.trim().to_owned()).collect(),
    };
    names.iter().map(|name| format!("{before}{name}{after}")).collect()
}

/// A configuration with one value in it. A check such as `address.line1` is one key for all its dot.
fn nested(block: &str, path: &str, value: Value) -> Value {
    let path = path.replace("onMissing.address.", "onMissing.address\0");
    let inner = path.rsplit('.').fold(value, |value, key| match key.strip_suffix("[]") {
        Some(key) => json!({ key: [value] }),
        None => json!({ key.replace('\0', "."): value }),
    });
    json!({ block: inner })
}

fn every_key_is_known(reference: &Page) {
    let mut tried = 0;
    for (block, section) in blocks(reference) {
        for path in key_tables(section).flat_map(|table| paths(&table)).flat_map(|(keys, _)| keys) {
            let config = match block {
                "headers" => json!({ "headers": [{ path.as_str(): {} }] }),
                _ => nested(block, &path, json!({ INVENTED: {} })),
            };
            for problem in load(&config.to_string()).err().map(|problems| problems.0).unwrap_or_default() {
                let unknown = problem.cause == Cause::UnknownKey || problem.cause.to_string() == "is not a setting";
                assert!(!unknown || problem.path.ends_with(INVENTED), "{block}.{path}: {problem}");
            }
            tried += 1;
        }
    }
    assert!(tried > 90, "only {tried} keys were found");
}

/// Every key of the configuration that has them all stands in code font in the section of its block.
fn no_key_is_left_out(reference: &Page) {
    let full: Map<String, Value> = serde_json::from_str(FULL).unwrap();
    let blocks = blocks(reference);
    for (name, value) in full {
        let section =
            blocks.iter().find(|(block, _)| *block == name).unwrap_or_else(|| panic!("no section on {name}")).1;
        let words: BTreeSet<_> =
            code(section).into_iter().flat_map(|text| text.split(|c: char| !c.is_alphanumeric())).collect();
        let mut values = vec![value];
        while let Some(value) = values.pop() {
            match value {
                Value::Object(members) if name != "requestBody" => {
                    for (key, value) in members {
                        let last = key.rsplit('.').next().unwrap();
                        assert!(words.contains(last), "the section on {name} lacks {key}");
                        // A block inside a profile is described in the section of its own.
                        if name != "profiles" || !blocks.iter().any(|(block, _)| *block == key.as_str()) {
                            values.push(value);
                        }
                    }
                }
                Value::Array(elements) => values.extend(elements),
                _ => {}
            }
        }
    }
}

fn the_page_names_every_block(reference: &Page) {
    let rows = table(reference.section("## Blocks"), "block").rows;
    let listed: BTreeSet<_> = rows.iter().flat_map(|row| code(&row[0])).map(str::to_owned).collect();
    let keys = Config::KEYS.iter().filter(|key| !key.starts_with('$'));
    assert_eq!(listed, keys.map(|key| (*key).to_owned()).collect());
}

/// Written out, the defaults of the reference make the configuration that nothing makes.
fn defaults_are_right(reference: &Page) {
    let mut config = Map::new();
    let mut written = 0;
    for (block, section) in blocks(reference).into_iter().filter(|(block, _)| BLOCKS_WITH_DEFAULTS.contains(block)) {
        let mut members = Map::new();
        for table in key_tables(section) {
            let column = table.head.iter().position(|head| head == "default").unwrap();
            for (keys, row) in paths(&table) {
                let Some(default) = default(&row[column], row[1].starts_with("array")) else { continue };
                for key in keys {
                    merge(&mut members, nested("", &key, default.clone())[""].take());
                    written += 1;
                }
            }
        }
        config.insert(block.to_owned(), Value::Object(members));
    }
    for row in table(reference.section("## `evidence`"), "signal").rows {
        let texts = code(&row[1]);
        assert!(!texts.is_empty() || row[1] == "none");
        merge(config["evidence"].as_object_mut().unwrap(), json!({ "signals": { code(&row[0])[0]: texts } }));
        written += 1;
    }
    assert!(written >= 27, "only {written} defaults were found");
    let (Ok(told), Ok(real)) = (load(&Value::Object(config).to_string()), load("{}")) else { panic!("refused") };
    assert_eq!(comparable(&told), comparable(&real));
}

fn comparable(config: &Config) -> String {
    format!(
        "{:#?}",
        (
            (&config.methods, &config.paths, &config.evidence, &config.decision),
            (config.max_body_bytes, config.max_answer_bytes, config.max_inflight_bytes),
            (config.scan_limits, config.audit.user_id, config.replay),
        )
    )
}

/// What a cell says: JSON, a word, several words, or a number with an explanation.
fn default(cell: &str, is_list: bool) -> Option<Value> {
    match code(cell).as_slice() {
        [] => cell.split(' ').next().unwrap().parse::<u64>().ok().map(Value::from),
        [one] if !is_list || one.starts_with('[') => {
            Some(serde_json::from_str(one).unwrap_or_else(|_| Value::from(*one)))
        }
        several => Some(json!(several)),
    }
}

fn merge(into: &mut Map<String, Value>, from: Value) {
    let Value::Object(from) = from else { panic!("not an object") };
    for (key, value) in from {
        match into.get_mut(&key) {
            Some(Value::Object(members)) => merge(members, value),
            _ => {
                into.insert(key, value);
            }
        }
    }
}

type Reading = (&'static str, fn(&Settings) -> u8);

const NUMBERS: [Reading; 5] = [
    ("identityProof.thresholds.rejectBelow", |settings| settings.identity_thresholds.reject_below),
    ("identityProof.thresholds.acceptAbove", |settings| settings.identity_thresholds.accept_above),
    ("identityProof.minimumAgeSettings.defaultMinimumAge", |settings| settings.default_minimum_age),
    ("addressProof.thresholds.rejectBelow", |settings| settings.address_thresholds.reject_below),
    ("addressProof.thresholds.acceptAbove", |settings| settings.address_thresholds.accept_above),
];

fn settings_are_right(reference: &Page) {
    let table = key_tables(reference.section("## `kycSettings`")).next().unwrap();
    let shipped = Settings::default();
    for (path, read) in NUMBERS {
        let (keys, row) = paths(&table).into_iter().find(|(keys, _)| keys.iter().any(|key| key == path)).unwrap();
        let at = keys.iter().position(|key| key == path).unwrap();
        let told = numbers(&row[2]);
        assert_eq!(told[at.min(told.len() - 1)], read(&shipped), "{path}");
    }
}

/// The checks, their shipped weights, and how they end when the payload says nothing.
fn weights_are_right(reference: &Page) {
    let section = reference.section("## `kycSettings`");
    let settings = Settings::default();
    let mut silent = Post::default();
    silent.set(IDENTITY, json!({ "version": "3.0" }));
    silent.remove("/kyc_info/face_matcher_result");
    silent.remove("/kyc_info/liveness_check");
    let identity = listed(&table(section, "identity check"));
    let real = IdentityCheck::ALL.map(|check| (check.as_str().to_owned(), settings.identity_weight(check)));
    assert_eq!(identity.iter().map(|(check, weight, _)| (check.clone(), *weight)).collect::<Vec<_>>(), real);
    for (check, (_, _, row)) in IdentityCheck::ALL.into_iter().zip(&identity) {
        let outcome = match (row[2].find("fail"), row[2].find("skip")) {
            (Some(fail), skip) if skip.is_none_or(|skip| fail < skip) => CheckOutcome::Fail,
            (_, skip) => skip.map(|_| CheckOutcome::Skip).unwrap(),
        };
        assert_eq!(silent.outcome(CheckId::Identity(check)), outcome, "{}", check.as_str());
    }
    let address = listed(&table(section, "address check")).into_iter().map(|(check, weight, _)| (check, weight));
    let keys = AddressCheck::ALL;
    let real = keys.map(|check| (check.as_str().to_owned(), settings.address_weight(check)));
    assert_eq!(address.collect::<BTreeSet<_>>(), real.into_iter().collect());
}

/// Checks with their weights; a row can list several.
fn listed(table: &Table) -> Vec<(String, u8, Vec<String>)> {
    let rows = table.rows.iter().flat_map(|row| {
        let (checks, weights) = (code(&row[0]), numbers(&row[1]));
        let weight = move |at: usize| weights[at.min(weights.len() - 1)];
        checks.into_iter().enumerate().map(move |(at, check)| (check.to_owned(), weight(at), row.clone()))
    });
    rows.collect()
}

fn numbers(cell: &str) -> Vec<u8> {
    cell.split(|c: char| !c.is_ascii_digit()).filter_map(|digits| digits.parse().ok()).collect()
}

fn ciphers_and_macros_are_known(reference: &Page) {
    let ciphers = table(reference.section("## `requestEncryption`, `responseDecryption`"), "`cipherSpec`");
    for cipher in ciphers.rows.iter().flat_map(|row| code(&row[0])) {
        assert!(cipher.parse::<CipherSpec>().is_ok(), "{cipher}");
    }
    let body = reference.section("## `requestBody`");
    for name in table(body, "macro").rows.iter().flat_map(|row| code(&row[0])) {
        assert!(HeaderTemplate::compile(&format!("${{{name}}}")).is_ok(), "{name}");
    }
    assert!(HeaderTemplate::compile("${no_such_macro}").is_err());
    for text in code(body).into_iter().filter(|text| text.contains("${") && text.ends_with('}') && *text != "${name}") {
        assert!(HeaderTemplate::compile(text).is_ok(), "{text}");
    }
}

fn reserved_headers_are_refused(reference: &Page) {
    let section = reference.section("## `headers`");
    let list = section.split_once("Refused are").unwrap().1.split_once("framing:").unwrap().1;
    let names = code(list.split_once("REL-ID").unwrap().0);
    assert!(names.len() > 10);
    for name in names {
        let config = json!({ "headers": [{ "headerName": name, "headerValue": "v" }] });
        assert_eq!(load(&config.to_string()).err().unwrap().0[0].cause, Cause::ReservedHeader, "{name}");
    }
}

fn the_problems_are_told_like_this(reference: &Page) {
    let config = r#"{
        "decision": { "onReject": "drop" },
        "match": { "paths": ["/kyc", "kyc"] },
        "requestEncryption": { "enable": true, "key": "env:KYC_KEY", "cipherSpec": "AES/GCM/NoPadding" }
    }"#;
    let problems = Config::parse(config.as_bytes(), &|_| None).err().unwrap();
    assert_eq!(reference.blocks("text")[0], format!("{problems}\n"));
}
