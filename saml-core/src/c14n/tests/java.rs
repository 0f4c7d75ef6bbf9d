//! The same elements through a third implementation: the JDK's, by way of `javax.xml.crypto`, if there is a JDK.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::process::{Command, Stdio};

use super::differential::is_there;
use super::generator::Generated;
use super::*;
use crate::xml::{ExpandedName, names};

const DOCUMENTS: u64 = 200;

/// Where several ancestors have the same `xml:*` attribute, the nearest counts [C14N §2.4]. The JDK takes the farthest of
/// them: it gathers the attributes of all ancestors in one list, from the root downwards, and keeps the first.
fn is_read_alike(apex: Element<'_>, method: CanonicalizationMethod) -> bool {
    if matches!(method, CanonicalizationMethod::Exclusive { .. }) {
        return true;
    }
    ["lang", "space", "base"].into_iter().all(|local| {
        let ancestors = std::iter::successors(apex.parent(), |ancestor| ancestor.parent());
        ancestors.filter(|e| e.attribute_ns(ExpandedName::new(names::XML, local)).is_some()).count() < 2
    })
}

/// What the JDK would digest for the apex of each document, for each method and list of prefixes.
fn digested(documents: &[Generated], settings: &[(CanonicalizationMethod, &str)]) -> Vec<Vec<String>> {
    let folder = std::env::temp_dir().join(format!("saml-core-c14n-java-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let mut jobs = String::new();
    for (number, each) in documents.iter().enumerate() {
        std::fs::write(folder.join(format!("{number}.xml")), &each.document).unwrap();
        for (setting, (method, prefix_list)) in settings.iter().enumerate() {
            let comments = if WITH_COMMENTS.contains(method) { "yes" } else { "no" };
            let list = if prefix_list.is_empty() { "-" } else { prefix_list };
            let out = format!("{setting}-{number}.out");
            let uri = method.uri();
            jobs.push_str(&format!("digested\t{number}.xml\tapex\t{out}\t{uri}\t{list}\t{comments}\n"));
        }
    }
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/oracles/XmlSignatures.java");
    let mut java = Command::new("java")
        .args([&program, &folder])
        .stdin(Stdio::from(file_of(&folder, &jobs)))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut answers = String::new();
    java.stdout.take().unwrap().read_to_string(&mut answers).unwrap();
    assert!(java.wait().unwrap().success());
    assert_eq!(answers.lines().count(), documents.len() * settings.len());
    assert!(answers.lines().all(|answer| answer == "done"), "{answers}");
    let read = |name: String| std::fs::read_to_string(folder.join(name)).unwrap();
    let forms =
        |setting| (0..documents.len()).map(|number| read(format!("{setting}-{number}.out"))).collect();
    let forms = (0..settings.len()).map(forms).collect();
    std::fs::remove_dir_all(&folder).unwrap();
    forms
}

/// The jobs as a file: a pipe could fill up on either side.
fn file_of(folder: &Path, jobs: &str) -> File {
    let path = folder.join("jobs");
    std::fs::write(&path, jobs).unwrap();
    File::open(path).unwrap()
}

#[test]
fn elements_have_the_form_that_the_jdk_gives_them() {
    if !is_there("java", "--version") {
        return;
    }
    let documents: Vec<Generated> = (3000..3000 + DOCUMENTS).map(Generated::new).collect();
    let methods = WITHOUT_COMMENTS.into_iter().chain(WITH_COMMENTS).map(|method| (method, ""));
    let listed = [(EXCLUSIVE, "p q #default"), (WITH_COMMENTS[0], "ds absent")];
    let settings: Vec<_> = methods.chain(listed).collect();
    for ((method, prefix_list), forms) in settings.iter().zip(digested(&documents, &settings)) {
        let mut compared = 0;
        for (each, theirs) in documents.iter().zip(forms) {
            let document = parse(&each.document);
            let element = document.element_by_id("apex").unwrap();
            if !is_read_alike(element, *method) {
                continue;
            }
            compared += 1;
            let ours =
                canonical_octets(element, None, *method, &prefixes(prefix_list), &Limits::MESSAGE).unwrap();
            assert_eq!(theirs, String::from_utf8(ours).unwrap(), "{method} {prefix_list}: {}", each.document);
        }
        println!("{method} {prefix_list}: {compared} of {DOCUMENTS}");
        assert!(compared >= DOCUMENTS / 2, "{method}: only {compared} documents are read alike");
    }
}
