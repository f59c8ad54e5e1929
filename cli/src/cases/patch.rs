//! JSON Merge Patch (RFC 7396).

use serde_json::{Map, Value};

/// Changes a document: members of the patch take the place of its own, `null` takes them away.
pub fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(changes) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let Value::Object(members) = target else { return };
    for (name, change) in changes {
        if change.is_null() {
            members.shift_remove(name);
        } else {
            merge(members.entry(name.clone()).or_insert(Value::Null), change);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    /// The examples of appendix A.
    #[test]
    fn the_examples_of_the_standard() {
        for row in [
            r#"[{"a":"b"}, {"a":"c"}, {"a":"c"}]"#,
            r#"[{"a":"b"}, {"b":"c"}, {"a":"b","b":"c"}]"#,
            r#"[{"a":"b"}, {"a":null}, {}]"#,
            r#"[{"a":"b","b":"c"}, {"a":null}, {"b":"c"}]"#,
            r#"[{"a":["b"]}, {"a":"c"}, {"a":"c"}]"#,
            r#"[{"a":"c"}, {"a":["b"]}, {"a":["b"]}]"#,
            r#"[{"a":{"b":"c"}}, {"a":{"b":"d","c":null}}, {"a":{"b":"d"}}]"#,
            r#"[{"a":[{"b":"c"}]}, {"a":[1]}, {"a":[1]}]"#,
            r#"[["a","b"], ["c","d"], ["c","d"]]"#,
            r#"[{"a":"b"}, ["c"], ["c"]]"#,
            r#"[{"a":"foo"}, null, null]"#,
            r#"[{"a":"foo"}, "bar", "bar"]"#,
            r#"[{"e":null}, {"a":1}, {"e":null,"a":1}]"#,
            r#"[[1,2], {"a":"b","c":null}, {"a":"b"}]"#,
            r#"[{}, {"a":{"bb":{"ccc":null}}}, {"a":{"bb":{}}}]"#,
        ] {
            let row: Value = serde_json::from_str(row).unwrap();
            let mut target = row[0].clone();
            super::merge(&mut target, &row[1]);
            assert_eq!(target, row[2], "{row}");
        }
    }
}
