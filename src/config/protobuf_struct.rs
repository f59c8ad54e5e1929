//! A `google.protobuf.Struct` in its wire format, as a JSON value.
//!
//! Envoy unwraps a `StringValue` before it hands the configuration over, but passes a `Struct` on as the bytes of the
//! message (`MessageUtil::anyToBytes`). The two can't be taken for each other: each entry of a `Struct` has the byte
//! 0x12 in it, which no JSON text may have.

use serde_json::{Map, Number, Value};

use crate::payload::Limits;

/// Decodes a whole message; `None` for anything else, unknown fields, duplicate keys, numbers that JSON doesn't have
/// and messages over the limits included.
pub(super) fn decode(bytes: &[u8], limits: Limits) -> Option<Value> {
    Decoder { fields: limits.max_fields }.structure(bytes, limits.max_depth)
}

/// Counts down what may still come.
struct Decoder {
    fields: usize,
}

impl Decoder {
    /// `Struct { map<string, Value> fields = 1; }`
    fn structure(&mut self, bytes: &[u8], depth: usize) -> Option<Value> {
        let depth = depth.checked_sub(1)?;
        let mut members = Map::new();
        for field in Fields(bytes) {
            let (1, Payload::Bytes(entry)) = field? else { return None };
            let (key, value) = self.entry(entry, depth)?;
            if members.insert(key, value).is_some() {
                return None;
            }
        }
        Some(Value::Object(members))
    }

    fn entry(&mut self, bytes: &[u8], depth: usize) -> Option<(String, Value)> {
        self.fields = self.fields.checked_sub(1)?;
        let (mut key, mut value) = (None, None);
        for field in Fields(bytes) {
            match field? {
                (1, Payload::Bytes(text)) => key = Some(string(text)?),
                (2, Payload::Bytes(message)) => value = Some(self.value(message, depth)?),
                _ => return None,
            }
        }
        // proto3 may leave an empty key out, but not the kind of a value.
        Some((key.unwrap_or_default(), value?))
    }

    /// `Value`, a `oneof` of null, double, string, bool, `Struct` and `ListValue`.
    fn value(&mut self, bytes: &[u8], depth: usize) -> Option<Value> {
        let mut fields = Fields(bytes);
        let value = match fields.next()?? {
            (1, Payload::Varint(0)) => Value::Null,
            (2, Payload::Fixed64(double)) => Value::Number(number(f64::from_le_bytes(double))?),
            (3, Payload::Bytes(text)) => Value::String(string(text)?),
            (4, Payload::Varint(flag @ 0..=1)) => Value::Bool(flag == 1),
            (5, Payload::Bytes(message)) => self.structure(message, depth)?,
            (6, Payload::Bytes(message)) => self.list(message, depth)?,
            _ => return None,
        };
        fields.next().is_none().then_some(value)
    }

    /// `ListValue { repeated Value values = 1; }`
    fn list(&mut self, bytes: &[u8], depth: usize) -> Option<Value> {
        let depth = depth.checked_sub(1)?;
        let elements = Fields(bytes).map(|field| {
            self.fields = self.fields.checked_sub(1)?;
            let (1, Payload::Bytes(message)) = field? else { return None };
            self.value(message, depth)
        });
        elements.collect::<Option<_>>().map(Value::Array)
    }
}

fn string(bytes: &[u8]) -> Option<String> {
    std::str::from_utf8(bytes).ok().map(str::to_owned)
}

/// Reads a whole double as an integer again, as it was when the operator wrote it.
fn number(double: f64) -> Option<Number> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let integer = (double.fract() == 0.0 && double.abs() <= EXACT).then(|| double.to_string().parse::<i64>().ok());
    integer.flatten().map(Number::from).or_else(|| Number::from_f64(double))
}

/// What stands behind a tag.
enum Payload<'b> {
    Varint(u64),
    Fixed64([u8; 8]),
    Bytes(&'b [u8]),
}

