//! `saml replay`: recorded cases, each compared with the verdict that it must get.

mod report;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clap::Args;
use saml_testkit::manifest::{Case, Manifest, ManifestError, Mismatch, Replayed, replay};

use crate::answer::{Answer, CommandError};
use crate::input;
use crate::screen::{self, Progress};

/// Options of `saml replay`.
#[derive(Args, Clone, Debug)]
pub struct ReplayOptions {
    /// Manifests, such as responses.json; `-` is standard input, with paths relative to the current folder.
    #[arg(value_name = "MANIFEST", required = true)]
    pub manifests: Vec<PathBuf>,
    /// Only cases whose name contains this text.
    #[arg(long, value_name = "TEXT")]
    pub filter: Option<String>,
    /// Print JSON: every case with its verdict.
    #[arg(long)]
    pub json: bool,
}

/// What became of one case.
pub(crate) enum Ending {
    /// It was replayed, and got this verdict.
    Replayed(Replayed, Option<Mismatch>),
    /// It can't be replayed.
    Unusable(ManifestError),
}

impl Ending {
    pub(crate) const fn is_passed(&self) -> bool {
        matches!(self, Self::Replayed(_, None))
    }
}

/// One manifest, replayed.
pub(crate) struct Run {
    pub(crate) path: PathBuf,
    pub(crate) cases: Vec<(Case, Ending)>,
    pub(crate) took: Duration,
}

impl Run {
    pub(crate) fn passed(&self) -> usize {
        self.cases.iter().filter(|(_, ending)| ending.is_passed()).count()
    }

    pub(crate) fn failed(&self) -> usize {
        self.cases.len().saturating_sub(self.passed())
    }
}

/// Replays all cases and reports.
///
/// # Errors
/// A manifest can't be read.
pub fn run(options: &ReplayOptions) -> Result<Answer, CommandError> {
    let manifests: Vec<Manifest> =
        options.manifests.iter().map(|path| manifest(path)).collect::<Result<_, CommandError>>()?;
    let wanted = |case: &&Case| options.filter.as_ref().is_none_or(|text| case.id.contains(text.as_str()));
    let total = manifests.iter().flat_map(Manifest::cases).filter(wanted).count();
    let mut progress = Progress::new(total);
    let mut runs = Vec::new();
    for (manifest, path) in manifests.iter().zip(&options.manifests) {
        let begin = Instant::now();
        let mut cases = Vec::new();
        for case in manifest.cases().iter().filter(wanted) {
            progress.step(&case.id);
            let ending = match replay(case, manifest.folder()) {
                Ok(replayed) => {
                    let mismatch = replayed.mismatch(case);
                    Ending::Replayed(replayed, mismatch)
                }
                Err(error) => Ending::Unusable(error),
            };
            cases.push((case.clone(), ending));
        }
        runs.push(Run { path: path.clone(), cases, took: begin.elapsed() });
    }
    progress.end();
    if options.json {
        screen::print_json(&report::json(&runs))?;
    } else {
        report::screen(&runs).print()?;
    }
    Ok(Answer::of(runs.iter().all(|run| run.failed() == 0)))
}

/// The manifest in a file, or on standard input for `-`.
fn manifest(path: &Path) -> Result<Manifest, CommandError> {
    let folder = path.parent().map_or_else(PathBuf::new, Path::to_owned);
    let name = input::name_of(path);
    Ok(Manifest::parse(&input::read(path)?, Path::new(&name), folder)?)
}
