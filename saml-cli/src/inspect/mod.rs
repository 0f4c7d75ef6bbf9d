//! `saml inspect`: what a message says, and what of it is signed, encrypted, or neither.
//!
//! The command verifies nothing: it shows the claims of a message.

mod certificates;
mod coverage;
mod facts;
mod json;
mod markup;
#[cfg(test)]
mod tests;
mod walk;

use std::path::PathBuf;

use clap::Args;
use saml_core::base::SamlInstant;
use saml_core::xml::Document;
use saml_testkit::wire::Received;

use crate::answer::{Answer, CommandError};
use crate::input;
use crate::screen::{self, DIM, HEADING, REJECTED, STRONG, Screen, WARNING, styled};

use certificates::CertificateNote;
pub(crate) use certificates::hexadecimal;
use coverage::Coverage;
use facts::Section;
use markup::Layout;
pub(crate) use walk::labelled;

/// Options of `saml inspect`.
#[derive(Args, Clone, Debug)]
pub struct InspectOptions {
    /// The message: XML, Base64, DEFLATE, a form, a query or a URL; `-` is standard input.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Print the XML only, indented and whole, for other programs. Its signatures don't survive that.
    #[arg(long, conflicts_with_all = ["json", "summary"])]
    pub xml: bool,
    /// Leave the XML out.
    #[arg(long)]
    pub summary: bool,
    /// Don't shorten long values in the XML.
    #[arg(long)]
    pub full: bool,
    /// The instant that certificates are compared with, RFC 3339; now if left out.
    #[arg(long, value_name = "INSTANT")]
    pub now: Option<String>,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

/// Everything that is told about a message.
struct Inspection<'d> {
    received: &'d Received,
    document: &'d Document,
    sections: Vec<Section>,
    coverage: Coverage<'d>,
    certificates: Vec<CertificateNote>,
    now: SamlInstant,
}

/// Shows the message.
///
/// # Errors
/// There is no message, or it is no document.
pub fn run(options: &InspectOptions) -> Result<Answer, CommandError> {
    let now = input::instant_or_now(options.now.as_deref())?;
    let message = input::message(&options.file)?;
    let document = message.document()?;
    let coverage = Coverage::of(&document);
    if options.xml {
        let mut screen = Screen::default();
        markup::show(&mut screen, &document, &coverage, Layout::Document);
        screen.print()?;
        return Ok(Answer::Accepted);
    }
    let inspection = Inspection::of(&message.received, &document, coverage, now);
    if options.json {
        screen::print_json(&json::value(&inspection))?;
    } else {
        inspection.screen(options).print()?;
    }
    Ok(Answer::Accepted)
}

impl<'d> Inspection<'d> {
    fn of(received: &'d Received, document: &'d Document, coverage: Coverage<'d>, now: SamlInstant) -> Self {
        let (sections, certificates) = (facts::sections(document.root()), certificates::of(document.root()));
        Self { received, document, sections, coverage, certificates, now }
    }
}

impl Inspection<'_> {
    fn screen(&self, options: &InspectOptions) -> Screen {
        let mut screen = Screen::default();
        self.title(&mut screen);
        for section in &self.sections {
            screen.heading(&section.title);
            for fact in &section.facts {
                screen.fact(fact.label, &fact.value);
            }
        }
        self.signatures(&mut screen);
        self.certificates(&mut screen);
        self.uncovered(&mut screen);
        if !options.summary {
            screen.blank();
            screen.line(&format!(
                "{}  {}",
                styled(HEADING, "XML"),
                styled(DIM, "S below a signature  E encrypted")
            ));
            let layout = if options.full { Layout::Full } else { Layout::Shortened };
            markup::show(&mut screen, self.document, &self.coverage, layout);
        }
        screen
    }

    fn title(&self, screen: &mut Screen) {
        let root = self.document.root();
        let octets = self.document.octets().len();
        let name = styled(STRONG, &walk::qualified(root));
        screen.line(&format!("{name}  {}", styled(DIM, &format!("{octets} octets"))));
        screen.fact("found as", &self.received.describe());
        if let Some(state) = &self.received.relay_state {
            screen.fact("RelayState", state);
        }
        if let Some(fault) = &self.received.fault {
            let line = format!("a strict receiver would not take it: {fault}");
            screen.fact("binding", &line);
        }
        if let Err(error) = self.document.require_message_profile()
            && self.sections.first().is_some_and(|section| !section.is_metadata)
        {
            screen.fact("profile", &format!("a strict receiver would not take it: {error}"));
        }
    }

    fn signatures(&self, screen: &mut Screen) {
        screen.heading("Signatures (claimed, not verified)");
        if self.coverage.signatures.is_empty() && self.received.query.is_none() {
            screen.line(&format!("  {}", styled(WARNING, "none")));
        }
        if self.received.query.as_deref().is_some_and(|query| query.contains("&Signature=")) {
            screen.line("  beside the message, over the octets of the query");
        }
        for signature in &self.coverage.signatures {
            screen.line(&format!("  of {}", styled(STRONG, &screen::plain(&signature.covers))));
            for (label, value) in signature.facts() {
                screen.fact_at(4, 14, label, value);
            }
            if let Some(remark) = signature.remark {
                screen.line(&format!("    {}", styled(REJECTED, remark)));
            }
        }
        for encrypted in &self.coverage.encrypted {
            screen.fact("encrypted", encrypted);
        }
    }

    fn certificates(&self, screen: &mut Screen) {
        if self.certificates.is_empty() {
            return;
        }
        screen.heading("Certificates in the message (they prove nothing by being there)");
        for note in &self.certificates {
            note.show(screen, self.now);
        }
    }

    fn uncovered(&self, screen: &mut Screen) {
        if self.coverage.uncovered.is_empty() {
            return;
        }
        screen.heading("Not below any enveloped signature");
        for part in &self.coverage.uncovered {
            screen.paragraph(2, part);
        }
    }
}
