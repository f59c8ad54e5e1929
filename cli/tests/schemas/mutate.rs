//! Spoils JSON documents: what they have is left out, moved, renamed and replaced by what others have.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::dice::Dice;

/// What documents are spoilt with: the members that are found in them, by name, and all their values.
pub struct Parts {
    by_name: BTreeMap<String, Vec<Value>>,
    values: Vec<Value>,
    names: Vec<String>,
}

impl Parts {
    /// Takes the documents apart.
    pub fn of(documents: &[Value]) -> Self {
        let mut parts = Self { by_name: BTreeMap::new(), values: odd_values(), names: Vec::new() };
        documents.iter().for_each(|document| parts.take(document));
        parts.values.sort_by_key(Value::to_string);
        parts.values.dedup();
        parts.names = parts.by_name.keys().cloned().collect();
        parts
    }

    fn take(&mut self, value: &Value) {
        match value {
            Value::Object(members) => {
                for (name, member) in members {
                    self.by_name.entry(name.clone()).or_default().push(member.clone());
                    self.take(member);
                }
            }
            Value::Array(elements) => elements.iter().for_each(|element| self.take(element)),
            scalar => self.values.push(scalar.clone()),
        }
    }

    fn value(&self, random: &mut Dice) -> Value {
        random.pick(&self.values).clone()
    }

    fn named(&self, name: &str, random: &mut Dice) -> Value {
        random.pick(self.by_name.get(name).unwrap_or(&self.values)).clone()
    }

    /// Spoils a document in one place.
    pub fn spoil(&self, document: &mut Value, random: &mut Dice) {
        let inner = match document {
            Value::Object(members) if !members.is_empty() && !random.one_in(4) => {
                let at = random.below(members.len());
                members.values_mut().nth(at)
            }
            Value::Array(elements) if !elements.is_empty() && !random.one_in(4) => {
                let at = random.below(elements.len());
                elements.get_mut(at)
            }
            _ => None,
        };
        if let Some(inner) = inner {
            return self.spoil(inner, random);
        }
        match document {
            Value::Object(members) => self.spoil_members(members, random),
            Value::Array(elements) => self.spoil_elements(elements, random),
            scalar => self.spoil_scalar(scalar, random),
        }
    }

    fn spoil_members(&self, members: &mut Map<String, Value>, random: &mut Dice) {
        let names: Vec<_> = members.keys().cloned().collect();
        match random.below(4) {
            0 if !names.is_empty() => {
                members.shift_remove(random.pick(&names));
            }
            1 if !names.is_empty() => {
                let name = random.pick(&names);
                let value = members.shift_remove(name).unwrap();
                members.insert(random.pick(&self.names).clone(), value);
            }
            2 if !names.is_empty() => {
                let name = random.pick(&names).clone();
                let value = self.named(&name, random);
                members.insert(name, value);
            }
            _ => {
                let name = random.pick(&self.names).clone();
                let value = self.named(&name, random);
                members.insert(name, value);
            }
        }
    }

    fn spoil_elements(&self, elements: &mut Vec<Value>, random: &mut Dice) {
        match random.below(3) {
            0 if !elements.is_empty() => {
                elements.remove(random.below(elements.len()));
            }
            1 if !elements.is_empty() => elements.push(random.pick(elements).clone()),
            _ => elements.push(self.value(random)),
        }
    }

    fn spoil_scalar(&self, scalar: &mut Value, random: &mut Dice) {
        *scalar = match scalar {
            Value::String(text) if !random.one_in(4) => json!(spoilt_text(text, random)),
            Value::Number(number) if !random.one_in(4) => {
                let number = number.as_f64().unwrap();
                json!(number + random.pick(&[-1.0, 1.0, 0.5, 1000.0]))
            }
            _ => self.value(random),
        };
    }
}

/// A letter more, less, other, or in another case.
fn spoilt_text(text: &str, random: &mut Dice) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    let odd = [
        '/', '.', ' ', ':', '~', '$', '"', '\\', 'x', 'X', '0', '-', '_', '?', '#', 'é', '\u{85}', '\u{7f}', '\n', ']',
        '{',
    ];
    let at = random.below(letters.len() + 1);
    match random.below(4) {
        0 => letters.insert(at, *random.pick(&odd)),
        1 if at < letters.len() => {
            letters.remove(at);
        }
        2 if at < letters.len() => letters[at] = *random.pick(&odd),
        _ => {
            letters = text
                .chars()
                .flat_map(
                    |letter| if random.one_in(2) { letter.to_uppercase().collect::<Vec<_>>() } else { vec![letter] },
                )
                .collect()
        }
    }
    letters.into_iter().collect()
}

/// Values that nobody writes on purpose.
fn odd_values() -> Vec<Value> {
    let mut values = vec![
        json!(null),
        json!(true),
        json!(false),
        json!([]),
        json!({}),
        json!([[]]),
        json!(""),
        json!(" "),
        json!("\u{85}"),
        json!("\u{feff}"),
        json!("\u{2029}"),
        json!("x".repeat(64)),
        json!("x".repeat(65)),
        json!("x".repeat(129)),
        json!("é".repeat(45)),
        json!("é".repeat(600)),
    ];
    values.extend([-1.0, 0.0, 0.5, 1.0, 1.5, 2.0, 12.0, 16.0, 20.0, 21.0, 100.0, 101.0, 1e9, 1e300].map(Value::from));
    values.extend(
        [0, 1, 15, 16, 17, 63, 64, 256, 1024, 3600, 60_000, 604_800, 604_801, 268_435_456_u64].map(Value::from),
    );
    values
}
