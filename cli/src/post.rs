//! A KYC post put through the gate's core, as Envoy would put it.

use std::rc::Rc;

use jiff::Timestamp;
use kyc_gate::config::Config;
use kyc_gate::exchange::{Exchange, Ruling, request_head};
use kyc_gate::http::MemoryBudget;

/// A post: its headers, pseudo header fields included, its body, and when it came.
pub struct Post<'p> {
    /// Lower-case names.
    pub headers: &'p [(String, String)],
    /// The body as it is sent.
    pub body: &'p [u8],
    /// The instant by which days and ages count.
    pub at: Timestamp,
}

impl Post<'_> {
    /// Returns what the gate rules; `None` where it takes the request for no KYC post.
    #[must_use]
    pub fn rule(&self, config: &Rc<Config>) -> Option<Ruling> {
        let headers = self.headers.iter().map(|(name, value)| (name.as_bytes(), value.as_bytes()));
        let head = request_head::read(config, headers).kyc?;
        let settings = config.initial_settings();
        let mut exchange = match Exchange::open(Rc::clone(config), settings, head, self.at, &MemoryBudget::default()) {
            Ok(exchange) => exchange,
            Err(ruling) => return Some(*ruling),
        };
        Some(match exchange.take(self.body) {
            Ok(()) => exchange.finish([0; 16]),
            Err(code) => exchange.abandon(code),
        })
    }
}

/// Returns the headers of a post to the configuration's first path, and then those given.
#[must_use]
pub fn headers(config: &Config, given: &[(String, String)]) -> Vec<(String, String)> {
    let path = config.paths.first().map_or("/kyc", String::as_str);
    let shipped = [(":method", "POST"), (":scheme", "https"), (":path", path), ("content-type", "application/json")];
    let shipped = shipped.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
    let mut headers: Vec<_> = shipped.filter(|(name, _)| given.iter().all(|(other, _)| other != name)).collect();
    headers.extend(given.iter().cloned());
    headers
}
