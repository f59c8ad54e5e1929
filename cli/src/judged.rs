//! A post, put through the gate, and seen from inside.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use jiff::Timestamp;
use kyc_gate::config::{Config, Profile};
use kyc_gate::crypto::UnreadableCause;
use kyc_gate::exchange::refusal::ErrorCode;
use kyc_gate::exchange::request_head::{self, RequestHead};
use kyc_gate::exchange::{Exchange, Ruling};
use kyc_gate::http::MemoryBudget;
use kyc_gate::payload::{Document, Kyc, Pointer};
use kyc_gate::replay::Window;
use kyc_gate::scoring::{Case, Claims, Settings};
use kyc_gate::shared::{Expected, SharedData};
use serde::de::IgnoredAny;
use zeroize::Zeroizing;

use crate::failure::Failure;
use crate::settings::{CONFIGURATION_GIVEN, is_configuration};
use crate::{at, envelope, gate, input, post};

/// What stands where the access token for the backend would.
const ACCESS_TOKEN: &str = "ACCESS-TOKEN";

/// Which post it is, and by what it is judged.
#[derive(clap::Args)]
pub struct PostArgs {
    /// The payload, in the clear or encrypted; - for stdin.
    pub payload: PathBuf,
    /// The configuration [default: the gate's defaults].
    #[arg(long, short, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Scoring settings in force, as `GET /kyc-settings` gives them [default: the configuration's].
    #[arg(long, value_name = "FILE")]
    pub settings: Option<PathBuf>,
    /// A header of the post, or a pseudo header such as :path; repeatable.
    #[arg(long = "header", short = 'H', value_name = "NAME=VALUE", value_parser = parse_header)]
    pub header: Vec<(String, String)>,
    /// The day or instant by which ages and expiry count [default: now].
    #[arg(long, value_name = "TIME", value_parser = at::parse)]
    pub at: Option<Timestamp>,
    /// Judge the bytes as they are, also a payload in the clear where the configuration has a key.
    #[arg(long)]
    pub as_sent: bool,
}

/// Reads `NAME=VALUE`, or `Name: value` as curl has it.
///
/// # Errors
/// What is expected.
pub fn parse_header(text: &str) -> Result<(String, String), String> {
    let at = text.char_indices().skip(1).find(|(_, c)| matches!(c, '=' | ':')).map(|(at, _)| at);
    let (name, value) = at.and_then(|at| text.split_at_checked(at)).ok_or("must be NAME=VALUE")?;
    Ok((name.trim().to_lowercase(), value.get(1..).unwrap_or_default().trim().to_owned()))
}

/// A post, with the bytes that the gate gets.
pub struct Sent {
    /// The configuration.
    pub config: Rc<Config>,
    /// The top-level settings in force; `None` where only a store knows them.
    pub settings: Option<Rc<Settings>>,
    /// Lower-case names.
    pub headers: Vec<(String, String)>,
    /// The body as it is sent.
    pub body: Zeroizing<Vec<u8>>,
    /// When it came.
    pub at: Timestamp,
    /// What was done to it first.
    pub notes: Vec<String>,
}

impl PostArgs {
    /// Reads the post and what it is judged by.
    ///
    /// # Errors
    /// Files that can't be read; a configuration or settings that the gate refuses.
    pub fn read(&self) -> Result<Sent, Failure> {
        let gate::Loaded { config, stand_ins, .. } = gate::load_without_secrets(self.config.as_deref())?;
        let settings = match &self.settings {
            Some(path) => Some(Rc::new(settings(path)?)),
            None => config.initial_settings(),
        };
        // One byte more than the gate takes is enough to see that it is too large.
        let body = Zeroizing::new(input::read_start(&self.payload, (config.max_body_bytes as u64).saturating_add(1))?);
        let headers = post::headers(&config, &self.header);
        let at = self.at.unwrap_or_else(Timestamp::now);
        let mut sent = Sent { config, settings, headers, body, at, notes: stood_in(&stand_ins) };
        if !self.as_sent {
            sent.seal_if_clear()?;
        }
        Ok(sent)
    }
}

