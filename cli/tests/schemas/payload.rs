//! The payload: its schema against the scanner and `Kyc::read`.

use kyc_gate::payload::{Document, Kyc, Limits};
use kyc_gate_cli::schema::Subject;
use serde_json::Value;

use crate::beyond::Beyond;
use crate::dice::Dice;
use crate::generate::Generator;
use crate::mutate::Parts;
use crate::{json, root, validator};

const SPOILT: u64 = 30_000;
const MADE: u64 = 5_000;

/// The payloads of the core's own tests.
fn payloads() -> Vec<Value> {
    let folders = ["tests/data", "tests/data/faults", "tests/data/cases"].map(|folder| root().join(folder));
    let files = folders.iter().flat_map(|folder| std::fs::read_dir(folder).unwrap()).map(|entry| entry.unwrap().path());
    let texts = files.filter(|file| file.is_file()).filter_map(|file| std::fs::read_to_string(file).ok());
    let found = texts.filter_map(|text| serde_json::from_str::<Value>(&text).ok());
    found.filter(|document| document["kyc_info"].is_object()).collect()
}

#[test]
fn the_schema_and_the_reader_agree() {
    let (schema, validator) = (Subject::Payload.schema(), validator(Subject::Payload));
    let mut beyond = Beyond::of("payload");
    let mut agreed = [0, 0];
    let mut compare = |payload: &Value| {
        let text = payload.to_string();
        let read = match Document::scan(text.as_bytes(), Limits::default()) {
            Ok(document) => Kyc::read(document.root()).map(|_| ()).map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        };
        let errors: Vec<_> =
            validator.iter_errors(payload).map(|error| format!("{}: {error}", error.instance_path())).collect();
        match read {
            Ok(()) => {
                assert!(errors.is_empty(), "only the schema refuses it:\n{payload:#}\n{}", errors.join("\n"));
                agreed[0] += 1;
            }
            Err(_) if !errors.is_empty() => agreed[1] += 1,
            Err(message) => assert!(beyond.covers("", &message), "the schema lets it pass: {message}\n{payload:#}"),
        }
    };
    let mut payloads = payloads();
    assert!(payloads.len() >= 2, "only {}", payloads.len());
    payloads.push(json("cli/tests/schemas/payload.json"));
    payloads.iter().for_each(&mut compare);
    let parts = Parts::of(&payloads);
    for seed in 0..SPOILT {
        let mut random = Dice(seed);
        let mut payload = random.pick(&payloads).clone();
        (0..=random.below(3)).for_each(|_| parts.spoil(&mut payload, &mut random));
        compare(&payload);
    }
    let generator = Generator::new(&schema);
    for seed in 0..MADE {
        compare(&generator.document(&mut Dice(seed)));
    }
    let [accepted, refused] = agreed;
    assert!(accepted > 2_000 && refused > 2_000, "{accepted} accepted, {refused} refused: too few to tell anything");
    beyond.conclude();
}
