//! What is known of a KYC post before its body arrives.

use std::cell::OnceCell;
use std::rc::Rc;

use jiff::Timestamp;

use crate::config::Config;
use crate::scoring::Settings;

use super::request_head::RequestHead;

/// What a post is judged by, fixed when its headers arrive: later changes of the settings don't reach it.
pub(super) struct Context {
    pub(super) config: Rc<Config>,
    /// The top-level settings in force; `None` while the settings store has not been reached.
    pub(super) settings: Option<Rc<Settings>>,
    pub(super) head: RequestHead,
    pub(super) received_at: Timestamp,
    revision: OnceCell<String>,
}

impl Context {
    /// Creates the context of a post whose headers have arrived.
    pub(super) fn new(
        config: Rc<Config>,
        settings: Option<Rc<Settings>>,
        head: RequestHead,
        received_at: Timestamp,
    ) -> Self {
        Self { config, settings, head, received_at, revision: OnceCell::new() }
    }

    /// Returns the revision of all that decides on the post.
    pub(super) fn config_revision(&self) -> &str {
        self.revision.get_or_init(|| self.config.revision(self.settings.as_deref()))
    }
}
