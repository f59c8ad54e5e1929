//! The whole configuration: how it is read, and what it comes to.

use std::rc::Rc;

use serde_json::Value;

use crate::access_token::Endpoint;
use crate::authorization::Authorization;
use crate::confirmation::Locators;
use crate::crypto::Envelope;
use crate::payload::{Document, Limits};
use crate::replay::Policy;
use crate::scoring::{Evidence, Settings};
use crate::settings_api::SettingsApi;
use crate::signature::Signer;

use super::audit::Audit;
use super::decision::DecisionPolicy;
use super::node::{ConfigNode, ConfigObject, Report};
use super::observe::Observe;
use super::problem::{Cause, ConfigWarning, Problem, Problems};
use super::profile::Profile;
use super::profile::ProfileMatch;
use super::revision::ConfigRevision;
use super::rules::RuleSet;
use super::sds::Subscription;
use super::secrets::Secrets;
use super::{
    access_token, audit, authorization, decision, encryption, evidence, headers, limits, matching, observe, profiles,
    protobuf_struct, replay, request_body, response_body, sds, settings, settings_api, signature, syntax,
};

/// Bounds on the configuration itself, far above any real one.
const LIMITS: Limits = Limits { max_depth: 64, max_fields: 100_000 };

/// Where an editor finds the JSON Schema of the configuration. It has no effect.
const SCHEMA: &str = "$schema";

/// A validated configuration.
pub struct Config {
    pub(super) revision: ConfigRevision,
    /// What is legal but probably not meant, in the order of the document.
    pub warnings: Vec<ConfigWarning>,
    /// `match.methods`.
    pub methods: Vec<String>,
    /// `match.paths`: exact, query ignored.
    pub paths: Vec<String>,
    /// `requestEncryption`, when enabled.
    pub request_encryption: Option<Envelope>,
    /// What its keys are called, in their order: the names of their secrets.
    pub request_key_ids: Vec<Rc<str>>,
    /// `responseDecryption`, when enabled.
    pub response_encryption: Option<Envelope>,
    /// `responseBody`; without it the backend's responses aren't read.
    pub locators: Option<Locators>,
    /// `signature`.
    pub signer: Option<Signer>,
    /// The top-level `kycSettings`, of every profile that has none of its own; the shipped ones where it is absent.
    pub settings: Settings,
    /// Whether `kycSettings` is there.
    pub settings_given: bool,
    /// `settingsApi`; without it, `/kyc-settings` is a path like any other.
    pub settings_api: Option<Rc<SettingsApi>>,
    /// `authorization`; without it, anybody may post.
    pub authorization: Option<Authorization>,
    /// `accessTokenEndpoint`.
    pub access_token_endpoint: Option<Rc<Endpoint>>,
    /// `evidence`.
    pub evidence: Evidence,
    /// `replay`.
    pub replay: Policy,
    /// The top-level `decision`: what counts where no profile is known.
    pub decision: DecisionPolicy,
    /// `profiles[]` but the default one, in order.
    pub profiles: Vec<Profile>,
    /// What applies to the posts that no other profile takes; without `profiles`, to all.
    pub default_profile: Profile,
    /// `limits.maxBodyBytes`.
    pub max_body_bytes: usize,
    /// `limits.maxAnswerBytes`.
    pub max_answer_bytes: usize,
    /// `limits.maxInflightBytes`.
    pub max_inflight_bytes: usize,
    /// `limits.maxDepth`, `limits.maxFields`.
    pub scan_limits: Limits,
    /// `audit`.
    pub audit: Audit,
    /// `observe`.
    pub observe: Observe,
    /// The secrets that come by SDS, and `sds`.
    pub subscriptions: Vec<Subscription>,
}

impl Config {
    /// The keys of the top level.
    pub const KEYS: [&str; 22] = [
        SCHEMA,
        "match",
        "requestEncryption",
        "responseDecryption",
        "requestBody",
        "responseBody",
        "headers",
        "accessTokenEndpoint",
        "kycSettings",
        "evidence",
        "rules",
        "shippedRules",
        "decision",
        "limits",
        "audit",
        "observe",
        "profiles",
        "replay",
        "settingsApi",
        "signature",
        "authorization",
        "sds",
    ];

    /// Reads and validates a configuration: one JSON object, or the same as a `google.protobuf.Struct` on the wire,
    /// or nothing at all for the defaults. `environment` looks up a variable of the VM.
    ///
    /// ```
    /// use kyc_gate::config::{Action, Config};
    ///
    /// let config = Config::parse(br#"{ "decision": { "onReject": "deny" } }"#, &|_| None).ok().unwrap();
    /// assert_eq!(config.decision.on_reject, Action::Deny);
    ///
    /// let refused = br#"{ "decision": { "onReject": "drop" }, "limits": { "maxBodyBytes": 0 } }"#;
    /// let problems = Config::parse(refused, &|_| None).err().unwrap();
    /// let lines: Vec<_> = problems.0.iter().map(ToString::to_string).collect();
    /// assert_eq!(lines, [
    ///     "decision.onReject: must be one of forward, respond, deny",
    ///     "limits.maxBodyBytes: must be an integer from 1 to 268435456",
    /// ]);
    /// ```
    ///
    /// # Errors
    /// All problems at once.
    pub fn parse(bytes: &[u8], environment: &dyn Fn(&str) -> Option<String>) -> Result<Self, Problems> {
        Self::parse_with(bytes, &Secrets::of_environment(environment))
    }

