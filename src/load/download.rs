//! Fetches compressed files from a web server.

use std::path::Path;
use std::time::Duration;

use flate2::read::GzDecoder;
use ureq::Agent;
use ureq::tls::{RootCerts, TlsConfig};

use crate::base::data_problem::SourceProblem;
use crate::base::error::Result;
use crate::base::language::either;
use crate::load::cache::{self, KeepError};
use crate::load::dataset::DataFile;
use crate::load::progress::{Progress, size};

/// How long a server may be silent: long enough for a slow one, and without a network nobody
/// should wait for minutes.
const PATIENCE: Duration = Duration::from_secs(6);

/// How long a file may take altogether, so that a server that trickles does not hold us for ever.
const LONGEST: Duration = Duration::from_secs(15 * 60);

/// A folder on a web server.
pub(crate) struct Mirror {
    /// With a slash at the end.
    url: &'static str,
    patience: Duration,
}

impl Mirror {
    pub(super) const fn new(url: &'static str) -> Self {
        Mirror { url, patience: PATIENCE }
    }

    #[cfg(test)]
    pub(super) const fn with_patience(self, patience: Duration) -> Self {
        Mirror { patience, ..self }
    }

    /// The server's name, for people.
    pub(super) fn host(&self) -> &str {
        let rest = self.url.split_once("://").map_or(self.url, |(_, rest)| rest);
        rest.split('/').next().unwrap_or(rest)
    }

    /// Fetches the wanted files one after another and strikes off each one that came.
    pub(super) fn fetch(
        &self,
        folder: &Path,
        wanted: &mut Vec<&DataFile>,
        progress: &mut Progress,
    ) -> Result<(), KeepError> {
        let agent = self.agent();
        while let Some(&file) = wanted.first() {
            let answer = agent.get(format!("{}{}.gz", self.url, file.name)).call();
            let body = answer.map_err(request_problem)?.into_body();
            let length = body.content_length().map_or(String::new(), |n| format!(" ({})", size(n)));
            let from = either("from", "von");
            progress.say(&format!("  {} {from} {}{length}", file.name, self.host()));
            cache::keep(folder, file, GzDecoder::new(body.into_reader()), progress)?;
            wanted.remove(0);
        }
        Ok(())
    }

    /// It takes proxies from the environment, and certificates from the system: a school's network
    /// may put its own in between, which the system knows.
    fn agent(&self) -> Agent {
        let tls = TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build();
        let config = Agent::config_builder();
        #[cfg(test)] // the tests' servers run on this machine
        let config = config.proxy(None);
        config
            .tls_config(tls)
            .timeout_resolve(Some(self.patience))
            .timeout_connect(Some(self.patience))
            .timeout_recv_response(Some(self.patience))
            .timeout_per_read(Some(self.patience))
            .timeout_recv_body(Some(LONGEST))
            .build()
            .new_agent()
    }
}

fn request_problem(error: ureq::Error) -> SourceProblem {
    match error {
        ureq::Error::StatusCode(status) => SourceProblem::Status { status },
        ureq::Error::Io(error) => SourceProblem::NoAnswer { reason: error.to_string() },
        other => SourceProblem::NoAnswer { reason: other.to_string() },
    }
}
