//! Findings: facts that the administrator of the identity provider should know.

use saml_core::base::Coded as _;
use saml_idp::PeerError;

/// Something that the administrator of the identity provider should know.
pub(super) struct Finding {
    pub(super) severity: Severity,
    pub(super) text: String,
    pub(super) hint: Option<&'static str>,
    /// The code, where the finding is about metadata.
    pub(super) code: Option<&'static str>,
    /// The entity that it is about, if known.
    pub(super) entity: Option<String>,
}

/// How a finding affects the service provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Severity {
    /// The service provider is not served.
    LeftOut,
    /// It is served, and nobody can sign in to it.
    Failing,
    /// It is served.
    Warning,
}

impl Finding {
    pub(super) fn new(severity: Severity, error: &PeerError) -> Self {
        Self {
            severity,
            text: error.to_string(),
            hint: error.hint(),
            code: Some(error.code().as_str()),
            entity: error.entity.as_ref().map(ToString::to_string),
        }
    }

    /// One that is not about the metadata of a peer.
    pub(super) const fn warning(text: String) -> Self {
        Self { severity: Severity::Warning, text, hint: None, code: None, entity: None }
    }

    /// Whether a check of the settings fails by it.
    pub(super) const fn is_fault(&self) -> bool {
        matches!(self.severity, Severity::LeftOut | Severity::Failing)
    }

    /// One line.
    pub(super) fn line(&self) -> String {
        let what = match self.severity {
            Severity::LeftOut => "left out",
            Severity::Failing => "nobody can sign in",
            Severity::Warning => "warning",
        };
        let hint = self.hint.map(|hint| format!("; {hint}")).unwrap_or_default();
        format!("saml: {what}: {}{hint}", self.text)
    }
}
