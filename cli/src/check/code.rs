//! The codes of diagnostics: stable, one for each cause. What they mean at length is in `docs/diagnostics.md`.

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Legal, but probably not meant.
    Warning,
    /// Envoy or the gate refuses it, posts fail, or something gets past the gate.
    Error,
}

impl Severity {
    /// Returns its name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// Declares the codes: name, number, severity, title, and what to write instead.
macro_rules! codes {
    ($($name:ident = $number:literal $severity:ident $title:literal, $remedy:literal;)+) => {
        /// What a finding is about.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[allow(missing_docs, reason = "the titles say what they are")]
        pub enum Code {
            $($name,)+
        }

        impl Code {
            /// All codes, by their numbers.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// Returns its number.
            #[must_use]
            pub const fn number(self) -> u16 {
                match self {
                    $(Self::$name => $number,)+
                }
            }

            /// Returns how bad it is.
            #[must_use]
            pub const fn severity(self) -> Severity {
                match self {
                    $(Self::$name => Severity::$severity,)+
                }
            }

            /// Returns its title, in lower case.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self {
                    $(Self::$name => $title,)+
                }
            }

            /// Returns what to write instead.
            #[must_use]
            pub const fn remedy(self) -> &'static str {
                match self {
                    $(Self::$name => $remedy,)+
                }
            }
        }
    };
}