/// The fields of a message in their order; one `None` where it is malformed, then the end.
struct Fields<'b>(&'b [u8]);

impl<'b> Iterator for Fields<'b> {
    type Item = Option<(u64, Payload<'b>)>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let field = self.field();
        if field.is_none() {
            self.0 = &[];
        }
        Some(field)
    }
}

impl<'b> Fields<'b> {
    fn field(&mut self) -> Option<(u64, Payload<'b>)> {
        let tag = self.varint()?;
        let payload = match tag & 7 {
            0 => Payload::Varint(self.varint()?),
            1 => Payload::Fixed64(self.take(8)?.try_into().ok()?),
            2 => {
                let length = usize::try_from(self.varint()?).ok()?;
                Payload::Bytes(self.take(length)?)
            }
            _ => return None,
        };
        Some((tag >> 3, payload))
    }

    fn varint(&mut self) -> Option<u64> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = *self.take(1)?.first()?;
            value |= u64::from(byte & 0x7f).checked_shl(shift)?;
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }

    fn take(&mut self, length: usize) -> Option<&'b [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits { max_depth: 3, max_fields: 4 };

    /// Reads a field of bytes, fewer than 128 of them.
    fn field(tag: u8, bytes: &[u8]) -> Vec<u8> {
        [&[tag, u8::try_from(bytes.len()).unwrap()], bytes].concat()
    }

    /// `{"a": <value>}`
    fn member(value: &[u8]) -> Vec<u8> {
        field(0x0a, &[field(0x0a, b"a"), field(0x12, value)].concat())
    }

    fn double(double: f64) -> Vec<u8> {
        member(&[&[0x11][..], &double.to_le_bytes()].concat())
    }

    #[test]
    fn whole_doubles_are_integers() {
        for (bytes, json) in [
            (double(16_777_216.0), r#"{"a":16777216}"#),
            (double(-3.0), r#"{"a":-3}"#),
            (double(0.92), r#"{"a":0.92}"#),
            (double(1e300), r#"{"a":1e+300}"#),
            (member(&[0x08, 0]), r#"{"a":null}"#),
            (member(&[0x20, 1]), r#"{"a":true}"#),
            (member(&[0x1a, 0]), r#"{"a":""}"#),
            (member(&[0x2a, 0]), r#"{"a":{}}"#),
            (member(&[0x32, 4, 0x0a, 2, 0x20, 0]), r#"{"a":[false]}"#),
        ] {
            assert_eq!(decode(&bytes, LIMITS).unwrap().to_string(), json);
        }
    }

    #[test]
    fn refuses_what_is_no_struct() {
        let twice = [double(1.0), double(2.0)].concat();
        let cut = double(1.0).split_last().unwrap().1.to_vec();
        let malformed: [&[u8]; 11] = [
            &twice,
            &cut,
            &double(f64::NAN),
            &double(f64::INFINITY),
            &member(&[]),
            &member(&[0x20, 2]),
            &member(&[0x1a, 1, 0xff]),
            &member(&[0x20, 1, 0x20, 1]),
            &[0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1],
            &[0x12, 0],
            b"\n{\n}",
        ];
        for bytes in malformed {
            assert_eq!(decode(bytes, LIMITS), None, "{bytes:?}");
        }
    }

    #[test]
    fn keeps_to_the_limits() {
        let nested = |levels: u32| (1..levels).fold(member(&[0x20, 1]), |inner, _| member(&field(0x2a, &inner)));
        assert!(decode(&nested(3), LIMITS).is_some());
        assert!(decode(&nested(4), LIMITS).is_none());
        let list = |elements: u8| {
            let values: Vec<u8> = (0..elements).flat_map(|_| [0x0a, 2, 0x20, 1]).collect();
            member(&field(0x32, &values))
        };
        assert!(decode(&list(3), LIMITS).is_some());
        assert!(decode(&list(4), LIMITS).is_none());
    }
}