/// Says which variables aren't set.
#[must_use]
pub fn stood_in(names: &[String]) -> Vec<String> {
    let (are, values) =
        if names.len() == 1 { ("is", "a value of no use stands") } else { ("are", "values of no use stand") };
    let note = || format!("{} {are} not set: {values} in, so nothing encrypted elsewhere opens.", names.join(", "));
    if names.is_empty() { Vec::new() } else { vec![note()] }
}

fn settings(path: &Path) -> Result<Settings, Failure> {
    let refused = |cause: String| Failure::Usage(format!("{}: {cause}", path.display()));
    let document = serde_json::from_slice(&input::read(path, input::MAX_CONFIG_BYTES)?);
    let document = document.map_err(|error| refused(error.to_string()))?;
    if is_configuration(&document) {
        return Err(refused(CONFIGURATION_GIVEN.to_owned()));
    }
    Settings::from_json(&document).map_err(|problems| {
        refused(
            problems
                .iter()
                .map(|problem| format!("{}: {}", problem.field, problem.message))
                .collect::<Vec<_>>()
                .join("; "),
        )
    })
}

impl Sent {
    /// Encrypts a payload that is in the clear, where the configuration wants an encrypted one.
    ///
    /// # Errors
    /// No randomness, or a body that is too long for the cipher.
    pub fn seal_if_clear(&mut self) -> Result<(), Failure> {
        let Some(envelope) = &self.config.request_encryption else { return Ok(()) };
        let is_payload = Document::scan(&self.body, self.config.scan_limits)
            .is_ok_and(|document| ["request_info", "kyc_info"].iter().any(|name| document.root().get(name).is_some()));
        if is_payload && self.opened().is_err() {
            self.body = Zeroizing::new(envelope::seal(envelope, &self.body)?);
            self.notes
                .push("The payload is in the clear: it was encrypted first, as REL-ID does (--as-sent: not).".into());
        }
        Ok(())
    }

    /// Puts the post through the gate; `None` where it takes the request for no KYC post.
    ///
    /// # Errors
    /// No randomness.
    pub fn judge(self) -> Result<Option<Judged>, Failure> {
        let Some(head) = self.head() else { return Ok(None) };
        let (config, settings) = (Rc::clone(&self.config), self.settings.clone());
        let mut notes = self.notes.clone();
        let ruling = match Exchange::open(Rc::clone(&config), settings, head, self.at, &MemoryBudget::default()) {
            Err(ruling) => *ruling,
            Ok(mut exchange) => {
                if exchange.needs_access_token() {
                    exchange.set_access_token(Some(Zeroizing::new(ACCESS_TOKEN.to_owned())));
                    notes.push(format!("{ACCESS_TOKEN} stands for the token of accessTokenEndpoint."));
                }
                if config.replay.is_on() {
                    let data = Box::<Table>::default();
                    let window = Window::open(config.replay, b"", data, &Zeroizing::new([7; 32]));
                    exchange.set_replay_window(Some(Rc::new(window)));
                    notes.push("For replay detection, this is the first post.".to_owned());
                }
                match exchange.take(&self.body) {
                    Ok(()) => exchange.finish(envelope::random()?),
                    Err(code) => exchange.abandon(code),
                }
            }
        };
        if config.authorization.is_some() {
            notes.push("Whether the caller may post (authorization) is not asked here.".to_owned());
        }
        if ruling.record.error == Some(ErrorCode::UnreadableBody) {
            notes.extend(self.likely_slip());
        }
        let opened = self.opened().ok();
        Ok(Some(Judged { sent: self, ruling, opened, notes }))
    }

