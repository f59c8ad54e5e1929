//! A policy: what of a configuration decides, without anything that needs a secret.
//!
//! Encryption, tokens, signatures and templates don't decide and aren't part of a configuration's revision, so they are
//! left out, and a replay needs none of their variables.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use kyc_gate::config::{
    Action, Cause, Config, ForwardBody, Mode, Outline, Problems, Profile, SecretName, Secrets, UNDECIDING,
};
use kyc_gate::scoring::settings::Thresholds;
use kyc_gate::scoring::{
    AddressCheck, CheckId, Condition, Decision, Evidence, IdentityCheck, ProofVerdict, RuleAction, Settings, arithmetic,
};
use kyc_gate::template::Template;
use serde_json::{Map, Value, json};

use super::judged::{Judged, Rules};
use crate::failure::Failure;
use crate::gate::{self, ConfigText};
use crate::input;
use crate::settings::{CONFIGURATION_GIVEN, is_configuration};

/// A policy, as every thread can share it.
pub struct Policy {
    /// The file that it comes from.
    pub path: PathBuf,
    /// The file with its settings, where they have one of their own.
    pub settings_path: Option<PathBuf>,
    /// The configuration's members that decide.
    pub document: Value,
    /// `requestEncryption`, where recorded posts may be encrypted.
    pub encryption: Option<Value>,
    variables: Vec<(String, String)>,
    /// The revision of all that decides.
    pub config_revision: String,
    /// The revision of the top-level settings.
    pub settings_revision: String,
    /// How facts are drawn.
    pub evidence: Evidence,
    /// The profiles, the default one last; the only one where there are none.
    pub profiles: Vec<ProfilePolicy>,
}

/// What applies to the posts of one profile.
pub struct ProfilePolicy {
    /// `None` where the configuration has no profiles.
    pub name: Option<String>,
    /// Weights, thresholds and ages.
    pub settings: Settings,
    /// The rules in force, in their order.
    pub rules: Vec<RulePolicy>,
}

/// A rule.
pub struct RulePolicy {
    /// Its name.
    pub name: String,
    /// What it asks for.
    pub then: RuleAction,
    /// When it fires.
    pub when: When,
}

/// When a rule fires.
#[derive(Clone, PartialEq, Eq)]
pub enum When {
    /// A shipped condition, by the name of the rule that ships it.
    Shipped(&'static str),
    /// An expression, as it was written.
    Expression(String),
}

/// What a post comes to under a policy.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Conclusion {
    /// The identity proof.
    pub identity: ProofVerdict,
    /// The address proof, when scored.
    pub address: Option<ProofVerdict>,
    /// The decision.
    pub decision: Decision,
}

impl Conclusion {
    /// Returns the lowest of the proofs' scores.
    #[must_use]
    pub fn score(&self) -> u8 {
        self.address.map_or(self.identity.score, |address| address.score.min(self.identity.score))
    }
}

impl Policy {
    /// Loads a policy. `settings` names a file with a settings document that takes the place of `kycSettings`.
    ///
    /// # Errors
    /// A file that can't be read, a configuration that the gate refuses for anything but unset variables, or settings
    /// that stand neither in the configuration nor in a file of their own.
    pub fn load(path: &Path, settings: Option<&Path>) -> Result<Self, Failure> {
        let text = gate::text(path)?;
        refuse_unsound(&text)?;
        let mut members = object(path, &text.bytes)?;
        let encryption = members.get("requestEncryption").filter(|block| block.get("enable") == Some(&true.into()));
        let encryption = encryption.cloned();
        let has_store = members.get("settingsApi").is_some_and(|api| api.get("store").is_some());
        strip(&mut members);
        if let Some(settings) = settings {
            let text = input::read(settings, input::MAX_CONFIG_BYTES)?;
            let document = Value::Object(object(settings, &text)?);
            if is_configuration(&document) {
                return Err(Failure::Usage(format!("{}: {CONFIGURATION_GIVEN}", settings.display())));
            }
            members.insert("kycSettings".to_owned(), document);
        } else if has_store && !members.contains_key("kycSettings") {
            return Err(Failure::Usage(format!(
                "{}: the settings are in the settings service; name a file with them, as `kyc-gate settings get` \
                 writes it, by --baseline-settings or --settings",
                path.display()
            )));
        }
        let document = Value::Object(members);
        let shown = settings.unwrap_or(path);
        let config = parse(&document).map_err(|problems| refused(shown, problems))?;
        Ok(Self {
            path: path.to_owned(),
            settings_path: settings.map(Path::to_owned),
            document,
            encryption,
            variables: text.given,
            config_revision: config.revision(Some(&config.settings)),
            settings_revision: config.settings.revision().to_owned(),
            evidence: config.evidence.clone(),
            profiles: config.all_profiles().map(|profile| ProfilePolicy::of(&config, profile)).collect(),
        })
    }

