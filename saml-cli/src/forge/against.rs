//! The self-pentest of a service provider that is running.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use saml_testkit::forge::Family;
use saml_testkit::pentest::{
    Addressee, Bounds, Course, Criterion, Evidence, Login, PentestError, Reach, Report, Surroundings,
    run as run_course,
};

use super::material::Material;
use super::{ForgeOptions, failed};
use crate::answer::{CommandError, InvalidValue};
use crate::input;
use crate::screen::Progress;
use saml_provider::SystemRandom;

/// Messages in a second, to this machine.
const RATE: u32 = 50;
/// Messages in a second, to a host that was named.
const GENTLE_RATE: u32 = 5;

/// A service provider of your own to try messages on.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Self-pentest")]
pub struct AgainstOptions {
    /// The assertion consumer service to post to: on this machine, or on a --test-host.
    #[arg(long, value_name = "URL")]
    pub against: Option<String>,
    /// Where the service provider begins a login: each message answers a fresh request.
    #[arg(long, value_name = "URL", requires = "against", conflicts_with = "unsolicited")]
    pub login_url: Option<String>,
    /// Messages answer no request: the service provider takes logins that the identity provider began.
    #[arg(long, requires = "against")]
    pub unsolicited: bool,
    /// A host elsewhere that you are responsible for and may attack.
    #[arg(long, value_name = "NAME", requires = "against")]
    pub test_host: Vec<String>,
    /// A page that answers 200 only to somebody who is signed in.
    #[arg(long, value_name = "URL", requires = "against")]
    pub probe: Option<String>,
    /// A text that this page then shows.
    #[arg(long, value_name = "TEXT", requires = "probe")]
    pub probe_shows: Option<String>,
    /// What is true of the answers to an accepted message: status=303, cookie=NAME, location=/home, body=TEXT. All
    /// must hold. Without this and --probe, it is learnt from good messages.
    #[arg(long, value_name = "CRITERION", requires = "against")]
    pub accepted_if: Vec<Criterion>,
    /// The most messages.
    #[arg(long, value_name = "NUMBER", default_value_t = 3000)]
    pub limit: usize,
    /// The most messages in a second; 50 to this machine and 5 elsewhere if left out.
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..))]
    pub rate: Option<u32>,
    /// After so many seconds, no further message is sent.
    #[arg(long, value_name = "SECONDS", default_value_t = 900)]
    pub time: u64,
    /// How many seconds an answer is waited for.
    #[arg(long, value_name = "SECONDS", default_value_t = 10)]
    pub timeout: u64,
    /// Certificates that TLS trusts beside those of this machine.
    #[arg(long, value_name = "PEM", requires = "against")]
    pub tls_ca: Option<PathBuf>,
}

impl AgainstOptions {
    /// The attacks to try, if any.
    pub(super) fn course<'m>(
        &self,
        options: &ForgeOptions,
        material: &'m Material,
    ) -> Result<Option<Course<'m>>, CommandError> {
        let Some(acs) = &self.against else { return Ok(None) };
        if self.login_url.is_none() && !self.unsolicited {
            let reason = InvalidValue::Other(
                "is needed, for messages to answer a request of the service provider; or --unsolicited",
            );
            return Err(CommandError::option("--login-url", reason));
        }
        let acs = url("--against", acs)?;
        let reach = Reach::naming(self.test_host.clone());
        let elsewhere = acs.host_str().is_some_and(|host| reach.names(host));
        let families = match options.only.as_slice() {
            // Attacks on resources are left out for a remote server, unless they are asked for.
            [] => Family::ALL.into_iter().filter(|f| !(elsewhere && *f == Family::Resource)).collect(),
            only => only.to_vec(),
        };
        let optional =
            |option, value: &Option<String>| value.as_deref().map(|text| url(option, text)).transpose();
        Ok(Some(Course {
            acs,
            login_url: optional("--login-url", &self.login_url)?,
            reach,
            authorities: match &self.tls_ca {
                Some(path) => input::certificates(path)?,
                None => Vec::new(),
            },
            login: Login {
                scene: material.scene.clone(),
                template: material.template.clone(),
                keys: material.keyring.keys(),
                addressee: match options.sp_entity_id {
                    Some(_) => Addressee::AsInTheScene,
                    None => Addressee::WhoeverAsks,
                },
                signed: material.signed.clone(),
            },
            families,
            evidence: Evidence {
                probe: optional("--probe", &self.probe)?,
                probe_shows: self.probe_shows.clone(),
                criteria: self.accepted_if.clone(),
            },
            bounds: Bounds {
                messages: self.limit,
                per_second: self.rate.unwrap_or(if elsewhere { GENTLE_RATE } else { RATE }),
                time: Duration::from_secs(self.time),
                patience: Duration::from_secs(self.timeout),
            },
        }))
    }
}

fn url(option: &'static str, text: &str) -> Result<url::Url, CommandError> {
    text.parse().map_err(|_invalid| CommandError::option(option, InvalidValue::Other("not an absolute URL")))
}

/// Tries everything, with a bar on a terminal.
pub(super) fn run(course: &Course<'_>) -> Result<Report, CommandError> {
    let mut bar: Option<Progress> = None;
    let mut progress = |_done: usize, total: usize, name: &str| {
        bar.get_or_insert_with(|| Progress::new(total)).step(name);
    };
    let surroundings = Surroundings {
        random: &mut SystemRandom,
        now: &|| input::instant_or_now(None).ok(),
        progress: &mut progress,
    };
    let report = run_course(course, surroundings);
    if let Some(bar) = bar {
        bar.end();
    }
    report.map_err(|error: PentestError| failed(error))
}
