//! A configuration, loaded for the commands that put posts through it.

use std::path::Path;
use std::rc::Rc;

use kyc_gate::config::Config;

use crate::failure::Failure;
use crate::input;

/// Loads the configuration that a file holds, with the secrets of the environment; the defaults without a file.
///
/// # Errors
/// A file that can't be read, or a configuration that the gate refuses.
pub fn load(path: Option<&Path>) -> Result<Rc<Config>, Failure> {
    let text = path.map(|path| input::read(path, input::MAX_CONFIG_BYTES)).transpose()?.unwrap_or_default();
    let config = Config::parse(&text, &|name| std::env::var(name).ok());
    config.map(Rc::new).map_err(|problems| Failure::Config { path: path.unwrap_or(Path::new("")).to_owned(), problems })
}