    /// Makes the configuration that scores posts: whatever is judged is forwarded, with `slices` as its body.
    ///
    /// # Errors
    /// None for a policy that was loaded.
    pub fn config(&self, slices: &Value) -> Result<Rc<Config>, Failure> {
        let mut config = parse(&self.document).map_err(|problems| refused(&self.path, problems))?;
        let template = Template::compile(slices).ok().map(Rc::new);
        let Config { profiles, default_profile, .. } = &mut config;
        for profile in profiles.iter_mut().chain([default_profile]) {
            profile.request_body = template.clone();
            let decision = &mut profile.decision;
            decision.mode = Mode::Enforce;
            decision.forward_body = ForwardBody::Rewritten;
            (decision.on_accept, decision.on_review, decision.on_reject) =
                (Action::Forward, Action::Forward, Action::Forward);
        }
        Ok(Rc::new(config))
    }

    /// Makes a configuration of nothing but `requestEncryption`, with the secrets of the environment, or of the file
    /// itself. Previous keys that aren't there are left out. `None` without encryption, or without its key.
    ///
    /// # Errors
    /// A key that is none.
    pub fn opener(&self) -> Result<Option<Config>, Failure> {
        let Some(block) = &self.encryption else { return Ok(None) };
        let mut block = block.clone();
        let variable = |name: &str| gate::variable(&self.variables, name);
        if let Some(previous) = block.get_mut("previousKeys").and_then(Value::as_array_mut) {
            previous.retain(|key| match key.as_str().and_then(SecretName::of) {
                Some(SecretName::Variable(name)) => variable(&name).is_some_and(|value| !value.is_empty()),
                Some(SecretName::Sds(_)) => false,
                None => true,
            });
        }
        let document = json!({ "requestEncryption": block });
        match Config::parse_with(document.to_string().as_bytes(), &Secrets::with_sds(&variable, &|_| None)) {
            Ok(config) => Ok(Some(config)),
            Err(Problems(problems)) => {
                let is_absent = |cause: &Cause| matches!(cause, Cause::UnsetVariable(_) | Cause::AbsentSecret(_));
                let lacks_key = problems.iter().any(|problem| is_absent(&problem.cause));
                if lacks_key { Ok(None) } else { Err(refused(&self.path, Problems(problems))) }
            }
        }
    }

    /// Returns the position of a profile.
    #[must_use]
    pub fn profile_named(&self, name: Option<&str>) -> Option<u16> {
        let at = self.profiles.iter().position(|profile| profile.name.as_deref() == name)?;
        u16::try_from(at).ok()
    }

    /// Returns a profile by its position.
    #[must_use]
    pub fn profile(&self, at: u16) -> Option<&ProfilePolicy> {
        self.profiles.get(usize::from(at))
    }

    /// Scores what was found about a post by this policy's weights, thresholds and rules.
    #[must_use]
    pub fn conclude(&self, judged: &Judged) -> Option<Conclusion> {
        Some(self.profile(judged.profile)?.conclude(judged))
    }
}

impl ProfilePolicy {
    fn of(config: &Config, profile: &Profile) -> Self {
        let rule = |rule: &kyc_gate::scoring::Rule| RulePolicy {
            name: rule.name.clone(),
            then: rule.then,
            when: When::of(&rule.when),
        };
        Self {
            name: profile.name.as_deref().map(str::to_owned),
            settings: profile.settings.as_deref().unwrap_or(&config.settings).clone(),
            rules: profile.rules.iter().map(rule).collect(),
        }
    }

