//! What can be wrong with a configuration.

use std::fmt;

use crate::crypto::{CipherSpecError, EnvelopeError, IvError, JsonMembersError, KeyError, SigningKeyError};
use crate::payload::{LocatorError, PointerError, ScanError};
use crate::scoring::ExpressionError;
use crate::template::MacroError;
use crate::words::probably;

use super::secrets::SecretName;

/// One thing wrong: where and why, never the value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Path of the key, e.g. `decision.onReject` or `rules[2].name`; empty for the configuration as a whole.
    pub path: String,
    /// What is wrong there.
    pub cause: Cause,
}

/// All that is wrong with a configuration, in the order of the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problems(pub Vec<Problem>);

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = if self.path.is_empty() { "configuration" } else { &self.path };
        write!(f, "{path}: {}", self.cause)
    }
}

impl fmt::Display for Problems {
    /// Returns how many there are, then one line each.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.len() {
            1 => f.write_str("1 problem in the configuration")?,
            many => write!(f, "{many} problems in the configuration")?,
        }
        self.0.iter().try_for_each(|problem| write!(f, "\n{problem}"))
    }
}

impl std::error::Error for Problems {}

impl Problems {
    /// Returns that Envoy knows no source for a secret.
    #[must_use]
    pub fn no_subscription(secret: String) -> Self {
        Self(vec![Problem { path: String::new(), cause: Cause::Subscription(secret) }])
    }
}

