//! Profiles: their tables of cases, and what must hold whatever is configured and sent.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // Tests may fail loudly.

#[macro_use]
#[path = "tables/rows.rs"]
mod rows;
#[path = "tables/profiles.rs"]
mod table;

#[cfg(not(target_arch = "wasm32"))]
mod arbitrary {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::table::{Post, config, goes_on_as_it_came, open};

    const HOSTS: [&str; 3] = ["a.test", "b.test:8443", "c.test"];
    const PATHS: [&str; 2] = ["/kyc", "/v2/kyc"];
    const APPS: [&str; 3] = ["1", "2", "3"];

    fn some(of: &'static [&'static str]) -> impl Strategy<Value = Vec<&'static str>> {
        prop::sample::subsequence(of, 0..=of.len())
    }

    fn decision() -> impl Strategy<Value = Value> {
        let mode = prop::sample::select(vec!["enforce", "enforce", "shadow"]);
        let action = prop::sample::select(vec!["forward", "respond", "deny"]);
        let body = prop::sample::select(vec!["rewritten", "rewritten", "original"]);
        (mode, action, body)
            .prop_map(|(mode, action, body)| json!({ "mode": mode, "onAccept": action, "forwardBody": body }))
    }

    fn profile() -> impl Strategy<Value = Value> {
        let condition = (some(&APPS), some(&HOSTS), some(&PATHS));
        (condition, decision(), prop::bool::weighted(0.8)).prop_map(|((apps, hosts, paths), decision, template)| {
            let mut condition = json!({});
            for (key, values) in [("appIds", apps), ("authorities", hosts), ("paths", paths)] {
                if !values.is_empty() {
                    condition[key] = json!(values);
                }
            }
            let mut profile = json!({ "match": condition, "decision": decision });
            if !template {
                profile["requestBody"] = json!("");
            }
            profile
        })
    }

    /// Profiles without those that could never match: what the configuration refuses is tested elsewhere.
    fn configuration() -> impl Strategy<Value = Value> {
        let on_error = prop::sample::select(vec!["deny", "deny", "deny", "forward"]);
        let profiles = prop::collection::vec(profile(), 0..5);
        (profiles, decision(), on_error, prop::option::of(decision())).prop_map(
            |(profiles, mut decision, on_error, default)| {
                decision["onError"] = json!(on_error);
                let mut whole = json!({ "match": { "paths": PATHS }, "decision": decision, "requestBody": "${name}" });
                whole["profiles"] = json!([]);
                let default = default.map(|decision| json!({ "name": "default", "decision": decision }));
                for (at, mut profile) in profiles.into_iter().enumerate() {
                    profile["name"] = json!(format!("p{at}"));
                    push_if_accepted(&mut whole, profile);
                }
                default.into_iter().for_each(|default| push_if_accepted(&mut whole, default));
                whole
            },
        )
    }

    fn push_if_accepted(whole: &mut Value, profile: Value) {
        let mut longer = whole.clone();
        longer["profiles"].as_array_mut().unwrap().push(profile);
        if kyc_gate::config::Config::parse(longer.to_string().as_bytes(), &|_| None).is_ok() {
            *whole = longer;
        }
    }

    /// What the profile's own words mean, without the code under test.
    fn expected(whole: &Value, host: &str, path: &str, app: Option<&str>) -> Option<String> {
        let profiles = whole["profiles"].as_array().unwrap();
        let holds = |list: &Value, value: Option<&str>| {
            list.as_array().is_none_or(|list| list.iter().any(|wanted| wanted.as_str() == value && value.is_some()))
        };
        let found = profiles.iter().find(|profile| {
            let condition = &profile["match"];
            holds(&condition["appIds"], app)
                && holds(&condition["authorities"], Some(host))
                && holds(&condition["paths"], Some(path))
        });
        let name = found.map_or("default", |profile| profile["name"].as_str().unwrap());
        (!profiles.is_empty()).then(|| name.to_owned())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        /// The first match counts, and whatever goes on as it came has been kept from the first chunk on.
        #[test]
        fn the_body_is_there_when_it_is_needed(
            whole in configuration(),
            host in prop::sample::select(HOSTS.to_vec()),
            path in prop::sample::select(PATHS.to_vec()),
            app in prop::option::of(prop::sample::select(APPS.to_vec())),
            shape in 0..3_usize,
        ) {
            let config = config(&whole);
            let mut exchange = open(&config, Post { authority: host, path, app_id: "" }).ok().unwrap();
            let request = json!({ "user_id": "u", "requester_id": "r", "app_id": app });
            let body = match shape {
                0 => json!({ "request_info": request, "kyc_info": { "document": { "version": "3.0" } } }).to_string(),
                1 => json!({ "request_info": request }).to_string(),
                _ => "{".to_owned(),
            };
            let before = exchange.keeps_original();
            prop_assert!(exchange.take(body.as_bytes()).is_ok());
            prop_assert_eq!(exchange.keeps_original(), before);
            let ruling = exchange.finish([0; 16]);
            prop_assert!(before || !goes_on_as_it_came(&ruling));
            if shape < 2 {
                let name = ruling.record.profile.as_deref().map(str::to_owned);
                prop_assert_eq!(name, expected(&whole, host, path, app));
            }
        }
    }
}