    /// Reads and validates a configuration, as [`Self::parse`] does, where secrets may come by SDS as well.
    ///
    /// # Errors
    /// All problems at once. A secret that hasn't come is one.
    pub fn parse_with(bytes: &[u8], secrets: &Secrets<'_>) -> Result<Self, Problems> {
        let value = json(bytes).map_err(|problem| Problems(vec![problem]))?;
        let report = Report::default();
        let config = ConfigNode::root(&value, &report).object(&Self::KEYS).map(|root| read(&root, secrets));
        let (config, warnings) = report.conclude(config)?;
        Ok(Self { warnings, ..config })
    }
}

impl Config {
    /// Returns the revision of all that decides, under the top-level settings in force, if there are any: the first 16
    /// hex digits of the SHA-256 of its canonical JSON (RFC 8785). Secrets are no part of it.
    #[must_use]
    pub fn revision(&self, settings: Option<&Settings>) -> String {
        self.revision.under(settings)
    }

    /// Returns the settings to score by until the settings API knows better. With a store, the shipped ones would be
    /// nobody's choice: then there are none, unless the configuration has some.
    #[must_use]
    pub fn initial_settings(&self) -> Option<Rc<Settings>> {
        let has_store = self.settings_api.as_ref().is_some_and(|api| api.store.is_some());
        (self.settings_given || !has_store).then(|| Rc::new(self.settings.clone()))
    }
}

/// Scans first, since `serde_json` would let a duplicate key win silently.
fn json(bytes: &[u8]) -> Result<Value, Problem> {
    let bytes = if bytes.is_empty() { b"{}" } else { bytes };
    match Document::scan(bytes, LIMITS) {
        Ok(_) => {
            serde_json::from_slice(bytes).map_err(|_| Problem { path: String::new(), cause: Cause::Unrepresentable })
        }
        Err(_) => structure(bytes),
    }
}

/// Decodes a `Struct`. What JSON may not have, such as names that differ in case alone, it may not have either.
fn structure(bytes: &[u8]) -> Result<Value, Problem> {
    let value = protobuf_struct::decode(bytes, LIMITS).ok_or_else(|| syntax::problem(bytes, LIMITS))?;
    let text = value.to_string();
    let Err(error) = Document::scan(text.as_bytes(), LIMITS) else { return Ok(value) };
    // Nobody wrote that text, so a line and a column in it would mislead.
    let Problem { path, .. } = syntax::problem(text.as_bytes(), LIMITS);
    Err(Problem { path, cause: Cause::Struct(error) })
}

fn read(root: &ConfigObject<'_>, secrets: &Secrets<'_>) -> Config {
    root.optional(SCHEMA).and_then(|node| node.string());
    let matching = matching::read(root.optional("match"));
    let decision = decision::read(root.optional("decision"));
    let endpoint = root.optional("accessTokenEndpoint");
    let context = headers::HeaderContext::new(&decision.header_prefix, endpoint.is_some(), secrets);
    let bounds = limits::read(root.optional("limits"));
    let rule_set = RuleSet::read(root, &RuleSet::default());
    let top = Profile {
        name: None,
        settings: None,
        rules: rule_set.in_force(),
        rule_set,
        request_body: request_body::read(root.optional("requestBody")).map(Rc::new),
        headers: headers::read(root.optional("headers"), &context).into(),
        decision: decision.clone(),
        condition: ProfileMatch::default(),
    };
    let top_body = top.request_body.clone();
    let (request_encryption, request_key_ids) =
        encryption::request(root.optional("requestEncryption"), bounds.scan, secrets);
    let (profiles, default_profile) = profiles::read(root.optional("profiles"), top, &matching.paths, &context);
    if top_body.is_some_and(|body| !profiles.iter().chain([&default_profile]).any(|profile| profile.sends(&body))) {
        request_body::warn_unused(root.optional("requestBody"));
    }
    let evidence = evidence::read(root.optional("evidence"), &decision.header_prefix);
    let revision = ConfigRevision::new(&evidence, &default_profile, &profiles);
    let access_token_endpoint = endpoint.and_then(|node| access_token::read(&node, &context, secrets)).map(Rc::new);
    let config = Config {
        revision,
        warnings: Vec::new(),
        access_token_endpoint,
        authorization: authorization::read(root.optional("authorization"), secrets),
        settings_given: root.optional("kycSettings").is_some(),
        settings_api: settings_api::read(root.optional("settingsApi"), &matching.paths, secrets),
        methods: matching.methods,
        paths: matching.paths,
        request_encryption,
        request_key_ids,
        response_encryption: encryption::response(root.optional("responseDecryption"), secrets),
        locators: response_body::read(root.optional("responseBody")),
        signer: signature::read(root.optional("signature"), secrets),
        settings: settings::read(root.optional("kycSettings")),
        replay: replay::read(root.optional("replay")),
        evidence,
        decision,
        profiles,
        default_profile,
        max_body_bytes: bounds.max_body_bytes,
        max_answer_bytes: bounds.max_answer_bytes,
        max_inflight_bytes: bounds.max_inflight_bytes,
        scan_limits: bounds.scan,
        audit: audit::read(root.optional("audit"), secrets),
        observe: observe::read(root.optional("observe")),
        subscriptions: Vec::new(),
    };
    Config { subscriptions: sds::read(root.optional("sds"), secrets), ..config }
}
