//! The OASIS schemas themselves, as an oracle: `xmllint` over the Debian packages `opensaml-schemas` and
//! `xmltooling-schemas`, offline.

use crate::left_out::without_tool;
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::process::Command;

const OPENSAML: &str = "/usr/share/xml/opensaml";
const XMLTOOLING: &str = "/usr/share/xml/xmltooling";

/// The schemas that a document may be of, and the one that they allow in it without importing it.
const SCHEMAS: [(&str, &str, &str); 4] = [
    ("urn:oasis:names:tc:SAML:2.0:assertion", OPENSAML, "saml-schema-assertion-2.0.xsd"),
    ("urn:oasis:names:tc:SAML:2.0:protocol", OPENSAML, "saml-schema-protocol-2.0.xsd"),
    ("urn:oasis:names:tc:SAML:2.0:metadata", OPENSAML, "saml-schema-metadata-2.0.xsd"),
    ("http://www.w3.org/2009/xmlenc11#", XMLTOOLING, "xenc11-schema.xsd"),
];

/// Where the schemas import from, and where Debian keeps it.
const CATALOG: [(&str, &str); 3] = [
    (
        "http://www.w3.org/TR/2002/REC-xmldsig-core-20020212/xmldsig-core-schema.xsd",
        "xmldsig-core-schema.xsd",
    ),
    ("http://www.w3.org/TR/2002/REC-xmlenc-core-20021210/xenc-schema.xsd", "xenc-schema.xsd"),
    ("http://www.w3.org/2001/xml.xsd", "xml.xsd"),
];

/// The faults of each document, an empty list if it is valid. Without `xmllint` the result is `None`, and a line is
/// printed.
///
/// `test` names a folder of its own for the calling test.
pub(crate) fn faults(test: &str, documents: &[Vec<u8>]) -> Option<Vec<Vec<String>>> {
    let schemas = SCHEMAS.map(|(_, folder, file)| Path::new(folder).join(file));
    if !schemas.iter().all(|path| path.exists()) || Command::new("xmllint").output().is_err() {
        without_tool("the schemas' judgement", "xmllint, or a package of schemas,");
        return None;
    }
    let folder = std::env::temp_dir().join(format!("saml-core-{}-{test}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("catalog"), catalog()).unwrap();
    std::fs::write(folder.join("schema"), schema()).unwrap();
    let files: Vec<PathBuf> = (0..documents.len()).map(|number| folder.join(number.to_string())).collect();
    for (file, document) in files.iter().zip(documents) {
        std::fs::write(file, document).unwrap();
    }
    let output = Command::new("xmllint")
        .args(["--nonet", "--noout", "--huge", "--schema"])
        .arg(folder.join("schema"))
        .args(&files)
        .env("XML_CATALOG_FILES", folder.join("catalog"))
        .output()
        .unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    Some(faults_of(&files, &String::from_utf8_lossy(&output.stderr)))
}

/// Each of the documents is valid, as far as there is an `xmllint` to say so.
pub(crate) fn require_valid(test: &str, documents: &[Vec<u8>]) {
    for (document, faults) in documents.iter().zip(faults(test, documents).into_iter().flatten()) {
        assert!(faults.is_empty(), "{}\n{}", String::from_utf8_lossy(document), faults.join("\n"));
    }
}

/// `FILE validates`, or lines that begin with `FILE:`.
fn faults_of(files: &[PathBuf], said: &str) -> Vec<Vec<String>> {
    let valid: HashSet<&str> = said.lines().filter_map(|line| line.strip_suffix(" validates")).collect();
    let mut faults: HashMap<&str, Vec<String>> = HashMap::new();
    for (file, fault) in said.lines().filter_map(|line| line.split_once(':')) {
        faults.entry(file).or_default().push(fault.to_owned());
    }
    let of = |file: &PathBuf| {
        let name = file.to_str().unwrap();
        let found = faults.remove(name).unwrap_or_default();
        assert_eq!(valid.contains(name), found.is_empty(), "{name}: {said}");
        found
    };
    files.iter().map(of).collect()
}

fn schema() -> String {
    let imports = SCHEMAS.map(|(uri, folder, file)| {
        format!("<import namespace=\"{uri}\" schemaLocation=\"{folder}/{file}\"/>")
    });
    format!("<schema xmlns=\"http://www.w3.org/2001/XMLSchema\">{}</schema>", imports.concat())
}

fn catalog() -> String {
    let entries = CATALOG.map(|(uri, file)| {
        let target = format!("file://{XMLTOOLING}/{file}");
        format!("<system systemId=\"{uri}\" uri=\"{target}\"/><uri name=\"{uri}\" uri=\"{target}\"/>")
    });
    format!("<catalog xmlns=\"urn:oasis:names:tc:entity:xmlns:xml:catalog\">{}</catalog>", entries.concat())
}
