//! Makes documents from a schema: mostly what it allows, some of it not.

use serde_json::{Map, Value, json};

use crate::dice::Dice;

/// Makes documents from one schema.
pub struct Generator<'s> {
    root: &'s Value,
}

impl<'s> Generator<'s> {
    pub fn new(root: &'s Value) -> Self {
        Self { root }
    }

    /// Makes a document.
    pub fn document(&self, random: &mut Dice) -> Value {
        self.value(self.root, random, 0)
    }

    fn value(&self, schema: &'s Value, random: &mut Dice, depth: usize) -> Value {
        if let Some(reference) = schema["$ref"].as_str() {
            return self.value(self.root.pointer(&reference[1..]).unwrap(), random, depth);
        }
        let choices = ["anyOf", "enum", "examples"].map(|key| schema[key].as_array().filter(|list| !list.is_empty()));
        match (choices, &schema["const"], &schema["default"]) {
            ([_, Some(words), _], ..) => random.pick(words).clone(),
            (_, constant, _) if !constant.is_null() => constant.clone(),
            ([Some(schemas), ..], ..) if !schemas[0]["pattern"].is_string() => {
                self.value(random.pick(schemas), random, depth)
            }
            (_, _, default) if !default.is_null() && random.one_in(3) => default.clone(),
            ([_, _, Some(examples)], ..) => random.pick(examples).clone(),
            _ => self.of_type(schema, random, depth),
        }
    }

    fn of_type(&self, schema: &'s Value, random: &mut Dice, depth: usize) -> Value {
        let kinds = match &schema["type"] {
            Value::Array(kinds) => kinds.clone(),
            kind => vec![kind.clone()],
        };
        match random.pick(&kinds).as_str() {
            Some("object") => self.object(schema, random, depth),
            Some("array") => {
                let length = random.below(3).max(usize::from(schema["minItems"].is_number()));
                (0..length).map(|_| self.value(&schema["items"], random, depth + 1)).collect()
            }
            Some("integer" | "number") => {
                let end = |key| schema[key].as_f64().unwrap_or_default();
                let (least, most) = (end("minimum"), end("maximum"));
                json!(random.pick(&[least, most, (least + most) / 2.0, most + 1.0, least]))
            }
            Some("boolean") => json!(random.one_in(2)),
            Some("string") => {
                let words = ["env:K", "/a", "a", "-", "POST", "a.b", "ab-", "x-a", "https://a/b", "env:", "prefix", ""];
                json!(random.pick(&words))
            }
            _ => json!(null),
        }
    }

    /// Gives an object what it requires, and some of the rest; less of it the deeper it is.
    fn object(&self, schema: &'s Value, random: &mut Dice, depth: usize) -> Value {
        let required = schema["required"].as_array().cloned().unwrap_or_default();
        let mut members = Map::new();
        for (name, member) in schema["properties"].as_object().into_iter().flatten() {
            let is_required = required.iter().any(|required| required == name);
            let wanted = if is_required { !random.one_in(20) } else { random.one_in(if depth == 0 { 5 } else { 3 }) };
            if wanted && !member.is_boolean() {
                members.insert(name.clone(), self.value(member, random, depth + 1));
            }
        }
        members.into()
    }
}
