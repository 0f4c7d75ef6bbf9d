//! `javax.xml.crypto` with secure validation, as the JDK has it.

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use saml_core::crypto::{DigestAlgorithm, SignatureAlgorithm};

use crate::algorithms::{DIGESTS, METHODS, SIGNATURES, key};
use crate::bench::{ELEMENTS, Folder, RESPONSE, altered, is_there, signed_here, verified_here};

fn java_is_there() -> bool {
    let found = Command::new("java").arg("--version").output().is_ok_and(|output| output.status.success());
    is_there("a JDK", found)
}

/// Runs the jobs, one to a line, and returns the answers.
fn ask(folder: &Folder, jobs: &str) -> Vec<String> {
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("oracles/XmlSignatures.java");
    // As a file: a pipe could fill up on either side.
    folder.write("jobs", jobs);
    let jobs_file = std::fs::File::open(folder.path().join("jobs")).unwrap();
    let output =
        Command::new("java").arg(program).arg(folder.path()).stdin(Stdio::from(jobs_file)).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let answers: Vec<String> = String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect();
    assert_eq!(answers.len(), jobs.lines().count());
    answers
}

/// The JDK learnt Ed25519 for XML later than the rest; the others it must know.
fn is_unknown_to_older_ones(algorithm: SignatureAlgorithm, answer: &str) -> bool {
    algorithm == SignatureAlgorithm::Ed25519 && answer.starts_with("failed") && answer.contains("Algorithm")
}

#[test]
fn what_is_signed_here_holds_in_java_and_what_is_changed_does_not() {
    if !java_is_there() {
        return;
    }
    let folder = Folder::new("java-verifies");
    let (mut jobs, mut expected) = (String::new(), Vec::new());
    for algorithm in SIGNATURES {
        for digest in DIGESTS {
            for id in ELEMENTS {
                let name = format!("{algorithm:?}-{digest:?}-{id}");
                let document = signed_here(algorithm, digest, id);
                folder.write(&format!("{name}.key"), key(algorithm).public_key_to_der().unwrap());
                folder.write(&format!("{name}.xml"), &document);
                folder.write(&format!("{name}-altered.xml"), altered(&document));
                for (file, answer) in [(name.clone(), "valid"), (format!("{name}-altered"), "invalid")] {
                    writeln!(jobs, "verify\t{file}.xml\t{name}.key").unwrap();
                    expected.push((algorithm, file, answer));
                }
            }
        }
    }
    let mut heard = 0;
    for (answer, (algorithm, file, expected)) in ask(&folder, &jobs).iter().zip(expected) {
        if !is_unknown_to_older_ones(algorithm, answer) {
            assert_eq!(answer, expected, "{file}");
            heard += 1;
        }
    }
    println!("{heard} answers");
    assert!(heard >= 9 * 3 * 2 * 2);
}

#[test]
fn what_java_signs_holds_here_and_what_is_changed_does_not() {
    if !java_is_there() {
        return;
    }
    let folder = Folder::new("java-signs");
    folder.write("unsigned.xml", RESPONSE);
    let (mut jobs, mut made) = (String::new(), Vec::new());
    let mut job = |algorithm: SignatureAlgorithm,
                   digest: DigestAlgorithm,
                   id,
                   c14n: &str,
                   transform: &str,
                   prefixes: &str| {
        let number = made.len();
        folder.write(&format!("{algorithm:?}.p8"), key(algorithm).private_key_to_pkcs8().unwrap());
        let (signature, digest) = (algorithm.uri(), digest.uri());
        writeln!(
            jobs,
            "sign\tunsigned.xml\t{id}\t{number}.xml\t{algorithm:?}.p8\t{signature}\t{digest}\t{c14n}\t{transform}\t{prefixes}"
        )
        .unwrap();
        made.push((algorithm, id, format!("{algorithm:?} {digest} {c14n} {transform} {prefixes} {id}")));
    };
    let exclusive = METHODS[0].0;
    for id in ELEMENTS {
        for algorithm in SIGNATURES {
            for digest in DIGESTS {
                job(algorithm, digest, id, exclusive, exclusive, "-");
            }
        }
        for (c14n, _) in METHODS {
            // No transform beside enveloped-signature means inclusive 1.0.
            job(SignatureAlgorithm::RsaSha256, DigestAlgorithm::Sha256, id, c14n, "-", "-");
            for (transform, takes_prefixes) in METHODS {
                job(SignatureAlgorithm::RsaSha256, DigestAlgorithm::Sha256, id, c14n, transform, "-");
                if takes_prefixes {
                    for prefixes in ["xs", "xs unused #default", "absent"] {
                        job(
                            SignatureAlgorithm::EcdsaSha256,
                            DigestAlgorithm::Sha256,
                            id,
                            c14n,
                            transform,
                            prefixes,
                        );
                    }
                }
            }
        }
    }
    let mut heard = 0;
    for (number, (answer, (algorithm, id, what))) in ask(&folder, &jobs).iter().zip(made).enumerate() {
        if is_unknown_to_older_ones(algorithm, answer) {
            continue;
        }
        assert_eq!(answer, "done", "{what}");
        let document = folder.read(&format!("{number}.xml"));
        if let Err(error) = verified_here(document.clone(), id, algorithm) {
            panic!("{what}: {error:?}\n{}", String::from_utf8_lossy(&document));
        }
        assert!(verified_here(altered(&document), id, algorithm).is_err(), "{what}");
        heard += 1;
    }
    println!("{heard} signatures by java");
    assert!(heard > 150);
}
