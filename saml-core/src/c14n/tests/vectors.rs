//! The vectors of other projects: W3C, libxml2, Santuario, and octets whose digest or signature verifies in a real
//! message. They lie outside the repository; without them this test says so and passes.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use serde_json::Value;

use super::subset::Subset;
use super::*;
use crate::base::Coded;
use crate::left_out::left_out;
use crate::xml::{ExpandedName, names};

/// The fewest vectors that must have run, so that none is skipped unnoticed.
const FLOOR: usize = 440;

/// Why a vector says nothing about us.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Skipped {
    /// The input has a DOCTYPE, which our parser refuses.
    Doctype,
    /// The input is not UTF-8, which our parser refuses.
    Encoding,
    /// Two elements of the input have the same ID, which our parser refuses.
    DuplicateId,
    /// The input is not well-formed, and nobody has checked the vector.
    NotWellFormed,
    /// The node-set is not made of whole elements, less at most one.
    Subset,
}

struct Vector<'v> {
    folder: &'v Path,
    case: &'v Value,
}

impl Vector<'_> {
    fn text(&self, field: &str) -> Option<&str> {
        self.case.get(field).and_then(Value::as_str)
    }

    fn read(&self, field: &str) -> Option<Vec<u8>> {
        self.text(field).map(|file| std::fs::read(self.folder.join(file)).unwrap())
    }

    fn input(&self) -> Vec<u8> {
        let octets = self.read("file").unwrap();
        match self.text("encoding").unwrap_or("xml") {
            "xml" => octets,
            "base64" => base64(&octets),
            "url+base64" => base64(&percent_encoding::percent_decode(&octets).collect::<Vec<u8>>()),
            "deflate+base64" => {
                let mut inflated = Vec::new();
                flate2::read::DeflateDecoder::new(&*base64(&octets)).read_to_end(&mut inflated).unwrap();
                inflated
            }
            other => panic!("unknown encoding {other}"),
        }
    }

    /// Whether somebody has confirmed the vector with another implementation.
    fn is_checked(&self) -> bool {
        self.case["checked"].as_bool().unwrap()
    }

    /// The `XPath` element of the vector. Where the file has the expression alone, its prefix is that of the W3C tests.
    fn xpath(&self) -> Option<std::sync::Arc<Document>> {
        let xpath = String::from_utf8(self.read("xpath_file")?).unwrap();
        let element = if xpath.trim_start().starts_with('<') {
            xpath
        } else {
            format!("<XPath xmlns:ietf='http://www.ietf.org'>{xpath}</XPath>")
        };
        Some(parse(&element))
    }

    fn prefix_list(&self) -> PrefixList {
        let listed = self.case.get("inclusive_prefixes").and_then(Value::as_array);
        let tokens: Vec<&str> = listed.into_iter().flatten().filter_map(Value::as_str).collect();
        prefixes(&tokens.join(" "))
    }

    /// The signature that the vector speaks of, counted in document order.
    fn signature<'d>(&self, document: &'d Document) -> Element<'d> {
        let number = usize::try_from(self.case["signature_index"].as_u64().unwrap()).unwrap();
        descendants(document.root())
            .into_iter()
            .filter(|element| element.name() == ExpandedName::new(names::DS, "Signature"))
            .nth(number - 1)
            .unwrap()
    }

    /// The element to canonicalise and the one to leave out; none for the whole document.
    fn apex<'d>(&self, document: &'d Document) -> Option<Subset<'d>> {
        let one = |element: Element<'d>, omit| Some(Subset { apexes: vec![element], omit });
        let description = self.text("apex")?;
        if let Some(id) = self.text("apex_id") {
            let apex = document.element_by_id(id).unwrap();
            // In a wrapping attack the signature has been moved out of what it signs.
            let signature = self.text("exclude").map(|_| self.signature(document));
            let omit = signature.filter(|signature| descendants(apex).contains(signature));
            return one(apex, omit.map(Element::id));
        }
        if description.starts_with("ds:SignedInfo of") {
            let signed_info = ExpandedName::new(names::DS, "SignedInfo");
            return one(
                self.signature(document).child_elements().find(|e| e.name() == signed_info).unwrap(),
                None,
            );
        }
        if description.starts_with("document element") {
            return one(document.root(), None);
        }
        if description.starts_with("first child element") {
            return one(document.root().child_elements().next().unwrap(), None);
        }
        let named = |element: &Element<'_>| matches!(element.name().local, "elem2" | "Body");
        one(descendants(document.root()).into_iter().find(named).unwrap(), None)
    }

    fn run(&self) -> Result<(), Skipped> {
        let method = CanonicalizationMethod::from_uri(self.text("algorithm").unwrap()).unwrap();
        let limits = Limits::METADATA;
        let document = match Document::parse(self.input(), &limits) {
            Ok(document) => document,
            Err(error) => match error.code().as_str() {
                "xml.doctype" => return Err(Skipped::Doctype),
                "xml.encoding" => return Err(Skipped::Encoding),
                "xml.duplicate_id" => return Err(Skipped::DuplicateId),
                "xml.not_well_formed" if !self.is_checked() => return Err(Skipped::NotWellFormed),
                other => panic!("{other}: {error}"),
            },
        };
        let xpath = self.xpath();
        let subset = match &xpath {
            Some(xpath) => Some(Subset::select(&document, xpath).ok_or(Skipped::Subset)?),
            None => self.apex(&document),
        };
        let list = self.prefix_list();
        let mut octets = Vec::new();
        let outcome = match &subset {
            Some(Subset { apexes, omit }) => apexes
                .iter()
                .try_for_each(|apex| canonicalize_element(*apex, *omit, method, &list, &limits, &mut octets)),
            None => canonicalize_document(&document, method, &list, &limits, &mut octets),
        };
        match self.text("expect").unwrap() {
            "bytes" => {
                outcome.unwrap();
                let expected = self.read("expected").unwrap();
                assert_eq!(String::from_utf8_lossy(&octets), String::from_utf8_lossy(&expected));
                assert_eq!(octets, expected);
                if subset.is_none_or(|subset| subset.apexes.len() == 1) {
                    assert_stable(&octets, method, &list);
                }
            }
            "error" => assert_eq!(outcome, Err(C14nError::RelativeNamespace)),
            "utf8" => assert!(outcome.is_ok() && str::from_utf8(&octets).is_ok()),
            other => panic!("unknown expectation {other}"),
        }
        Ok(())
    }
}

