//! Fetches compressed files from a web server.

use std::path::Path;
use std::time::Duration;

use flate2::read::GzDecoder;
use ureq::Agent;
use ureq::tls::{RootCerts, TlsConfig};

use crate::base::error::Result;
use crate::base::file_problem::system_says;
use crate::base::language::either;
use crate::base::numbers::size;
use crate::base::phrase::{Phrase, phrase};
use crate::base::progress::Progress;
use crate::load::cache::{self, KeepError};
use crate::load::dataset::{DataFile, Mirror};

/// How long a file may take altogether, so that a server that trickles does not hold us for ever.
const LONGEST: Duration = Duration::from_secs(15 * 60);

/// Fetches the wanted files one after another and strikes off each one that came.
pub(super) fn fetch(
    mirror: &Mirror,
    folder: &Path,
    wanted: &mut Vec<&DataFile>,
    progress: &mut Progress,
) -> Result<(), KeepError> {
    let agent = agent(mirror.patience);
    while let Some(&file) = wanted.first() {
        let answer = agent.get(format!("{}{}.gz", mirror.url, file.name)).call();
        let body = answer.map_err(|error| KeepError::Source(no_answer(error)))?.into_body();
        let length = body.content_length().map_or(String::new(), |n| format!(" ({})", size(n)));
        let from = either("from", "von");
        progress.say(&format!("  {} {from} {}{length}", file.name, mirror.host()));
        cache::keep(folder, file, GzDecoder::new(body.into_reader()), progress)?;
        wanted.remove(0);
    }
    Ok(())
}

/// It takes proxies from the environment, and certificates from the system: a school's network
/// may put its own in between, which the system knows.
fn agent(patience: Duration) -> Agent {
    let tls = TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build();
    let config = Agent::config_builder();
    #[cfg(test)] // the tests' servers run on this machine
    let config = config.proxy(None);
    config
        .tls_config(tls)
        .timeout_resolve(Some(patience))
        .timeout_connect(Some(patience))
        .timeout_recv_response(Some(patience))
        .timeout_per_read(Some(patience))
        .timeout_recv_body(Some(LONGEST))
        .build()
        .new_agent()
}

fn no_answer(error: ureq::Error) -> Phrase {
    let reason = match error {
        ureq::Error::StatusCode(status) => {
            return phrase!(
                "it answered with HTTP status {status}",
                "Antwort mit HTTP-Status {status}"
            );
        }
        ureq::Error::Io(error) => system_says(&error),
        timeout @ ureq::Error::Timeout(_) => phrase!("{timeout}", "es kam zu lange keine Antwort"),
        other => phrase!("{other}", "die Verbindung kam nicht zustande"),
    };
    phrase!("no answer ({reason})", "keine Antwort ({reason})")
}