    /// Returns what was probably forgotten on the command line, for a body that can't be read.
    fn likely_slip(&self) -> Option<String> {
        if self.body.trim_ascii().is_empty() {
            return Some("The body is empty.".to_owned());
        }
        if matches!(self.body.trim_ascii_start().first(), Some(b'{' | b'[')) {
            // Where it breaks off is told without what stands there.
            let error = serde_json::from_slice::<IgnoredAny>(&self.body).err()?;
            return Some(format!("As JSON: {error}."));
        }
        let is_compressed = self.body.starts_with(&[0x1f, 0x8b]);
        if is_compressed {
            return Some("The body is compressed by gzip, which the gate doesn't read.".to_owned());
        }
        let advice = "No requestEncryption: an encrypted post needs the configuration that has it (--config).";
        self.config.request_encryption.is_none().then(|| advice.to_owned())
    }

    fn head(&self) -> Option<RequestHead> {
        let headers = self.headers.iter().map(|(name, value)| (name.as_bytes(), value.as_bytes()));
        request_head::read(&self.config, headers).kyc
    }

    /// Returns the payload in the clear, as the exchange reads it.
    fn opened(&self) -> Result<Zeroizing<Vec<u8>>, UnreadableCause> {
        let Some(envelope) = &self.config.request_encryption else { return Ok(self.body.clone()) };
        let mut decoder = envelope.decoder();
        decoder.push(&self.body);
        envelope.read(decoder, |plain| match Document::scan(&plain, self.config.scan_limits) {
            Ok(_) => Ok(Zeroizing::new(plain.to_vec())),
            Err(_) => Err(plain.unreadable_cause()),
        })
    }
}

/// A post with its ruling.
pub struct Judged {
    /// The post.
    pub sent: Sent,
    /// What the gate rules.
    pub ruling: Ruling,
    /// What of it isn't quite as in Envoy.
    pub notes: Vec<String>,
    opened: Option<Zeroizing<Vec<u8>>>,
}

impl Judged {
    /// Shows the case that was judged, with its profile; `None` where the post is no case.
    pub fn with_case<T>(&self, look: impl FnOnce(&Case<'_>, &Profile) -> T) -> Option<T> {
        let (Sent { config, .. }, head) = (&self.sent, self.sent.head()?);
        let document = Document::scan(self.opened.as_deref()?, config.scan_limits).ok()?;
        let root = document.root();
        let app_id = root.pointer(&Pointer::along(&["request_info", "app_id"])).and_then(|id| id.as_str());
        let profile = config.profile_for(&head.authority, &head.path, app_id.as_deref());
        let kyc = Kyc::read_with_address_at(root, &config.evidence.address_document).ok()?;
        let case = Case {
            kyc,
            claims: &Claims::draw(&config.evidence.claims, |name| head.claim(name).map(Cow::Borrowed), root),
            evidence: &config.evidence,
            settings: profile.settings.as_deref().or(self.sent.settings.as_deref())?,
            today: at::day(self.sent.at),
            authority: Some(head.authority.as_str()).filter(|authority| !authority.is_empty()),
            path: &head.path,
        };
        Some(look(&case, profile))
    }
}

/// What the workers of an Envoy share, for one post.
#[derive(Default)]
struct Table(RefCell<HashMap<String, (Vec<u8>, u32)>>);

impl SharedData for Table {
    fn get(&self, key: &str) -> Option<(Vec<u8>, u32)> {
        self.0.borrow().get(key).cloned()
    }

    fn set(&self, key: &str, value: &[u8], expected: Expected) -> bool {
        let mut table = self.0.borrow_mut();
        let version = table.get(key).map_or(0, |(_, version)| *version);
        let is_expected = match expected {
            Expected::Anything => true,
            Expected::Nothing => version == 0,
            Expected::Version(expected) => version == expected,
        };
        if is_expected {
            table.insert(key.to_owned(), (value.to_vec(), version.saturating_add(1)));
        }
        is_expected
    }
}
