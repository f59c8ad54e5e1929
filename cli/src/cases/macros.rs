//! The macros of a configuration.

use serde_json::Value;

/// Returns the macros `${…}` of `requestBody` and of the headers' values, each once, as they are written. Those of
/// profiles count as well.
#[must_use]
pub fn of(config: &Value) -> Vec<String> {
    let mut found = Vec::new();
    for block in std::iter::once(config).chain(config.get("profiles").and_then(Value::as_array).into_iter().flatten()) {
        collect(block.get("requestBody").unwrap_or(&Value::Null), &mut found);
        for header in block.get("headers").and_then(Value::as_array).into_iter().flatten() {
            collect(header.get("headerValue").unwrap_or(&Value::Null), &mut found);
        }
    }
    found
}

fn collect(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => {
            let mut rest = text.as_str();
            while let Some((before, behind)) = rest.split_once("${") {
                let Some((inside, behind)) = behind.split_once('}') else { return };
                let name = format!("${{{inside}}}");
                // $${ is a literal.
                if !before.ends_with('$') && !found.contains(&name) {
                    found.push(name);
                }
                rest = behind;
            }
        }
        Value::Array(elements) => elements.iter().for_each(|element| collect(element, found)),
        Value::Object(members) => members.values().for_each(|member| collect(member, found)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn macros_are_found_wherever_they_stand() {
        let config = serde_json::json!({
            "requestBody": { "a": "${name}", "b": ["x ${dob:-unknown} ${name}", "$${literal}"], "c": { "d": "${/a/b}" } },
            "headers": [{ "headerName": "x", "headerValue": "${nationality_code|lower}" }],
            "profiles": [{ "requestBody": "${payload}" }],
        });
        assert_eq!(
            super::of(&config),
            ["${name}", "${dob:-unknown}", "${/a/b}", "${nationality_code|lower}", "${payload}"]
        );
    }
}