codes! {
    // The file.
    NotUtf8 = 1 Error "not UTF-8", "save the file as UTF-8";
    NotYaml = 2 Error "neither YAML nor JSON", "mend the syntax: what comes after it was not looked at";
    TooLarge = 3 Error "more than is read", "split the file: no deployment needs this much in one";
    NoGate = 4 Error "no configuration of the gate", "name a file with a plugin configuration, or with a filter, an extension or a policy that is called kyc-gate";
    Unusable = 5 Error "a configuration that the gate can't be handed", "write \"@type\": type.googleapis.com/google.protobuf.StringValue, and the JSON as value";

    OtherDocument = 6 Error "another document than a configuration", "name a configuration of the gate, or a file that holds one";
    DuplicateKey = 7 Error "a key that stands twice", "remove one of the two";

    // Why the gate refuses its configuration: kyc_gate::config::Cause, in its order.
    Json = 101 Error "not strict JSON", "mend the JSON at this place";
    Unrepresentable = 102 Error "a number or a text that stands for nothing", "write a number of at most 1.7e308, and no lone surrogates";
    UnknownKey = 103 Error "unknown key", "remove it; docs/configuration.md lists the keys";
    MisspeltKey = 104 Error "misspelt key", "write the key as it is spelt in docs/configuration.md";
    NotInThisVersion = 105 Error "not in this version", "remove it, or use a version of the gate that has it";
    Missing = 106 Error "required key is missing", "add the key";
    WrongType = 107 Error "wrong JSON type", "write a value of this type";
    Integer = 108 Error "not an integer in range", "write an integer in this range";
    Number = 109 Error "not a number in range", "write a number in this range";
    OneOf = 110 Error "not one of the words", "write one of these words, as they are spelt";
    Empty = 111 Error "empty text", "write a text, or remove the key";
    EmptyList = 112 Error "empty list", "add an entry, or remove the key";
    UnusedUserIdKey = 113 Error "audit.userIdKey without effect", "write \"userId\": \"sha256\", or remove userIdKey";
    Method = 114 Error "not an HTTP method", "write a method in capitals, such as POST";
    Path = 115 Error "not a path", "write an absolute path without query, such as /kyc";
    HeaderName = 116 Error "not a header name", "use letters, digits and hyphens";
    ReservedHeader = 117 Error "reserved header", "use another header, such as one of your own that begins with x-";
    DecisionHeader = 118 Error "a decision header", "use a name that doesn't start with the prefix, or another decision.headerPrefix";
    DuplicateHeader = 119 Error "duplicate header", "remove one of the two entries";
    AccessToken = 120 Error "access token without an endpoint", "add accessTokenEndpoint, or remove the placeholder";
    AccessTokenText = 121 Error "access token beside something else", "write \"Bearer __ACCESS_TOKEN_PLACEHOLDER__\"";
    UnusedAccessToken = 122 Error "access token that is never used", "add a header with \"Bearer __ACCESS_TOKEN_PLACEHOLDER__\" to headers, or remove accessTokenEndpoint";
    Url = 123 Error "not a URL", "write an absolute URL, such as https://login.bank.example/token";
    PostOnly = 124 Error "a form with a method that has none", "write \"method\": \"POST\", or remove the form";
    HeaderText = 125 Error "not a header value", "use visible ASCII and spaces";
    NoAuthorization = 126 Error "authorization that admits nobody", "add basic, bearer or introspection, or remove the block";
    UserName = 127 Error "not a user name", "remove colons and control characters";
    Scope = 128 Error "not a scope", "write one scope, without spaces";
    HeaderPrefix = 129 Error "not a header prefix", "write a prefix such as x-kyc-";
    WidePrefix = 130 Error "prefix that covers needed headers", "write a longer prefix, such as x-kyc-";
    LiteralSecret = 131 Error "literal secret", "write \"env:NAME\", and put the secret into that variable of Envoy's environment; with the native module also \"sds:NAME\"";
    UnsetVariable = 132 Error "unset environment variable", "set the variable in Envoy's environment";
    WhiteSpace = 133 Error "secret with white space around it", "write the secret without a line end after it";
    Key = 134 Error "not an AES key", "put a key of 16, 24 or 32 bytes into the variable; kyc-gate keygen makes one";
    SigningKey = 135 Error "not a signing key", "put a key that fits the algorithm into the variable";
    KeyId = 136 Error "not a key id", "write a short name, such as kyc-gate-2026";
    Locator = 137 Error "not a locator", "write a JSON pointer or REL-ID's locator; docs/configuration.md has both";
    CipherSpec = 138 Error "not a cipher", "write AES/GCM/NoPadding, or what REL-ID's cipherSpec is";
    Iv = 139 Error "not an IV", "write prefix, or the bytes of the IV in base64 or hex";
    Envelope = 140 Error "encryption settings that don't go together", "make keyEncoding, cipherSpec, ivParamSpec and bodyEncoding those of the sender";
    JsonMembers = 141 Error "not members of a body", "write JSON pointers to ciphertext, iv and tag";
    BlockSize = 142 Error "not a block size", "write 16";
    IvBytes = 143 Error "not a length of IVs", "write 16, or 12 with GCM";
    RequestOnly = 144 Error "key of requestEncryption only", "remove it from responseDecryption";
    Pointer = 145 Error "not a JSON pointer", "write a path such as /kyc_info/document";
    Macro = 146 Error "not a text with macros", "write a macro that docs/configuration.md lists, and close it with }";
    Settings = 147 Error "not Rebilly's settings", "write what Rebilly's PUT /kyc-settings takes";
    Sha256 = 148 Error "not a SHA-256", "write the 64 hex digits that sha256sum prints";
    KycPath = 149 Error "settings API on a KYC path", "give the settings API a path of its own";
    CallAuthority = 150 Error "not a host", "write a host name, with a port where it isn't the usual one";
    UnprintableVariable = 151 Error "secret that can't stand in a header", "put visible ASCII into the variable, without a line end";
    ClaimSource = 152 Error "claim without one source", "write either {\"header\": …} or {\"pointer\": …}";
    MinScore = 153 Error "missing minScore", "add minScore in the scale that you chose";
    UnknownCheck = 154 Error "unknown check", "write the name of a check of docs/scoring.md";
    Subtype = 155 Error "unknown document subtype", "write one of Rebilly's subtypes, such as passport";
    Name = 156 Error "not a name", "use a-z, 0-9 and hyphens, at most 64 of them";
    NoShippedRule = 157 Error "unknown shipped rule", "write the name of a rule of docs/rules.md";
    DuplicateRule = 158 Error "duplicate rule", "give the rule another name, or remove one";
    TooMany = 159 Error "too many entries", "remove entries";
    Expression = 160 Error "not a condition", "write a condition that docs/rules.md explains";
    DuplicateProfile = 161 Error "duplicate profile", "give the profile another name, or remove one";
    DefaultNotLast = 162 Error "profiles after the default one", "move the default profile to the end";
    DefaultMatch = 163 Error "default profile with a condition", "remove match from the default profile";
    NoCondition = 164 Error "profile without a condition", "add appIds, authorities or paths";
    DeadProfile = 165 Error "profile that is never used", "move it before the one that takes its posts, or narrow that one";
    Authority = 166 Error "not an authority", "write a host name or an address, with or without a port";
    UnmatchedPath = 167 Error "path that is not watched", "add the path to match.paths";
    LongRetry = 168 Error "retries longer than the window", "make retrySeconds at most windowSeconds";
    TopLevelOnly = 169 Error "key of the top-level decision only", "move it to the decision at the top";

    NoReplayAction = 170 Error "replay without an action", "add action, or remove the other keys of replay";
    UnusedMismatch = 171 Error "onUserIdMismatch without effect", "add userIdLocator, or remove onUserIdMismatch";
    NoNonce = 172 Error "acceptStaticNonce without effect", "remove acceptStaticNonce";
    NoSds = 173 Error "SDS where there is none", "write \"env:NAME\", or use the native module";
    AbsentSecret = 174 Error "secret that hasn't come", "see to it that Envoy gets the secret";
    SecretText = 175 Error "secret that is no text", "deliver the key in base64 or hex";
    SdsName = 176 Error "not the name of a secret", "write the secret's name, or \"*\" for all that have no source of their own";
    UnusedSource = 177 Error "source that no secret comes from", "remove the source, or mend its name";

    // What the gate warns of: kyc_gate::config::Warning, in its order.
    StaticNonce = 201 Warning "static nonce", "have the sender use a fresh nonce for each message, and write \"ivParamSpec\": \"prefix\"";
    AllowPlaintext = 202 Warning "plaintext is taken too", "remove allowPlaintext once every sender encrypts";
    WeightOff = 203 Warning "check that costs nothing", "give the check a weight";
    AcceptsAll = 204 Warning "every score accepts", "write an acceptAbove greater than 0";
    ShippedRuleOff = 205 Warning "shipped rule is switched off", "keep the rule, or replace it by one of the same name";
    LaxNames = 206 Warning "names compare too loosely", "write a nameSimilarity of at least 0.9";
    ForwardsErrors = 207 Warning "errors are forwarded", "write \"onError\": \"deny\"";
    PlainUserId = 208 Warning "user ids in the clear", "write \"userId\": \"sha256\" or \"omit\"";
    SpaceAroundSecret = 209 Warning "white space around a secret", "write the secret without a line end after it";
    UnusedBody = 210 Warning "template that is never used", "remove requestBody, or write \"forwardBody\": \"rewritten\"";
    ReplayOff = 211 Warning "replay is off", "remove the other keys of replay, or write another action";
    CountReason = 212 Warning "reason of a counting rule", "remove reason, or let the rule review or reject";
    NoSignals = 213 Warning "empty list of signals", "remove the key to keep the shipped signals";
    NoLimit = 214 Warning "limit that every score reaches", "write a limit greater than 0";

    // What stands around the configuration.
    NoHold = 301 Error "the gate can't hold headers back", "write allow_on_headers_stop_iteration: true";
    NoHoldField = 302 Error "an object without a field for the header hold", "use an EnvoyFilter (envoy/istio), or the native module";
    FailsOpen = 303 Error "fails open", "let the filter fail closed: failure_policy: FAIL_RELOAD, failOpen: false";
    NoReload = 304 Warning "a failed module stays failed", "write failure_policy: FAIL_RELOAD";
    Runtime = 305 Error "another Wasm runtime", "write runtime: envoy.wasm.runtime.v8";
    NoVmId = 306 Warning "no vm_id", "write vm_id: kyc-gate, so that no other plugin shares the gate's data";
    NoDigest = 307 Error "a remote module without a digest", "add sha256: the text of dist/kyc_gate.wasm.sha256";
    RemoteWithoutNack = 308 Error "a remote module that fails open", "use a local file, or write nack_on_cache_miss: true";
    NoCapabilities = 309 Warning "no list of capabilities", "add capability_restriction_config as in envoy/envoy.yaml";
    MissingCapability = 310 Error "missing capability", "add it to allowed_capabilities";
    MisspeltCapability = 311 Error "misspelt capability", "write the name as in envoy/envoy.yaml";
    ExcessCapability = 312 Warning "capability that the gate doesn't need", "remove it";
    VariableNotPassed = 313 Error "variable that isn't passed to the module", "add it to host_env_keys";
    VariableNotInPod = 314 Error "variable that Envoy's container lacks", "add it to the container's env, with a secretKeyRef";
    SecretInFile = 315 Warning "secret in the file", "take it from Envoy's environment: host_env_keys, and a secretKeyRef in Kubernetes";
    NoSecretSource = 316 Error "secret that comes from nowhere", "add its source to sds, or the secret to static_resources.secrets";
    UnknownField = 317 Error "field that Envoy doesn't know", "remove it; Envoy refuses the whole file for it";
    WrongValue = 318 Error "value that Envoy can't read", "write a value of this kind; Envoy refuses the whole file for it";
    NotLoaded = 319 Error "filter that Envoy can't load", "complete the filter as in envoy/envoy.yaml";
    PathsNotNormalised = 321 Error "paths aren't normalised", "write normalize_path: true";
    SlashesNotMerged = 322 Error "slashes aren't merged", "write merge_slashes: true";
    EscapedSlashes = 323 Error "escaped slashes are left in paths", "write path_with_escaped_slashes_action: REJECT_REQUEST";
    NoTimeout = 324 Warning "a held post may last for ever", "write request_headers_timeout: 10s, request_timeout: 30s, stream_idle_timeout: 60s";
    ManyStreams = 325 Warning "no bound on a client's streams", "write http2_protocol_options: { max_concurrent_streams: 100 }";
    ForgedRoute = 326 Warning "clients can choose a route", "remove the header in early_header_mutation_extensions, as envoy/envoy.yaml does";
    ForgedClaim = 327 Warning "claim from a header of the client's", "remove the header in early_header_mutation_extensions";
    AccessLogNotPlain = 328 Warning "filter state in base64", "write %FILTER_STATE(wasm.kyc_decision:PLAIN)%";
    TwoGates = 329 Error "two gates in one chain", "remove one of the two";
    SmallBuffer = 330 Error "Envoy's buffer is too small", "make the buffer as large as limits.maxBodyBytes";
    UnjudgedRoute = 331 Error "route for what the gate has not judged", "match on the decision header, or on GET and HEAD";
    InternalRedirect = 332 Warning "internal redirect", "remove internal_redirect_policy, and let the client be redirected";
    FilterDisabled = 333 Error "filter is switched off", "remove disabled";
    FilterOptional = 334 Error "filter may be left out", "remove is_optional";
    WayAround = 335 Error "listener around the gate", "put the gate into this listener's filters, or remove the route";
    DeadPath = 336 Error "path that no request has", "write the path as Envoy normalises it";
    NoPost = 337 Warning "POST is not watched", "add POST to match.methods: REL-ID sends nothing else";
    LateAuthentication = 338 Warning "authentication behind the gate", "put the gate behind it, as the last filter before the router";
    ForgedByRoute = 339 Error "route that writes decision headers", "remove the header from request_headers_to_add";
    Elsewhere = 340 Warning "parts that weren't looked at", "name the file that holds them in the same call";
    ScoreBuckets = 341 Warning "histogram without buckets for scores", "add histogram_bucket_settings for wasmcustom.kyc_gate.score, as in envoy/envoy.yaml";
    NoLabels = 342 Warning "metrics without labels", "add stats_tags as in envoy/envoy.yaml";
    OpenAdmin = 343 Warning "open administration", "let admin listen on 127.0.0.1";
    NoCluster = 344 Error "unknown cluster", "add the cluster to static_resources.clusters, or mend its name";
    AuditLineLost = 345 Warning "log level that loses the audit line", "log at info";
    DecryptedElsewhere = 346 Warning "decrypted posts for somebody else", "remove the mirror: what it gets is decrypted identity data";
    DetailedLog = 347 Warning "log level that shows headers", "log at info";
    RewrittenReplies = 348 Warning "local replies that are rewritten", "leave out the gate's: match on the listener's other routes, or on response flags";
    NeverInserted = 351 Error "filter that gets into no listener", "add a patch for HTTP_FILTER with config_discovery, as envoy/istio does";
    NoPolicy = 352 Warning "no policy for other paths", "add an AuthorizationPolicy as in envoy/istio";
    OpenPolicy = 353 Error "policy that lets posts past the gate", "deny all methods but GET and HEAD on all paths but match.paths";
    DeniedPosts = 354 Error "policy that denies KYC posts", "add the path to notPaths";
    ModuleNotRegistered = 355 Error "native module that isn't registered", "add it to spec.dynamicModules of the EnvoyProxy";
    NotSelected = 356 Warning "filter that selects no workload", "write the labels of the workload's pods";
    EnvoyTooOld = 361 Error "this Envoy doesn't know it", "use a newer Envoy, or do without";
}

impl Code {
    /// Returns the code's text, e.g. `K0101`.
    #[must_use]
    pub fn id(self) -> String {
        format!("K{:04}", self.number())
    }

    /// Returns the code with this text, whatever its case.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        let number: u16 = id.strip_prefix(['K', 'k'])?.parse().ok()?;
        Self::ALL.iter().copied().find(|code| code.number() == number && id.len() == 5)
    }
}
