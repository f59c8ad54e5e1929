//! `kyc-gate init`: manifests with one's own names.

use std::fs::File;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use crate::failure::Failure;
use crate::init::{Address, Kind, Values, host, module, path, sha256, variable, word};
use crate::terminal;

/// Writes the manifests of a deployment, with your own names in them.
///
/// They are the project's own, from its folder envoy/, where each has a page that tells how to apply and check it. What
/// isn't given stays as it is there. `kyc-gate check` judges the outcome, and whatever you change in it later.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  kyc-gate init envoy --path /kyc --backend kyc.bank.example:8080 --key KYC_REQUEST_KEY
  kyc-gate init istio --namespace kyc --app kyc-backend --sha256 $(cut -d' ' -f1 dist/kyc_gate.wasm.sha256)
  kyc-gate init gateway --host kyc.bank.example --app onboarding
  kyc-gate init sidecar -o - | kubectl apply -f -")]
pub struct Init {
    /// What the manifests are for.
    #[arg(value_enum)]
    kind: Kind,
    /// The file that is written, or `-` for stdout [default: envoy.yaml or kyc-gate.yaml].
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Overwrites the file.
    #[arg(long)]
    force: bool,
    /// A path of KYC posts; repeat it for more.
    #[arg(long = "path", value_name = "PATH", value_parser = path)]
    paths: Vec<String>,
    /// A host of the requests; repeat it for more (envoy, gateway, sidecar).
    #[arg(long = "host", value_name = "HOST", value_parser = host)]
    hosts: Vec<String>,
    /// Where Envoy listens (envoy).
    #[arg(long, value_name = "ADDRESS:PORT", value_parser = Address::parse)]
    listen: Option<Address>,
    /// The backend (envoy).
    #[arg(long, value_name = "HOST:PORT", value_parser = Address::parse)]
    backend: Option<Address>,
    /// Where posts go that need a review (envoy).
    #[arg(long, value_name = "HOST:PORT", value_parser = Address::parse)]
    review: Option<Address>,
    /// Bytes of Envoy's buffer, in which the rewritten body must fit.
    #[arg(long, value_name = "BYTES", value_parser = clap::value_parser!(u32).range(65_536..=268_435_456))]
    buffer_bytes: Option<u32>,
    /// The environment variable with the key, in place of the demo's key.
    #[arg(long, value_name = "NAME", value_parser = variable)]
    key: Option<String>,
    /// Where the module is: a file (envoy), a URL (istio), an image (gateway, sidecar).
    #[arg(long, value_name = "MODULE", value_parser = module)]
    module: Option<String>,
    /// The module's SHA-256 in hex (istio).
    #[arg(long, value_name = "DIGEST", value_parser = sha256)]
    sha256: Option<String>,
    /// The namespace (istio, gateway, sidecar).
    #[arg(long, value_name = "NAME", value_parser = word)]
    namespace: Option<String>,
    /// The name of the workload (istio, gateway, sidecar).
    #[arg(long, value_name = "NAME", value_parser = word)]
    app: Option<String>,
    /// The workload's image (istio, sidecar).
    #[arg(long, value_name = "IMAGE", value_parser = module)]
    image: Option<String>,
    /// The Wasm module in place of the native one (gateway).
    #[arg(long)]
    wasm: bool,
}

impl Init {
    /// Writes the manifests.
    ///
    /// # Errors
    /// An option that this kind has no place for; a file that can't be written, or is there already.
    pub fn run(self) -> Result<ExitCode, Failure> {
        let (kind, force) = (self.kind, self.force);
        let path = self.output.clone().unwrap_or_else(|| kind.file().into());
        let manifest = kind.manifest(&self.values()).map_err(Failure::Usage)?;
        if path.as_os_str() == "-" {
            anstream::stdout().write_all(manifest.as_bytes())?;
            return Ok(ExitCode::SUCCESS);
        }
        let mut options = File::options();
        options.write(true).create(true).truncate(true);
        let opened = if force { options.open(&path) } else { options.create_new(true).open(&path) };
        let written = opened.and_then(|mut file| file.write_all(manifest.as_bytes()));
        match written {
            Ok(()) => {
                terminal::tell(format_args!("wrote {}", path.display()));
                Ok(ExitCode::SUCCESS)
            }
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                Err(Failure::Usage(format!("{} is there already; --force overwrites it", path.display())))
            }
            Err(error) => Err(Failure::WriteFile { path, error }),
        }
    }

    fn values(self) -> Values {
        let Self {
            paths,
            hosts,
            listen,
            backend,
            review,
            buffer_bytes,
            key,
            module,
            sha256,
            namespace,
            app,
            image,
            wasm,
            ..
        } = self;
        Values { paths, hosts, listen, backend, review, buffer_bytes, key, module, sha256, namespace, app, image, wasm }
    }
}
