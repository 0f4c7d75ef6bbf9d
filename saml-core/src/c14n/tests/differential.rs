//! The same documents through another implementation: libxml2, by way of `xmllint`, if it is installed.

use std::process::Command;

use super::generator::Generated;
use super::*;
use crate::left_out::without_tool;

const DOCUMENTS: u64 = 300;

/// Whether there is something to compare with. A person may do without; where merging is decided, it must be heard.
pub(super) fn is_there(program: &str, version: &str) -> bool {
    let found = Command::new(program).arg(version).output().is_ok_and(|output| output.status.success());
    if !found {
        without_tool("a comparison of canonical forms", program);
    }
    found
}

fn xmllint_is_installed() -> bool {
    is_there("xmllint", "--version")
}

/// Runs `xmllint` over all documents at once; it writes one form after the other, with comments.
fn xmllint(option: &str, topic: &str, documents: &[String]) -> Vec<u8> {
    let folder = std::env::temp_dir().join(format!("saml-core-c14n-{}-{topic}{option}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let files: Vec<_> = documents
        .iter()
        .enumerate()
        .map(|(number, document)| {
            let file = folder.join(format!("{number}.xml"));
            std::fs::write(&file, document).unwrap();
            file
        })
        .collect();
    let output = Command::new("xmllint").arg("--nonet").arg(option).args(files).output().unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// Finds the first document whose form differs.
fn assert_same(option: &str, topic: &str, documents: &[String], forms: &[String]) {
    let mut theirs = xmllint(option, topic, documents);
    for (number, form) in forms.iter().enumerate() {
        let rest = theirs.split_off(form.len().min(theirs.len()));
        assert_eq!(String::from_utf8_lossy(&theirs), *form, "{option} {number}: {}", documents[number]);
        theirs = rest;
    }
    assert!(theirs.is_empty(), "{option}: {} octets too many", theirs.len());
}

const OPTIONS: [(&str, CanonicalizationMethod); 3] =
    [("--exc-c14n", WITH_COMMENTS[0]), ("--c14n", WITH_COMMENTS[1]), ("--c14n11", WITH_COMMENTS[2])];

// Attack 249.
#[test]
fn whole_documents_have_the_form_that_libxml2_gives_them() {
    if !xmllint_is_installed() {
        return;
    }
    let documents: Vec<String> = (1000..1000 + DOCUMENTS).map(|seed| Generated::new(seed).document).collect();
    for (option, method) in OPTIONS {
        let forms: Vec<String> = documents.iter().map(|xml| document(xml, method, "")).collect();
        assert_same(option, "whole", &documents, &forms);
    }
}

/// `xmllint` knows no apex: it gets the apex as a document of its own, with all that it inherits written out.
#[test]
fn elements_of_documents_have_the_form_that_libxml2_gives_them_alone() {
    if !xmllint_is_installed() {
        return;
    }
    let generated: Vec<Generated> = (2000..2000 + DOCUMENTS).map(Generated::new).collect();
    let alone: [fn(&Generated) -> &String; 3] =
        [|each| &each.exclusive, |each| &each.inclusive_10, |each| &each.inclusive_11];
    for ((option, method), alone) in OPTIONS.into_iter().zip(alone) {
        let documents: Vec<String> = generated.iter().map(|each| alone(each).clone()).collect();
        let forms: Vec<String> = generated.iter().map(|each| apex(&each.document, method, "")).collect();
        assert_same(option, "apex", &documents, &forms);
    }
}
