//! The configuration: its tables of cases, and arbitrary ones.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[macro_use]
#[path = "tables/rows.rs"]
mod rows;
#[path = "tables/config.rs"]
mod table;

#[cfg(not(target_arch = "wasm32"))]
mod arbitrary {
    use kyc_gate::config::{Cause, Config, Problem};
    use proptest::prelude::*;
    use serde_json::{Map, Value};

    use super::table::{full, full_environment, parse, places, protobuf_struct};

    /// Any JSON, with numbers, strings and keys that the configuration knows among the others.
    fn json() -> impl Strategy<Value = Value> {
        let known = prop::sample::select(words());
        let text = prop_oneof![known, ".{0,8}"];
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            text.clone().prop_map(Value::from),
        ];
        leaf.prop_recursive(5, 60, 6, move |inner| {
            let members = prop::collection::vec((text.clone(), inner.clone()), 0..6);
            prop_oneof![
                prop::collection::vec(inner, 0..6).prop_map(Value::from),
                members.prop_map(|members| Value::from(Map::from_iter(members))),
            ]
        })
    }

    /// Keys and strings of the full configuration.
    fn words() -> Vec<String> {
        let config = full();
        let tokens =
            places(&config).into_iter().flat_map(|place| place.split('/').map(str::to_owned).collect::<Vec<_>>());
        let values =
            places(&config).into_iter().filter_map(|place| config.pointer(&place)?.as_str().map(str::to_owned));
        tokens.chain(values).collect()
    }

    #[test]
    fn a_struct_has_no_names_that_differ_in_case_alone() {
        for config in [
            serde_json::json!({ "requestBody": { "name": "${name}", "Name": "${last_name}" } }),
            serde_json::json!({ "headers": [], "Headers": [] }),
        ] {
            let problems = Config::parse(&protobuf_struct(&config), &full_environment).err().unwrap().to_string();
            assert!(problems.contains("differ in case only"), "{problems}");
        }
    }

    proptest! {
        #[test]
        fn bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = Config::parse(&bytes, &full_environment);
        }

        /// A message with one byte changed: mostly no message any more.
        #[test]
        fn broken_messages_never_panic(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
            let mut message = protobuf_struct(&full());
            let at = at.index(message.len());
            message[at] = byte;
            let _ = Config::parse(&message, &full_environment);
        }

        #[test]
        fn a_struct_reads_like_json(config in json()) {
            let config = serde_json::json!({ "match": config.clone(), "evidence": config.clone(), "decision": config });
            // Only a text has lines and columns.
            let placeless = |mut problem: Problem| {
                if let Cause::Json { error, .. } = problem.cause {
                    problem.cause = Cause::Struct(error);
                }
                problem
            };
            let problems = |bytes: &[u8]| {
                let problems = Config::parse(bytes, &full_environment).err().map_or_else(Vec::new, |problems| problems.0);
                problems.into_iter().map(placeless).collect::<Vec<_>>()
            };
            prop_assert_eq!(problems(&protobuf_struct(&config)), problems(config.to_string().as_bytes()));
        }

        #[test]
        fn json_never_panics(config in json()) {
            let _ = parse(&config, &full_environment);
        }

        /// One thing changed in a good configuration: it loads, or every problem is at that place, below or beside it.
        #[test]
        fn a_change_is_found(place in prop::sample::select(places(&full())), value in json()) {
            let mut config = full();
            *config.pointer_mut(&place).unwrap() = value;
            if let Err(problems) = parse(&config, &full_environment) {
                let block = place.split('/').nth(1).unwrap_or_default();
                // The prefix matters to headers, the paths to the profiles, the headers to the access token.
                let matters_elsewhere = ["/decision", "/match", "/headers"].iter().any(|block| place.starts_with(block));
                for problem in &problems.0 {
                    prop_assert!(matters_elsewhere || problem.path.starts_with(block), "{place}: {problem}");
                }
                prop_assert!(!problems.0.is_empty());
                prop_assert_eq!(problems.to_string().lines().count(), problems.0.len() + 1);
            }
        }
    }
}