/// Why a key is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Cause {
    /// The text is not strict JSON, or is too deep or too large.
    #[error("not acceptable JSON at line {line}, column {column}: {error}")]
    Json {
        /// What is wrong.
        error: ScanError,
        /// Line of the byte that is wrong, from 1.
        line: usize,
        /// Its place in that line, in bytes, from 1.
        column: usize,
    },
    /// What JSON may not have either, in a `google.protobuf.Struct`.
    #[error("not acceptable: {0}")]
    Struct(ScanError),
    /// JSON by its grammar, but with a number or an escape that stands for nothing.
    #[error("holds a number or a string that can't be represented")]
    Unrepresentable,
    /// No such key.
    #[error("unknown key")]
    UnknownKey,
    /// No such key, but one that is written much like it.
    #[error("unknown key; {0} is probably meant")]
    MisspeltKey(String),
    /// A key of the contract that this version doesn't serve. Ignoring it would feign protection.
    #[error("not supported in this version")]
    NotInThisVersion,
    /// A required key is absent.
    #[error("required")]
    Missing,
    /// Another JSON type than the key has.
    #[error("must be {0}")]
    WrongType(&'static str),
    /// Not an integer, or out of range.
    #[error("must be an integer from {min} to {max}")]
    Integer {
        /// Smallest allowed.
        min: usize,
        /// Largest allowed.
        max: usize,
    },
    /// Not a number, or out of range.
    #[error("must be a number from 0 to {max}")]
    Number {
        /// Largest allowed.
        max: u32,
    },
    /// Not one of the words that the key knows.
    #[error("must be one of {}", .0.join(", "))]
    OneOf(Vec<&'static str>),
    /// A text of nothing, or of white space only.
    #[error("must not be empty")]
    Empty,
    /// A list that needs an entry has none.
    #[error("must have at least one entry")]
    EmptyList,
    /// `audit.userIdKey` where the user id isn't hashed.
    #[error("takes effect only with userId sha256")]
    UnusedUserIdKey,
    /// Not an HTTP method.
    #[error("must be an HTTP method")]
    Method,
    /// Not a path that a request can have.
    #[error("must start with '/', in visible ASCII, without '?' and '#'")]
    Path,
    /// Not an HTTP field name (RFC 9110 section 5.1).
    #[error("must be an HTTP header name")]
    HeaderName,
    /// A header that Envoy or the connection owns.
    #[error("this header belongs to the connection, to the framing of the message or to its signature")]
    ReservedHeader,
    /// A header with the prefix of the decision headers, which are removed from every request.
    #[error("must not start with decision.headerPrefix")]
    DecisionHeader,
    /// A header that an earlier entry sets.
    #[error("an earlier entry has the same header")]
    DuplicateHeader,
    /// `__ACCESS_TOKEN_PLACEHOLDER__` without a token to put there.
    #[error("an access token needs accessTokenEndpoint")]
    AccessToken,
    /// `__ACCESS_TOKEN_PLACEHOLDER__` twice, or beside a macro.
    #[error("an access token stands in a text once, without macros or control characters beside it")]
    AccessTokenText,
    /// A token that no header takes. Loading it would feign that the backend gets one.
    #[error("never used: no headers[].headerValue has __ACCESS_TOKEN_PLACEHOLDER__")]
    UnusedAccessToken,
    /// Not an absolute URL.
    #[error("must be http:// or https:// with a host and a path, in visible ASCII, without user and '#'")]
    Url,
    /// A form with a method that carries none.
    #[error("only with the method POST")]
    PostOnly,
    /// A value that can't stand in a header.
    #[error("must be visible ASCII and spaces")]
    HeaderText,
    /// A block that admits nobody.
    #[error("must have at least one of basic, bearer, introspection")]
    NoAuthorization,
    /// Not a name that HTTP's Basic scheme can carry (RFC 7617).
    #[error("must have no ':' and no control characters")]
    UserName,
    /// Not a scope (RFC 6749 section 3.3).
    #[error("must be one scope: visible ASCII without spaces, '\"' and '\\'")]
    Scope,
    /// Not a prefix for decision headers.
    #[error("must be 2 to 32 characters of a-z, 0-9 and '-', start with a letter or digit and end with '-'")]
    HeaderPrefix,
    /// A prefix that covers headers which requests and responses can't do without.
    #[error("covers headers that HTTP or Envoy need: every header with this prefix is removed")]
    WidePrefix,
    /// A secret that is not `env:NAME`.
    #[error("must be \"env:NAME\": a secret never stands in the configuration")]
    LiteralSecret,
    /// The variable that should hold a value doesn't, or holds nothing.
    #[error("environment variable {0} is not set")]
    UnsetVariable(String),
    /// White space around a secret that is used as it is.
    #[error("{0} has white space around its value")]
    WhiteSpace(SecretName),
    /// Not a key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// Not a key that signs.
    #[error(transparent)]
    SigningKey(#[from] SigningKeyError),
    /// Not the name of a key.
    #[error("must be 1 to 128 characters of visible ASCII")]
    KeyId,
    /// Not a locator.
    #[error(transparent)]
    Locator(#[from] LocatorError),
    /// Not a cipher.
    #[error(transparent)]
    CipherSpec(#[from] CipherSpecError),
    /// Not an IV.
    #[error(transparent)]
    Iv(#[from] IvError),
    /// Parts that don't go together.
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
    /// Not where the parts of a body can stand.
    #[error(transparent)]
    JsonMembers(#[from] JsonMembersError),
    /// Not the block size of the cipher.
    #[error("must be 16, the block of AES (or 1 for CFB8)")]
    BlockSize,
    /// A length of IVs that the mode doesn't take.
    #[error("must be 16 (or 12 for GCM)")]
    IvBytes,
    /// A key of `requestEncryption` in `responseDecryption`.
    #[error("only for requestEncryption: answers are sealed with one key and never opened")]
    RequestOnly,
    /// Not a JSON pointer.
    #[error(transparent)]
    Pointer(#[from] PointerError),
    /// Not a text with macros.
    #[error(transparent)]
    Macro(#[from] MacroError),
    /// Not Rebilly settings.
    #[error("{0}")]
    Settings(String),
    /// Not a digest.
    #[error("must be a SHA-256 in hex: 64 digits")]
    Sha256,
    /// A path that KYC posts have.
    #[error("must not be one of match.paths")]
    KycPath,
    /// Not a host.
    #[error("must be a host, with or without a port")]
    CallAuthority,
    /// A secret that can't stand in a header.
    #[error("{0} holds something that can't stand in a header")]
    UnprintableVariable(SecretName),
    /// A claim from nowhere, or from two places.
    #[error("must have either header or pointer")]
    ClaimSource,
    /// The default limit is meant for another scale.
    #[error("required with this scale")]
    MinScore,
    /// No check has this name.
    #[error("no such check{}", probably(.0.as_deref()))]
    UnknownCheck(Option<String>),
    /// Not in Rebilly's list of document subtypes.
    #[error("not a document subtype of Rebilly's{}", probably(.0.as_deref()))]
    Subtype(Option<String>),
    /// Not a name for a rule or a profile: metrics carry it.
    #[error("must be 1 to 64 characters of a-z, 0-9 and '-'")]
    Name,
    /// Not the name of a shipped rule.
    #[error("no shipped rule has this name{}", probably(.0.as_deref()))]
    NoShippedRule(Option<String>),
    /// A rule that an earlier entry names.
    #[error("an earlier rule has the same name")]
    DuplicateRule,
    /// A list with too many entries.
    #[error("must have at most {0} entries")]
    TooMany(usize),
    /// Not a rule's condition.
    #[error(transparent)]
    Expression(#[from] ExpressionError),
    /// A profile name that an earlier entry has.
    #[error("an earlier profile has the same name")]
    DuplicateProfile,
    /// Entries after the default one would never be looked at.
    #[error("the default profile must be the last one")]
    DefaultNotLast,
    /// A condition on the default profile.
    #[error("the default profile takes what no other takes, so it has no match")]
    DefaultMatch,
    /// A condition that says nothing, so that the profile would take every post.
    #[error("must have at least one of appIds, authorities, paths")]
    NoCondition,
    /// A profile that no post can get. Loading it would feign what it asks for.
    #[error("never used: earlier profiles take every post that this one matches")]
    DeadProfile,
    /// Not an authority.
    #[error("must be a host name or an IP address in ASCII, with or without a port")]
    Authority,
    /// A path that is no KYC path, so that nothing could match.
    #[error("not one of match.paths")]
    UnmatchedPath,
    /// Keys about posts that were seen before, while nothing says what becomes of them.
    #[error("required beside other keys of replay: without it, nothing is remembered")]
    NoReplayAction,
    /// `onUserIdMismatch` where no user id is looked for.
    #[error("takes effect only with userIdLocator")]
    UnusedMismatch,
    /// `acceptStaticNonce` with a mode that has no nonce.
    #[error("only for GCM; other modes take a static IV anyway")]
    NoNonce,
    /// Retries beyond the end of the window could never be told.
    #[error("must not be longer than windowSeconds")]
    LongRetry,
    /// A key of the top level's `decision` in a profile's.
    #[error("only for the top-level decision: it also counts where no profile is known")]
    TopLevelOnly,
    /// SDS where there is none.
    #[error("only the native module gets secrets by SDS; in Wasm, \"env:NAME\" and the host's environment")]
    NoSds,
    /// A secret that hasn't come, or that holds nothing.
    #[error("SDS secret {0} is not there yet, or empty")]
    AbsentSecret(String),
    /// A secret of bytes that are no text.
    #[error("SDS secret {0} is not text in UTF-8")]
    SecretText(String),
    /// Not the name of a secret.
    #[error("must be \"*\", or a secret's name: 1 to 256 characters of visible ASCII without '\"', '\\' and '*'")]
    SdsName,
    /// A source that no secret comes from.
    #[error("never used: nothing names a secret that would come from here")]
    UnusedSource,
    /// A secret that Envoy has no source for.
    #[error("Envoy can't subscribe to SDS secret {0}: sds must have its source, or the bootstrap the secret itself")]
    Subscription(String),
}

/// Something legal that is probably not meant: where, and what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigWarning {
    /// Path of the key.
    pub path: String,
    /// What there is to know about it.
    pub warning: Warning,
}

impl fmt::Display for ConfigWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.warning)
    }
}

/// What is legal but probably not meant. Loading goes on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Warning {
    /// `acceptStaticNonce`.
    #[error("two messages under one nonce give away their difference and the key that authenticates them")]
    StaticNonce,
    /// `allowPlaintext` beside a key.
    #[error("plaintext bodies are taken although there is a key")]
    AllowPlaintext,
    /// A weight of 0 for a check that nothing else makes up for.
    #[error("a failed check costs nothing")]
    WeightOff,
    /// `acceptAbove` of 0.
    #[error("the score accepts every post")]
    AcceptsAll,
    /// A shipped rule that doesn't stay.
    #[error("the shipped rule {0} is switched off")]
    ShippedRuleOff(String),
    /// `nameSimilarity` below 0.9.
    #[error("below 0.9, other people's names count as equal")]
    LaxNames,
    /// `onError` of `forward`.
    #[error("posts that can't be read or judged are forwarded")]
    ForwardsErrors,
    /// `audit.userId` of `plain`.
    #[error("the audit line has user ids in the clear")]
    PlainUserId,
    /// A template of a body that is never sent.
    #[error("never used: decision.forwardBody is original")]
    UnusedBody,
    /// Keys of `replay` beside the action `off`.
    #[error("off: the other keys of replay have no effect")]
    ReplayOff,
    /// The reason of a rule that only counts.
    #[error("a counting rule gives no reason")]
    CountReason,
    /// A list of signals that was emptied.
    #[error("empty: the scanner's findings are never looked at")]
    NoSignals,
    /// A limit that every score reaches.
    #[error("0: every score reaches it")]
    NoLimit,
    /// White space around what a secret holds.
    #[error("{0} has white space around its value, which is ignored")]
    WhiteSpace(SecretName),
}
