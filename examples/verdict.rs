//! What the gate says of KYC posts, natively: reads cases (`config`, `headers`, `payload`) as a JSON array from
//! standard input, takes the instants (RFC 3339) to judge at as arguments, and prints the headers of each case at each
//! instant.
//!
//! The end-to-end tests hold a real Envoy to these answers.

use std::error::Error;
use std::rc::Rc;

use jiff::Timestamp;
use kyc_gate::config::Config;
use kyc_gate::exchange::{Command, Exchange, request_head};
use kyc_gate::http::MemoryBudget;
use serde_json::{Map, Value};

fn main() -> Result<(), Box<dyn Error>> {
    let cases: Vec<Value> = serde_json::from_reader(std::io::stdin())?;
    let instants = std::env::args().skip(1).map(|text| text.parse::<Timestamp>().map_err(|error| error.to_string()));
    let instants = instants.collect::<Result<Vec<_>, _>>()?;
    let told = instants.into_iter().map(|instant| cases.iter().map(|case| headers(case, instant)).collect());
    let told: Vec<Vec<Value>> = told.collect::<Result<_, _>>()?;
    serde_json::to_writer(std::io::stdout(), &told)?;
    Ok(())
}

fn headers(case: &Value, instant: Timestamp) -> Result<Value, Box<dyn Error>> {
    let part = |name: &str| case.get(name).unwrap_or(&Value::Null);
    let config = Rc::new(Config::parse(part("config").to_string().as_bytes(), &|_| None)?);
    let own = part("headers").as_object().into_iter().flatten();
    let own = own.filter_map(|(name, value)| Some((name.as_bytes(), value.as_str()?.as_bytes())));
    let all: Vec<(&[u8], &[u8])> =
        [(&b":method"[..], &b"POST"[..]), (b":path", b"/kyc")].into_iter().chain(own).collect();
    let head = request_head::read(&config, all.into_iter()).kyc.ok_or("no KYC post")?;
    let settings = config.initial_settings();
    let Ok(mut exchange) = Exchange::open(config, settings, head, instant, &MemoryBudget::default()) else {
        return Err("refused".into());
    };
    if exchange.take(part("payload").to_string().as_bytes()).is_err() {
        return Err("too large".into());
    }
    match exchange.finish([0; 16]).command {
        Command::Forward(forward) => {
            Ok(forward.set.into_iter().map(|(name, value)| (name, value.into())).collect::<Map<_, _>>().into())
        }
        Command::LocalReply(_) => Err("answered".into()),
    }
}
