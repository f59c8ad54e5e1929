//! The configuration: its schema against `Config::parse`.

use jsonschema::Validator;
use kyc_gate::config::{Config, Problems, Secrets};
use kyc_gate_cli::schema::Subject;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use crate::beyond::Beyond;
use crate::dice::Dice;
use crate::generate::Generator;
use crate::mutate::Parts;
use crate::{json, validator};

/// A 256-bit key in base64: what every variable holds that a case has no value for.
const KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
/// Spoilt documents.
const SPOILT: u64 = 30_000;
/// Differences that are shown.
const SHOWN: usize = 5;
/// Documents made from the schema.
const MADE: u64 = 5_000;

struct Case {
    config: Value,
    env: Value,
}

/// The configurations of the core's own tests, and those that only a schema lets pass.
fn cases() -> Vec<Case> {
    let own = json("cli/tests/schemas/config.json");
    let core = ["config-accepted", "config-refused"].map(|name| json(&format!("tests/data/{name}.json")));
    let tables: Vec<_> = core.iter().chain([&own]).collect();
    let rows = tables.iter().flat_map(|table| table.as_array().unwrap());
    let written = rows.filter_map(|row| {
        let config = match &row["text"] {
            Value::String(text) => serde_json::from_str(text).ok()?,
            _ => row["config"].clone(),
        };
        Some(Case { config, env: row["env"].clone() })
    });
    let full = Case {
        config: json("tests/data/config-full.json"),
        env: json!({ "KYC_KEY": "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f" }),
    };
    written.chain([full]).collect()
}

struct Judges {
    validator: Validator,
    beyond: Beyond,
    /// Documents that both accept, and that both refuse.
    agreed: [usize; 2],
    differences: Vec<String>,
}

impl Judges {
    /// Both judge alike, but for what a schema can't tell.
    fn compare(&mut self, case: &Case) {
        let (read, config) = (parse(case), &case.config);
        let errors: Vec<_> =
            self.validator.iter_errors(config).map(|error| format!("{}: {error}", error.instance_path())).collect();
        match read {
            Ok(_) if errors.is_empty() => self.agreed[0] += 1,
            Ok(_) => self.differences.push(format!("only the schema refuses it:\n{config:#}\n{}", errors.join("\n"))),
            Err(_) if !errors.is_empty() => self.agreed[1] += 1,
            Err(problems) => {
                // One problem may follow from another, so one that a schema can't tell is enough.
                let told: Vec<_> =
                    problems.0.iter().map(|problem| (&problem.path, problem.cause.to_string())).collect();
                let covered = told.iter().filter(|(path, message)| self.beyond.covers(path, message)).count();
                if covered == 0 {
                    self.differences.push(format!("the schema lets it pass: {problems}\n{config:#}"));
                }
            }
        }
    }
}

/// Returns the blocks of all configurations, each one alone, that are accepted: spoilt in one place, nothing else in
/// them hides it.
fn sound_blocks(cases: &[Case]) -> Vec<Case> {
    let mut blocks = Vec::new();
    for Case { config, env } in cases {
        for (name, block) in config.as_object().into_iter().flatten() {
            blocks.push(Case { config: json!({ name: block }), env: env.clone() });
        }
        blocks.push(Case { config: config.clone(), env: env.clone() });
    }
    blocks.retain(|case| parse(case).is_ok());
    blocks
}

fn parse(Case { config, env }: &Case) -> Result<Config, Problems> {
    let value = |name: &str| env[name].as_str().unwrap_or(KEY).to_owned();
    let delivered = |name: &str| Some(Zeroizing::new(value(name).into_bytes()));
    Config::parse_with(config.to_string().as_bytes(), &Secrets::with_sds(&|name| Some(value(name)), &delivered))
}

#[test]
fn the_schema_and_the_parser_agree() {
    let schema = Subject::Config.schema();
    let mut judges = Judges {
        validator: validator(Subject::Config),
        beyond: Beyond::of("config"),
        agreed: [0; 2],
        differences: Vec::new(),
    };
    let cases = cases();
    cases.iter().for_each(|case| judges.compare(case));
    // In the tables they stand among others that a schema finds.
    for config in [
        json!({ "profiles": [{ "name": "a", "match": { "authorities": ["bank.test:65536"] } }] }),
        json!({ "rules": [{ "name": "long", "when": "é".repeat(500), "then": "review" }] }),
    ] {
        judges.compare(&Case { config, env: Value::Null });
    }
    let parts = Parts::of(&cases.iter().map(|case| case.config.clone()).collect::<Vec<_>>());
    let blocks = sound_blocks(&cases);
    for seed in 0..SPOILT {
        let mut random = Dice(seed);
        let case = random.pick(&blocks);
        let mut config = case.config.clone();
        (0..=random.below(2)).for_each(|_| parts.spoil(&mut config, &mut random));
        judges.compare(&Case { config, env: case.env.clone() });
    }
    let generator = Generator::new(&schema);
    for seed in 0..MADE {
        judges.compare(&Case { config: generator.document(&mut Dice(seed)), env: Value::Null });
    }
    let count = judges.differences.len();
    assert!(count == 0, "{count} differences:\n{}", judges.differences[..count.min(SHOWN)].join("\n"));
    let [accepted, refused] = judges.agreed;
    assert!(accepted > 2_000 && refused > 2_000, "{accepted} accepted, {refused} refused: too few to tell anything");
    judges.beyond.conclude();
}