/// A canonical form is its own canonical form.
fn assert_stable(octets: &[u8], method: CanonicalizationMethod, list: &PrefixList) {
    let document = Document::parse(octets.to_vec(), &Limits::METADATA).unwrap();
    let mut again = Vec::new();
    canonicalize_document(&document, method, list, &Limits::METADATA, &mut again).unwrap();
    assert_eq!(again, octets);
}

fn base64(octets: &[u8]) -> Vec<u8> {
    let dense: Vec<u8> = octets.iter().copied().filter(|octet| !octet.is_ascii_whitespace()).collect();
    base64::engine::general_purpose::STANDARD.decode(dense).unwrap()
}

fn descendants(element: Element<'_>) -> Vec<Element<'_>> {
    let mut found = vec![element];
    found.extend(element.child_elements().flat_map(descendants));
    found
}

#[test]
fn the_vectors_of_other_projects_hold() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/fixtures");
    let Ok(manifest) = std::fs::read(folder.join("c14n.json")) else {
        left_out("canonical forms of others", &format!("no vectors at {}", folder.display()));
        return;
    };
    let manifest: Value = serde_json::from_slice(&manifest).unwrap();
    let mut ran = 0;
    let mut skipped: BTreeMap<Skipped, Vec<String>> = BTreeMap::new();
    let mut failed = Vec::new();
    for case in manifest["cases"].as_array().unwrap() {
        let id = case["id"].as_str().unwrap();
        let vector = Vector { folder: &folder, case };
        match std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| vector.run())) {
            Ok(Ok(())) => ran += 1,
            Ok(Err(reason)) => skipped.entry(reason).or_default().push(id.to_owned()),
            Err(_) => failed.push(id),
        }
    }
    println!("{ran} vectors ran");
    for (reason, ids) in &skipped {
        println!("{} skipped, {reason:?}: {}", ids.len(), ids.join(" "));
    }
    assert_eq!(failed, Vec::<&str>::new());
    assert!(ran >= FLOOR, "only {ran} vectors ran");
}
