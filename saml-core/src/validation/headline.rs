//! Floor 8: which of several broken rules is the likeliest cause of the others.

use super::check::{Check, Outcome};

/// A rule whose breach explains the breach of earlier ones.
struct Cause {
    /// Codes; the first that is broken is told.
    told: &'static [&'static str],
    /// When it explains them.
    given: fn(&Broken<'_>) -> bool,
}

/// In this order. If none applies, the first broken rule is the headline: checks run in the order of the specification,
/// and an early failure often causes later ones.
const CAUSES: [Cause; 7] = [
    // The keys are not known any more.
    Cause { told: &["idp.metadata_expired", "sp.metadata_expired"], given: |_| true },
    // The peer said no, and nothing that an error answer lacks would have made it a login.
    Cause {
        told: &["status.not_success"],
        given: |broken| !broken.has_assertion() && !broken.is_tampered_with(),
    },
    // A successful answer without an assertion has nothing to sign.
    Cause { told: &["assertion.count"], given: |broken| !broken.has_assertion() },
    // Somebody else's message: other keys, other names, other addresses. An assertion of somebody else's in a Response of
    // the provider's is another matter: who put it there did not sign it.
    Cause {
        told: &["request.idp_mismatch", "response.issuer_mismatch", "request.issuer_mismatch"],
        given: |broken| !broken.is_tampered_with(),
    },
    // For somebody else, under their name and to their address; there are providers with a key for each receiver.
    Cause {
        told: &["destination.mismatch", "audience.mismatch"],
        given: |broken| {
            broken.any(&["audience.mismatch"])
                && broken.any(&ADDRESSES)
                && !broken.is_tampered_with()
                && !broken.any(&["status.not_success"])
        },
    },
    // An assertion that was encrypted to another receiver does not open here.
    Cause {
        told: &["destination.mismatch"],
        given: |broken| broken.any(&["decryption.no_key", "decryption.failed", "encryption.open_failed"]),
    },
    // An old message was presented again: its request is long gone.
    Cause {
        told: &["subject_confirmation.expired", "conditions.expired", "assertion.too_old"],
        given: |broken| {
            broken.is_sound()
                && !broken.any(&ADDRESSES)
                && broken.any(&[
                    "in_response_to.unknown",
                    "subject_confirmation.in_response_to_unknown",
                    "request.expired",
                ])
        },
    },
];

/// Where a message is for.
const ADDRESSES: [&str; 2] = ["destination.mismatch", "subject_confirmation.recipient_mismatch"];

/// Rules about who signed, and how well. The other rules about signatures break when somebody changes a message.
const WHO_SIGNED: [&str; 11] = [
    "signature.missing",
    "signature.response_missing",
    "signature.assertion_missing",
    "signature.invalid",
    "signature.no_key",
    "signature.key_algorithm_mismatch",
    "signature.key_too_short",
    "signature.key_too_long",
    "signature.algorithm_refused",
    "digest.algorithm_refused",
    "request.signature_missing",
];

/// The broken rule that a person is told first.
pub(super) fn of(checks: &[Check]) -> Option<&Check> {
    let broken = Broken(checks);
    let first = broken.failures().next()?;
    let cause = CAUSES.iter().find_map(|cause| {
        let told =
            cause.told.iter().find_map(|code| broken.failures().find(|check| has_code(check, code)))?;
        (cause.given)(&broken).then_some(told)
    });
    Some(cause.unwrap_or(first))
}

fn has_code(check: &Check, code: &str) -> bool {
    check.code().is_some_and(|found| found.as_str() == code)
}

/// The checks of a message that is refused.
struct Broken<'a>(&'a [Check]);

impl<'a> Broken<'a> {
    fn failures(&self) -> impl Iterator<Item = &'a Check> {
        self.0.iter().filter(|check| check.outcome() == Outcome::Fail)
    }

    fn any(&self, codes: &[&str]) -> bool {
        codes.iter().any(|code| self.failures().any(|check| has_code(check, code)))
    }

    /// Whether one of these rules is broken, under a code that is meant.
    fn breaks(&self, names: &[&str], is_meant: impl Fn(&str) -> bool) -> bool {
        let mut failures = self.failures().filter(|check| names.contains(&check.name()));
        failures.any(|check| check.code().is_some_and(|code| is_meant(code.as_str())))
    }

    /// Whether the message was signed and encrypted for us as it stands.
    fn is_sound(&self) -> bool {
        !self.breaks(&["signature", "signature_demand", "cross_check", "decryption"], |_| true)
    }

    /// Whether the message was changed after it was signed. Then it doesn't prove who sent it.
    fn is_tampered_with(&self) -> bool {
        self.breaks(&["signature", "cross_check", "request_signature"], |code| !WHO_SIGNED.contains(&code))
    }

    /// Whether there is an assertion to judge, in clear or sealed.
    fn has_assertion(&self) -> bool {
        self.0.iter().any(|check| check.name() == "assertion_issuer")
            || self.failures().any(|check| check.name() == "decryption")
    }
}
