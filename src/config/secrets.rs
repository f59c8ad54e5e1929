//! Where secrets come from: the environment, or Envoy's secret discovery service (SDS).

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt;

use zeroize::Zeroizing;

/// Longest name of a secret of SDS.
const LONGEST_NAME: usize = 256;

/// What `env:NAME` or `sds:NAME` names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretName {
    /// An environment variable.
    Variable(String),
    /// A secret that Envoy gets by SDS.
    Sds(String),
}

impl fmt::Display for SecretName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Variable(name) => write!(f, "environment variable {name}"),
            Self::Sds(name) => write!(f, "SDS secret {name}"),
        }
    }
}

impl SecretName {
    /// Returns what a text names; `None` for one that has neither form.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        if let Some(name) = text.strip_prefix("env:") {
            let legal = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
            let shaped = name.bytes().all(legal) && name.bytes().next().is_some_and(|first| !first.is_ascii_digit());
            return shaped.then(|| Self::Variable(name.to_owned()));
        }
        let name = text.strip_prefix("sds:")?;
        is_sds_name(name).then(|| Self::Sds(name.to_owned()))
    }

    /// Returns the name alone.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Variable(name) | Self::Sds(name) => name,
        }
    }
}

/// Returns whether a text can be the name of a secret of SDS: it is logged, and is the audit line's `key_id`.
pub(super) fn is_sds_name(text: &str) -> bool {
    let legal = |byte: u8| byte.is_ascii_graphic() && !b"\"\\*".contains(&byte);
    (1..=LONGEST_NAME).contains(&text.len()) && text.bytes().all(legal)
}

/// Looks up an environment variable.
type Environment<'s> = &'s dyn Fn(&str) -> Option<String>;
/// Looks up a secret of SDS; nothing where it hasn't come yet.
type Delivered<'s> = &'s dyn Fn(&str) -> Option<Zeroizing<Vec<u8>>>;

/// What secrets are looked up by while a configuration is read.
pub struct Secrets<'s> {
    pub(super) environment: Environment<'s>,
    pub(super) sds: Sds<'s>,
    /// The secrets of SDS that something names, whether it is switched on or not.
    pub(super) mentioned: RefCell<BTreeSet<String>>,
    /// Those whose values are needed.
    pub(super) needed: RefCell<BTreeSet<String>>,
}

/// What the host has of SDS.
#[derive(Clone, Copy)]
pub(super) enum Sds<'s> {
    /// Nothing: `sds:` is refused.
    Unknown,
    /// Secrets that haven't come yet: values that fit stand in for them.
    Later,
    /// Secrets as they were delivered.
    Delivered(Delivered<'s>),
}

impl<'s> Secrets<'s> {
    /// Returns those of a host without SDS.
    #[must_use]
    pub fn of_environment(environment: Environment<'s>) -> Self {
        Self::new(environment, Sds::Unknown)
    }

    /// Returns those of a host with SDS.
    #[must_use]
    pub fn with_sds(environment: Environment<'s>, delivered: Delivered<'s>) -> Self {
        Self::new(environment, Sds::Delivered(delivered))
    }

    pub(super) fn new(environment: Environment<'s>, sds: Sds<'s>) -> Self {
        Self { environment, sds, mentioned: RefCell::default(), needed: RefCell::default() }
    }
}
