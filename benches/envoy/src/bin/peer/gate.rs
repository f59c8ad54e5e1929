//! The gate's core, set up as a thread of the peer has it.

use std::error::Error;
use std::io::Write;
use std::rc::Rc;

use jiff::Timestamp;
use kyc_gate::config::Config;
use kyc_gate::exchange::request_head::{self, RequestHead};
use kyc_gate::exchange::{Exchange, Ruling};
use kyc_gate::http::MemoryBudget;
use kyc_gate::scoring::Settings;
use send_wrapper::SendWrapper;

/// A configuration and its settings. The core counts references without locks; the wrapper holds us to the one thread.
pub struct Gate(SendWrapper<Parts>);

struct Parts {
    config: Rc<Config>,
    settings: Option<Rc<Settings>>,
}

/// A request as its headers tell it.
pub struct Arrival {
    /// The client's own decision headers.
    pub forged: Vec<String>,
    /// What matters of a KYC post.
    pub kyc: Option<RequestHead>,
}

impl Gate {
    /// Reads a configuration of the gate; its keys are in our environment.
    pub fn load(configuration: &[u8]) -> Result<Self, Box<dyn Error>> {
        let config = Rc::new(Config::parse(configuration, &|name| std::env::var(name).ok())?);
        let settings = config.initial_settings();
        Ok(Self(SendWrapper::new(Parts { config, settings })))
    }

    /// Reads a request's headers.
    pub fn read<'h>(&self, headers: impl Iterator<Item = (&'h [u8], &'h [u8])> + Clone) -> Arrival {
        let request_head = request_head::read(&self.0.config, headers);
        let forged = request_head.forged.into_iter().map(|name| String::from_utf8_lossy(name).into_owned()).collect();
        Arrival { forged, kyc: request_head.kyc }
    }

    /// Opens an exchange for a KYC post.
    pub fn open(&self, head: RequestHead) -> Result<Exchange, Box<Ruling>> {
        Exchange::open(
            Rc::clone(&self.0.config),
            self.0.settings.clone(),
            head,
            Timestamp::now(),
            &MemoryBudget::default(),
        )
    }

    /// Rules on a complete body, and writes the audit line.
    pub fn finish(&self, exchange: Exchange) -> Ruling {
        let begun = Timestamp::now();
        let ruling = exchange.finish([0; 16]);
        let microseconds = Timestamp::now().duration_since(begun).as_micros();
        self.record(&ruling, u64::try_from(microseconds).unwrap_or_default());
        ruling
    }

    /// Writes the audit line.
    pub fn record(&self, ruling: &Ruling, microseconds: u64) {
        let line = ruling.record.audit_line(microseconds) + "\n";
        let _ = std::io::stderr().write_all(line.as_bytes());
    }
}
