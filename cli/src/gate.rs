//! A configuration, loaded for the commands that put posts through it.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use kyc_gate::config::{Config, SecretName, Secrets};
use zeroize::Zeroizing;

use crate::check::key_values;
use crate::failure::Failure;
use crate::find::{self, Configuration, File, Gate, ReadError};
use crate::input;

/// Loads the configuration that a file holds, with the secrets of the environment; the defaults without a file.
///
/// The file is a plugin configuration, or anything that holds one: Envoy's bootstrap, an EnvoyFilter, a policy, a
/// ConfigMap. Of several, `FILE#NAME` picks one by its name or its number, from 1. Variables whose values stand in the
/// file have those.
///
/// # Errors
/// A file that can't be read, that holds no configuration or several, or one that the gate refuses.
pub fn load(path: Option<&Path>) -> Result<Rc<Config>, Failure> {
    let Some(argument) = path else {
        return parse(Path::new(""), b"", &|name| std::env::var(name).ok());
    };
    let text = text(argument)?;
    parse(&text.path, &text.bytes, &|name| text.variable(name))
}

/// A configuration, with the JSON that it was read from.
pub struct Loaded {
    /// The configuration.
    pub config: Rc<Config>,
    /// Its JSON; nothing for the defaults.
    pub json: Vec<u8>,
    /// The variables that aren't set, and have another value in their stead.
    pub stand_ins: Vec<String>,
}

/// Loads a configuration for posts that were never encrypted: variables that aren't set have a value that fits.
///
/// # Errors
/// As [`load`], but for variables that aren't set.
pub fn load_without_secrets(path: Option<&Path>) -> Result<Loaded, Failure> {
    let Some(argument) = path else { return parse_without_secrets(Path::new(""), Vec::new()) };
    let text = text(argument)?;
    stand_in(&text.path, text.bytes.clone(), &|name| text.variable(name))
}

/// Reads a configuration that stands in a file of another kind, as [`load_without_secrets`] does.
///
/// # Errors
/// One that the gate refuses.
pub fn parse_without_secrets(path: &Path, json: Vec<u8>) -> Result<Loaded, Failure> {
    stand_in(path, json, &|name| std::env::var(name).ok())
}

fn stand_in(path: &Path, json: Vec<u8>, known: &dyn Fn(&str) -> Option<String>) -> Result<Loaded, Failure> {
    let (roots, _) = crate::source::parse(&String::from_utf8_lossy(&json));
    let fitting = roots.first().map(crate::check::placeholders).unwrap_or_default();
    let stand_ins = RefCell::new(Vec::new());
    let stand_in = |text: String| {
        let fitting = fitting.get(&text)?;
        stand_ins.borrow_mut().push(SecretName::of(&text)?.as_str().to_owned());
        Some(fitting.clone())
    };
    let look_up =
        |name: &str| known(name).filter(|value| !value.is_empty()).or_else(|| stand_in(format!("env:{name}")));
    let delivered = |name: &str| stand_in(format!("sds:{name}")).map(|text| Zeroizing::new(text.into_bytes()));
    let config = parse_with(path, &json, &Secrets::with_sds(&look_up, &delivered))?;
    let mut stand_ins = stand_ins.into_inner();
    stand_ins.sort_unstable();
    stand_ins.dedup();
    Ok(Loaded { config, json, stand_ins })
}

/// The text of a configuration.
pub struct ConfigText {
    /// The file that it is in.
    pub path: PathBuf,
    /// The configuration, as the plugin gets it.
    pub bytes: Vec<u8>,
    /// Variables whose values stand in the file.
    pub given: Vec<(String, String)>,
}

/// Returns a variable's value: the one that stands in the file, or that of the environment.
#[must_use]
pub fn variable(given: &[(String, String)], name: &str) -> Option<String> {
    let own = given.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
    own.or_else(|| std::env::var(name).ok())
}

impl ConfigText {
    /// Returns a variable's value: the one in the file, or that of the environment.
    #[must_use]
    pub fn variable(&self, name: &str) -> Option<String> {
        variable(&self.given, name)
    }
}

/// Finds the configuration that a file holds, as [`load`] does, without judging it.
///
/// # Errors
/// A file that can't be read, or that holds no configuration or several.
pub fn text(argument: &Path) -> Result<ConfigText, Failure> {
    let (path, choice) = parted(argument);
    let bytes = input::read(&path, input::MAX_CONFIG_BYTES)?;
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Ok(ConfigText { path, bytes: Vec::new(), given: Vec::new() });
    }
    let file = File::read(&bytes);
    let gates = find::gates(&file.documents);
    let gate = chosen(&path, &file, &gates, choice.as_deref())?;
    if let Configuration::Unusable { expected, .. } = gate.configuration {
        return Err(Failure::Usage(format!("{}: the configuration must be {expected}", path.display())));
    }
    let given = key_values(gate).map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    Ok(ConfigText { bytes: gate.configuration.bytes().into_owned(), path, given })
}

fn parse(path: &Path, bytes: &[u8], environment: &dyn Fn(&str) -> Option<String>) -> Result<Rc<Config>, Failure> {
    // Those of SDS only Envoy gets.
    parse_with(path, bytes, &Secrets::with_sds(environment, &|_| None))
}

fn parse_with(path: &Path, bytes: &[u8], secrets: &Secrets<'_>) -> Result<Rc<Config>, Failure> {
    let config = Config::parse_with(bytes, secrets);
    config.map(Rc::new).map_err(|problems| Failure::Config { path: path.to_owned(), problems })
}

/// Parts `FILE#NAME`, unless there is a file of that name.
fn parted(argument: &Path) -> (PathBuf, Option<String>) {
    let text = argument.to_string_lossy();
    match text.rsplit_once('#') {
        Some((path, choice)) if !argument.exists() => (PathBuf::from(path), Some(choice.to_owned())),
        _ => (argument.to_owned(), None),
    }
}

fn chosen<'g, 'f>(
    path: &Path,
    file: &File,
    gates: &'g [Gate<'f>],
    choice: Option<&str>,
) -> Result<&'g Gate<'f>, Failure> {
    let names = || gates.iter().map(|gate| gate.name.clone()).collect();
    if let Some(choice) = choice {
        let number = choice.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
        let found = gates.iter().find(|gate| gate.name == choice).or_else(|| gates.get(number?));
        return found.ok_or_else(|| Failure::NoSuchGate {
            path: path.to_owned(),
            name: choice.to_owned(),
            names: names(),
        });
    }
    match gates {
        [gate] => Ok(gate),
        [first, others @ ..] if others.iter().all(|other| is_same(first, other)) => Ok(first),
        [] => Err(match &file.error {
            Some(ReadError::NotUtf8(at)) => Failure::Usage(format!("{}: not UTF-8 at byte {at}", path.display())),
            Some(ReadError::Syntax(error)) => {
                let position = crate::report::Lines::new(file.text.as_str()).position(error.at.start);
                let place = format!("{}:{}:{}", path.display(), position.line, position.column);
                Failure::Usage(format!("{place}: {}", error.message))
            }
            None => Failure::NoGate { path: path.to_owned() },
        }),
        _ => Err(Failure::SeveralGates { path: path.to_owned(), names: names() }),
    }
}

fn is_same(one: &Gate<'_>, other: &Gate<'_>) -> bool {
    one.configuration.bytes() == other.configuration.bytes() && key_values(one).eq(key_values(other))
}
