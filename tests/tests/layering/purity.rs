//! `saml-core` gets its instants, its random octets and its input as arguments.

use crate::Breach;
use crate::tree::Source;

/// Runs of path segments that reach for the world outside.
const IMPURE: &[&[&str]] = &[
    &["SystemTime", "now"],
    &["Instant", "now"],
    &["Utc", "now"],
    &["Local", "now"],
    &["SystemTime", "elapsed"],
    &["std", "fs"],
    &["std", "net"],
    &["std", "env"],
    &["std", "process"],
    &["std", "thread"],
    &["std", "io", "stdin"],
    &["std", "io", "stdout"],
    &["std", "io", "stderr"],
    &["openssl", "rand"],
];

/// Names that are impure wherever they stand.
const IMPURE_NAMES: &[&str] = &["rand_bytes", "rand_priv_bytes", "getrandom", "tokio", "async", "thread_rng"];

/// Plain data that happens to live beside the network: an address read from text connects to nothing.
const ADDRESSES: &[&str] = &["IpAddr", "Ipv4Addr", "Ipv6Addr", "AddrParseError"];

/// Clocks, random sources and I/O.
pub fn breaches(sources: &[Source]) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for source in sources {
        for named in &source.facts.paths {
            let reached = IMPURE.iter().find(|run| contains(&named.segments, run));
            let address = named.segments.iter().any(|segment| ADDRESSES.contains(&segment.as_str()));
            if let Some(run) = reached
                && !(run.contains(&"net") && address)
            {
                breaches.push(source.breach(named.line, format!("`{}` in saml-core", run.join("::"))));
            }
        }
        for (name, line) in &source.facts.identifiers {
            if IMPURE_NAMES.contains(&name.as_str()) {
                breaches.push(source.breach(*line, format!("`{name}` in saml-core")));
            }
        }
    }
    breaches
}

fn contains(segments: &[String], run: &[&str]) -> bool {
    segments.windows(run.len()).any(|window| window == run)
}
