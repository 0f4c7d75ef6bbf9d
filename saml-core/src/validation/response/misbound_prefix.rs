//! Floor 8: a typing error in a namespace that everybody knows, where a schema lets anything be. [XML Namespaces §3]

use crate::trust::ReceivedResponse;
use crate::validation::check::{Check, Rule};

/// Nothing where there is none.
pub(super) fn check(received: &ReceivedResponse) -> Option<Check> {
    let misbound = received.misbound_prefix.as_ref()?;
    let bound = |uri: &str| format!("xmlns:{}=\"{uri}\"", misbound.prefix);
    Some(
        Rule::MESSAGE
            .warn("schema.prefix_misbound")
            .expected(bound(misbound.usual))
            .found(&bound(&misbound.found))
            .hint("have the peer correct the namespace: what it says by this prefix is not heard"),
    )
}
