//! What `make test` says at its end, and what `make mutants` looks at.

#![forbid(unsafe_code)]

use std::path::Path;
use std::process::Command;

/// The lines of a run that count, and some that do not.
const RUN: &str = "\
   Compiling saml-core v0.1.0 (/a/saml-core)
     Running unittests src/lib.rs (target/debug/deps/saml_core-5d3b13c4c985e874)

running 3 tests
test a ... ok

left out: the comparison with libxml2: xmllint is not installed; `.ci/setup test` installs it
left out: the comparison with libxml2: xmllint is not installed; `.ci/setup test` installs it
test says_left_out: nothing ... ok
test result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 1.25s

     Running unittests src/main.rs (target/debug/deps/saml-0000000000000000)
test result: ok. 0 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s

     Running tests/browser.rs (target/debug/deps/browser-1111111111111111)
thread 'x' panicked at a.rs:1:1
test result: FAILED. 4 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 61.50s

   Doc-tests saml_core
test result: ok. 7 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 2.00s; merged doctests
left out: the browser tests: no chromium
";

fn summary_of(run: &str) -> String {
    let file = std::env::temp_dir().join(format!("saml-summary-{}-{}", std::process::id(), run.len()));
    std::fs::write(&file, run).unwrap();
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("../.ci/test");
    let output = Command::new(program).arg("--summary").arg(&file).output().unwrap();
    std::fs::remove_file(file).unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_summary_lists_each_suite_by_its_time_and_all_that_was_left_out() {
    let expected = "
     time  tests  suite
     61.5 s      5  browser  FAILED 1
      2.0 s      7  saml_core (documentation)
      1.2 s      2  saml_core (src/lib.rs)
     64.8 s     14  in all, 1 of them failed
left out: the comparison with libxml2: xmllint is not installed; `.ci/setup test` installs it
left out: 1 of saml_core (src/lib.rs): marked as ignored
left out: the browser tests: no chromium
";
    assert_eq!(summary_of(RUN), expected);
}

#[test]
fn the_summary_says_that_nothing_was_left_out() {
    let complete: String = RUN
        .lines()
        .filter(|line| !line.starts_with("left out"))
        .map(|line| line.replace("1 ignored", "0 ignored") + "\n")
        .collect();
    let summary = summary_of(&complete);
    assert!(summary.ends_with("\nnothing was left out\n"), "{summary}");
}

/// The crates and floors whose decisions are mutated, and by which group.
const MUTATED: [(&str, &str); 8] = [
    ("core", "saml-core/src/dsig/**"),
    ("core", "saml-core/src/enc/**"),
    ("core", "saml-core/src/trust/**"),
    ("core", "saml-core/src/validation/**"),
    ("roles", "saml-idp/src/**"),
    ("roles", "saml-provider/src/**"),
    ("roles", "saml-sp/src/**"),
    ("roles", "saml-store/src/**"),
];

/// The role crates with their web layers, what is beneath them and the store are mutated like the core; what is looked at
/// exists, and each suite that survivors meet is one.
#[test]
fn mutants_are_made_of_the_core_the_roles_and_the_store() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let read = |name: &str| std::fs::read_to_string(root.join(name)).unwrap();
    let script = read(".ci/mutants");
    for (group, glob) in MUTATED {
        assert!(
            read(&format!(".ci/mutants-{group}.toml")).contains(&format!("\"{glob}\"")),
            "{group}: {glob}"
        );
        assert!(root.join(glob.trim_end_matches("**")).is_dir(), "{glob}");
        let suites = script.lines().find_map(|line| line.strip_prefix(&format!("{group}_suites=("))).unwrap();
        for suite in suites.trim_end_matches(')').split_whitespace() {
            let tests = root.join("tests/tests");
            let exists =
                tests.join(suite).join("main.rs").exists() || tests.join(format!("{suite}.rs")).exists();
            assert!(exists, "{group}: there is no suite {suite}");
        }
    }
}

/// Whoever prints that something was skipped is not heard: the harness hides it. Benchmarks have none.
#[test]
fn what_is_left_out_is_said_in_one_way() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut open = vec![root.clone()];
    let (mut read, mut said) = (0, 0);
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir()
                && !path.is_symlink()
                && !name.starts_with('.')
                && name != "target"
                && name != "benches"
            {
                open.push(path);
            } else if name.ends_with(".rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                let printed =
                    ["println!(\"skip", "eprintln!(\"skip", "println!(\"left out", "eprintln!(\"left out"];
                let is_this = name == "make_targets.rs";
                assert!(is_this || !printed.iter().any(|start| text.contains(start)), "{}", path.display());
                said +=
                    usize::from(!is_this && (text.contains("left_out(") || text.contains("without_tool(")));
                read += 1;
            }
        }
    }
    assert!(read > 500 && said >= 10, "{read} files, {said} of which leave something out");
}
