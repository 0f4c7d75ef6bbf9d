//! The file.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use saml_core::validation::{Check, Outcome, Verdict};
use serde::{Deserialize, Serialize};

use super::{CapsuleError, Setting};
use crate::wire::recognise;

/// The version that this program writes and reads.
const VERSION: u32 = 1;

/// A recorded decision: the message, the setting, the verdict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Capsule {
    /// Which kind of file this is.
    capsule: u32,
    /// The octets as they arrived, in Base64: XML, a form, a query or a URL.
    wire: String,
    /// What was known.
    pub setting: Setting,
    /// What came out.
    pub verdict: RecordedVerdict,
    /// The values that were removed before it was recorded.
    #[serde(default)]
    pub redacted: Vec<Redaction>,
}

/// A kind of value that was removed from a capsule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Redaction {
    /// Names of people, values of attributes, addresses: each replaced by the same made-up word wherever it occurs.
    PersonalValues,
    /// After the change the message was signed anew, and encrypted anew where it was encrypted, with keys made for this
    /// capsule. The capsule holds these keys in place of the peer's certificates and our decryption keys. The
    /// relaxations that the original signature needed are lost.
    SignedAnew,
}

/// A verdict as data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordedVerdict {
    /// Whether the message was accepted.
    pub accepted: bool,
    /// The code of the first broken rule.
    pub code: Option<String>,
    /// All checks.
    pub checks: Vec<RecordedCheck>,
}

/// A check as data. `expected` and `found` are for people: their texts may change from version to version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordedCheck {
    /// The rule.
    pub check: String,
    /// Where it is written.
    pub section: String,
    /// How it ended.
    pub outcome: String,
    /// The code of a failure or warning.
    pub code: Option<String>,
    /// The expected value.
    pub expected: Option<String>,
    /// The value found.
    pub found: Option<String>,
}

/// A check that came out otherwise than recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The rule.
    pub check: String,
    /// The outcome and code then; none if it was not checked.
    pub recorded: Option<String>,
    /// The outcome and code now; none if it is not checked.
    pub replayed: Option<String>,
}

impl Capsule {
    /// Takes the decision and records it.
    ///
    /// # Errors
    /// There is no message in the octets, or the setting can't be used.
    pub fn record(wire: &[u8], setting: Setting) -> Result<Self, CapsuleError> {
        let verdict = RecordedVerdict::of(&judge(wire, &setting)?);
        Ok(Self { capsule: VERSION, wire: STANDARD.encode(wire), setting, verdict, redacted: Vec::new() })
    }

    /// Reads the text of a file.
    ///
    /// # Errors
    /// Not a capsule, or one of another version.
    pub fn parse(text: &str) -> Result<Self, CapsuleError> {
        let capsule: Self = serde_json::from_str(text)?;
        if capsule.capsule == VERSION {
            Ok(capsule)
        } else {
            Err(CapsuleError::Version { found: capsule.capsule })
        }
    }

    /// The text of the file.
    ///
    /// # Errors
    /// It can't be written as JSON.
    pub fn to_text(&self) -> Result<String, CapsuleError> {
        let mut text = serde_json::to_string_pretty(self)?;
        text.push('\n');
        Ok(text)
    }

    /// Takes the decision again.
    ///
    /// # Errors
    /// The capsule is damaged.
    pub fn replay(&self) -> Result<Verdict, CapsuleError> {
        judge(&self.octets()?, &self.setting)
    }

    /// The octets as they arrived.
    ///
    /// # Errors
    /// They are no Base64.
    pub fn octets(&self) -> Result<Vec<u8>, CapsuleError> {
        STANDARD.decode(&self.wire).map_err(|_invalid| CapsuleError::Field { field: "wire" })
    }
}

/// The verdict on the octets as they arrived: first that of the binding, then that of the message.
fn judge(wire: &[u8], setting: &Setting) -> Result<Verdict, CapsuleError> {
    let received = recognise(wire.to_vec()).ok_or(CapsuleError::NotAMessage)?;
    match received.fault {
        Some(fault) => Ok(Verdict::refused(&fault)),
        None => Ok(setting.judge(received.xml)?.verdict),
    }
}

impl RecordedVerdict {
    /// The verdict as data.
    #[must_use]
    pub fn of(verdict: &Verdict) -> Self {
        Self {
            accepted: verdict.is_accepted(),
            code: verdict.code().map(|code| code.to_string()),
            checks: verdict.checks().iter().map(RecordedCheck::of).collect(),
        }
    }

    /// The checks that differ in outcome or code, texts left aside.
    #[must_use]
    pub fn differences(&self, replayed: &Self) -> Vec<Difference> {
        let recorded: Vec<_> = self.checks.iter().collect();
        let replayed: Vec<_> = replayed.checks.iter().collect();
        let longest = recorded.len().max(replayed.len());
        let mut differences = Vec::new();
        for index in 0..longest {
            let (then, now) = (recorded.get(index), replayed.get(index));
            let (then_text, now_text) = (then.map(|check| check.ending()), now.map(|check| check.ending()));
            let same_rule = then.map(|check| &check.check) == now.map(|check| &check.check);
            if then_text != now_text || !same_rule {
                let check = then.or(now).map(|check| check.check.clone()).unwrap_or_default();
                differences.push(Difference { check, recorded: then_text, replayed: now_text });
            }
        }
        differences
    }
}

impl RecordedCheck {
    fn of(check: &Check) -> Self {
        Self {
            check: check.name().to_owned(),
            section: check.section().to_owned(),
            outcome: match check.outcome() {
                Outcome::Pass => "pass",
                Outcome::Warning => "warning",
                Outcome::NotApplicable => "not-applicable",
                Outcome::Fail => "fail",
            }
            .to_owned(),
            code: check.code().map(|code| code.to_string()),
            expected: check.expected_value().map(str::to_owned),
            found: check.found_value().map(str::to_owned),
        }
    }

    fn ending(&self) -> String {
        match &self.code {
            Some(code) => format!("{} {code}", self.outcome),
            None => self.outcome.clone(),
        }
    }
}