    /// Returns the points that a check costs when it fails.
    #[must_use]
    pub fn weight(&self, check: CheckId) -> u8 {
        match check {
            CheckId::Identity(check) => self.settings.identity_weight(check),
            CheckId::Address(check) => self.settings.address_weight(check),
        }
    }

    pub(super) fn conclude(&self, judged: &Judged) -> Conclusion {
        let settings = &self.settings;
        let failed = IdentityCheck::ALL.into_iter().filter(|check| judged.fails(CheckId::Identity(*check)));
        let identity =
            arithmetic::proof(failed.map(|check| settings.identity_weight(check)), settings.identity_thresholds);
        let address = judged.address.map(|_| {
            let failed = AddressCheck::ALL.into_iter().filter(|check| judged.fails(CheckId::Address(*check)));
            arithmetic::proof(failed.map(|check| settings.address_weight(check)), settings.address_thresholds)
        });
        let rules = self.fired(judged.rules);
        let decision = arithmetic::decide(identity.decision, address.map(|proof| proof.decision), rules);
        Conclusion { identity, address, decision }
    }

    /// Returns what the rules that fired ask for.
    pub fn fired(&self, rules: Rules) -> impl Iterator<Item = Decision> + Clone {
        self.rules.iter().enumerate().filter_map(move |(at, rule)| rule.asks(rules, at))
    }

    /// Returns the thresholds of a proof.
    #[must_use]
    pub fn thresholds(&self, of_address: bool) -> Thresholds {
        if of_address { self.settings.address_thresholds } else { self.settings.identity_thresholds }
    }
}

impl RulePolicy {
    /// Returns what the rule asks for where it fired; it is the one at position `at`.
    #[must_use]
    pub fn asks(&self, rules: Rules, at: usize) -> Option<Decision> {
        if rules.has_fired(at) { self.then.decision(rules.has_failed(at)) } else { None }
    }
}

impl When {
    fn of(condition: &Condition) -> Self {
        match condition {
            Condition::ExpiredDocument => Self::Shipped("expired-document"),
            Condition::LivenessSpoof => Self::Shipped("liveness-spoof"),
            Condition::Underage => Self::Shipped("underage"),
            Condition::SourcesDisagree => Self::Shipped("sources-disagree"),
            Condition::DocumentStatusError => Self::Shipped("document-status-error"),
            Condition::Expression(expression) => Self::Expression(expression.text().to_owned()),
        }
    }
}

/// Refuses what the gate would refuse, for whatever but secrets that aren't here.
fn refuse_unsound(text: &ConfigText) -> Result<(), Failure> {
    let outline = Outline::parse(&text.bytes, &|name| text.variable(name));
    let Err(Problems(problems)) = outline else { return Ok(()) };
    let unsound: Vec<_> =
        problems.into_iter().filter(|problem| !matches!(problem.cause, Cause::UnsetVariable(_))).collect();
    if unsound.is_empty() { Ok(()) } else { Err(refused(&text.path, Problems(unsound))) }
}

fn refused(path: &Path, problems: Problems) -> Failure {
    Failure::Config { path: path.to_owned(), problems }
}

fn object(path: &Path, text: &[u8]) -> Result<Map<String, Value>, Failure> {
    let text = if text.is_empty() { b"{}" } else { text };
    match serde_json::from_slice(text) {
        Ok(Value::Object(members)) => Ok(members),
        _ => Err(Failure::Usage(format!("{}: not a JSON object", path.display()))),
    }
}

fn strip(members: &mut Map<String, Value>) {
    let decides = |key: &String| !UNDECIDING.contains(&key.as_str());
    members.retain(|key, _| decides(key));
    let profiles = members.get_mut("profiles").and_then(Value::as_array_mut);
    for profile in profiles.into_iter().flatten().filter_map(Value::as_object_mut) {
        profile.retain(|key, _| decides(key));
    }
}

fn parse(document: &Value) -> Result<Config, Problems> {
    Config::parse(document.to_string().as_bytes(), &|_| None)
}
